import type { ElementReader } from "./element-reader.ts";
import { type Exchange, headerOf, type Message, PolicyFailure, withoutHeader } from "./exchange.ts";
import { oneOf, trueOrFalse } from "./policy-value.ts";
import type { Change, MessageKind } from "./statement.ts";

/** A body's format, as headers name it. */
export type BodyFormat = "xml" | "json";

/** What makes a body of another one. */
export interface BodyConversion {
  readonly from: BodyFormat;
  readonly to: BodyFormat;
  /** @throws {ConversionError} when the body cannot be converted. */
  readonly convert: (text: string, exchange: Exchange) => string;
}

/** A body that has no form in the other format. */
export class ConversionError extends Error {
  override readonly name = "ConversionError";
}

/**
 * Reads `apply` and `consider-accept-header`, and converts the bodies that they say. An empty body stays as it is.
 *
 * Assumed of Azure: a converted body has the Content-Type `application/json` or `application/xml`.
 *
 * Assumed of Azure: `consider-accept-header` looks for the format in the request's Accept header alone; a range such as `*` is not it.
 *
 * Assumed of Azure: a body that cannot be converted is answered with 500, for the reason `BodyNotConverted`.
 */
export function readConversion(
  reader: ElementReader,
  message: MessageKind,
  conversion: BodyConversion,
): Change {
  const { from, to, convert } = conversion;
  const apply = reader.requiredValue("apply", oneOf(["always", `content-type-${from}`]));
  const considersAccept = reader.value("consider-accept-header", trueOrFalse);
  reader.needBodies({ requestBody: message === "request", responseBody: message === "response" });
  reader.sequence({});
  reader.done();
  return (changed, exchange) => {
    const { body } = changed;
    if (body === undefined || !(typeof body === "string" || Buffer.isBuffer(body)) || body.length === 0)
      return;
    if (apply?.(exchange) !== "always" && !names(changed, "content-type", from)) return;
    if ((considersAccept?.(exchange) ?? true) && !names(exchange.request, "accept", to)) return;
    changed.body = converted(body.toString(), exchange, convert);
    changed.headers = [
      ...withoutHeader(changed.headers, "content-type"),
      "Content-Type",
      `application/${to}`,
    ];
  };
}

function names({ headers }: Pick<Message, "headers">, header: string, format: BodyFormat): boolean {
  const value = headerOf(headers, header)?.toLowerCase() ?? "";
  return value.includes(`/${format}`) || value.includes(`+${format}`);
}

function converted(text: string, exchange: Exchange, convert: BodyConversion["convert"]): string {
  try {
    return convert(text.replace(/^\uFEFF/, ""), exchange);
  } catch (error) {
    // The body is somebody else's: one that is nested too deeply for the stack is theirs to answer for.
    if (!(error instanceof ConversionError || error instanceof RangeError)) throw error;
    throw new PolicyFailure(
      {
        source: exchange.current?.element ?? "",
        reason: "BodyNotConverted",
        message: `the body cannot be converted: ${error.message}`,
      },
      { statusCode: 500, message: "Internal server error" },
    );
  }
}
