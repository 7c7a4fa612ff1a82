import { ElementReader } from "./element-reader.ts";
import type { PendingResponse } from "./exchange.ts";
import { parseBody, replaceBody } from "./set-body.ts";
import { parseHeaderChange } from "./set-header.ts";
import { parseStatusChange } from "./set-status.ts";
import type { ElementDefinition } from "./statement.ts";

/**
 * `return-response`: ends the pipeline with an answer of its own, 200 without a body unless its children say more.
 *
 * Assumed of Azure: `return-response` answers without the headers of an earlier `cors`.
 */
export const returnResponseDefinition: ElementDefinition = {
  sections: ["inbound", "backend", "outbound", "on-error"],
  parse: ({ reader }) => {
    const changes = reader
      .sequence({ "set-status": 1, "set-header": Number.POSITIVE_INFINITY, "set-body": 1 })
      .map((child) => parseChange(new ElementReader(child, reader.problems)));
    reader.notSimulated("response-variable-name");
    reader.text("id");
    reader.done();
    return {
      element: "return-response",
      run: (exchange) => {
        const response: PendingResponse = { statusCode: 200, headers: [] };
        for (const change of changes) change(response);
        exchange.corsHeaders = [];
        exchange.response = response;
        return "respond";
      },
    };
  },
};

function parseChange(reader: ElementReader): (response: PendingResponse) => void {
  if (reader.element.name === "set-status") return parseStatusChange(reader);
  if (reader.element.name === "set-header") {
    const change = parseHeaderChange(reader);
    return (response) => {
      response.headers = change(response.headers);
    };
  }
  const text = reader.element.name === "set-body" ? parseBody(reader) : "";
  return (response) => replaceBody(response, text);
}
