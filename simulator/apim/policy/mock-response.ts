import type { OperationResponse } from "../gateway-model.ts";
import type { PendingResponse } from "./exchange.ts";
import type { ElementDefinition } from "./statement.ts";

/**
 * `mock-response`: ends the pipeline with an example of the operation. Without an example of that status and media type
 * the body is empty.
 *
 * Differs from Azure: `mock-response` makes no sample up from a schema.
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
        exchange.response = mocked(exchange.operation?.responses ?? [], statusCode, contentType);
        return "respond";
      },
    };
  },
};

function mocked(
  responses: readonly OperationResponse[],
  statusCode: number,
  contentType: string | undefined,
): PendingResponse {
  const { representations = [] } = responses.find((response) => response.statusCode === statusCode) ?? {};
  const found = representations.find((one) => contentType === undefined || one.contentType === contentType);
  if (found === undefined) return { statusCode, headers: [] };
  const headers = ["Content-Type", found.contentType];
  return found.example === undefined ? { statusCode, headers } : { statusCode, headers, body: found.example };
}
