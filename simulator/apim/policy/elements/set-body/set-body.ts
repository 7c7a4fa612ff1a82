import type { ElementReader } from "../../element-reader.ts";
import { evaluationFailure } from "../../evaluation-failure.ts";
import { withoutHeader } from "../../exchange.ts";
import { anyText } from "../../policy-value.ts";
import type { Change, ElementDefinition, StatementSite } from "../../statement.ts";
import { liquidScope, type NilReading } from "./liquid-scope.ts";
import { type LiquidTemplate, readLiquidTemplate } from "./liquid-template.ts";

/**
 * `set-body`: replaces the body of the request in `inbound` and `backend`, of the response in `outbound` and `on-error`, by a text, by what an
 * expression gives, or by a Liquid template.
 *
 * Differs from Azure: a Liquid template writes dates as they came, whatever `parse-date` says.
 *
 * @see https://learn.microsoft.com/azure/api-management/set-body-policy
 * @see https://github.com/MicrosoftDocs/azure-docs/issues/59226 : it may stand in `on-error`, which its page leaves out
 */
export const definition: ElementDefinition = {
  sections: ["inbound", "backend", "outbound", "on-error"],
  change: (site) => {
    const { reader } = site;
    const template = reader.choice("template", ["none", "liquid"]);
    const nil = reader.choice("xsi-nil", ["blank", "null"]) ?? "blank";
    reader.boolean("parse-date");
    reader.notSimulated("html-decode-expression");
    reader.done();
    const change = template === "liquid" ? templateChange(site, nil) : textChange(site);
    return (message, exchange) => {
      change(message, exchange);
      message.headers = withoutHeader(message.headers, "content-encoding");
    };
  },
};

function textChange({ reader }: StatementSite): Change {
  const text = reader.ownValue(anyText);
  return (message, exchange) => {
    if (text !== undefined) message.body = text(exchange);
  };
}

function templateChange({ reader, message: kind }: StatementSite, nil: NilReading): Change {
  const template = readLiquid(reader);
  if (template === undefined) return () => {};
  if (template.readsBody)
    reader.needBodies({ requestBody: kind === "request", responseBody: kind === "response" });
  return (message, exchange) => {
    try {
      message.body = template.fill(liquidScope(message, exchange, nil));
    } catch (error) {
      throw evaluationFailure(exchange, `The Liquid template cannot be filled: ${firstLine(error)}`);
    }
  };
}

function readLiquid(reader: ElementReader): LiquidTemplate | undefined {
  try {
    return readLiquidTemplate(reader.rawContent());
  } catch (error) {
    reader.refuse(`The Liquid template cannot be read: ${firstLine(error)}`);
    return undefined;
  }
}

function firstLine(error: unknown): string {
  return `${(error as Error).message.split("\n")[0]}.`;
}
