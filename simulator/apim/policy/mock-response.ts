import table from "../../../openapi/azure-import.json" with { type: "json" };
import type { OperationResponse, Representation } from "../operation.ts";
import type { PendingResponse } from "./exchange.ts";
import type { ElementDefinition } from "./statement.ts";

/**
 * `mock-response`: ends the pipeline with an example of the operation's response, else with a sample made from its schema. Without
 * both, for that status and media type, the body is empty.
 *
 * @see https://learn.microsoft.com/azure/api-management/mock-response-policy
 */
export const mockResponseDefinition: ElementDefinition = {
  sections: ["inbound", "outbound", "on-error"],
  parse: ({ reader }) => {
    const statusCode = reader.integer("status-code", { from: 100, to: 599 }) ?? 200;
    const contentType = reader.text("content-type");
    if (reader.has("index") && reader.text("index") !== "1")
      reader.refuse("Only the first example is simulated: the attribute 'index' must be 1. Remove it.");
    reader.notSimulated("enabled");
    reader.text("id");
    reader.sequence({});
    reader.done();
    return {
      element: "mock-response",
      run: (exchange) => {
        exchange.response = exampleResponse(exchange.operation?.responses ?? [], statusCode, contentType);
        return "respond";
      },
    };
  },
};

const withoutBody = new Set(table.names.statusesWithoutBody);

/**
 * An example of a documented response, else a sample made from its schema, in a media type or the first one. The body is empty where
 * the document says nothing of the status.
 */
export function exampleResponse(
  responses: readonly OperationResponse[],
  statusCode: number,
  contentType: string | undefined,
): PendingResponse {
  const { representations = [] } = responses.find((response) => response.statusCode === statusCode) ?? {};
  const found = representationFor(representations, contentType);
  if (found === undefined || withoutBody.has(statusCode)) return { statusCode, headers: [] };
  const headers = ["Content-Type", sentType(found.contentType, contentType)];
  const body = found.example ?? found.sample?.();
  return body === undefined ? { statusCode, headers } : { statusCode, headers, body };
}

/** The first one, or that of a media type, else one whose range covers it: `application/*`. */
function representationFor(
  representations: readonly Representation[],
  contentType: string | undefined,
): Representation | undefined {
  if (contentType === undefined) return representations[0];
  const wanted = typeOf(contentType);
  const range = `${wanted.split("/")[0]}/*`;
  return (
    representations.find((one) => one.contentType === contentType) ??
    representations.find((one) => typeOf(one.contentType) === wanted) ??
    representations.find((one) => [range, "*/*"].includes(typeOf(one.contentType)))
  );
}

/** `application/json; charset=utf-8` → `application/json`. */
function typeOf(contentType: string): string {
  return (contentType.split(";")[0] ?? "").trim().toLowerCase();
}

/** Assumed of Azure: a range is answered with the type that the policy names, else as JSON. */
function sentType(documented: string, named: string | undefined): string {
  if (!documented.includes("*")) return documented;
  return named === undefined || named.includes("*") ? "application/json" : named;
}
