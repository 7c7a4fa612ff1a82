import { exampleResponse } from "../../example-response.ts";
import type { ElementDefinition } from "../../statement.ts";

/**
 * `mock-response`: ends the pipeline with an example of the operation's response, else with a sample made from its schema. Without
 * both, for that status and media type, the body is empty.
 *
 * @see https://learn.microsoft.com/azure/api-management/mock-response-policy
 */
export const definition: ElementDefinition = {
  sections: ["inbound", "outbound", "on-error"],
  parse: ({ reader }) => {
    const statusCode = reader.integer("status-code", { from: 100, to: 599 }) ?? 200;
    const contentType = reader.text("content-type");
    if (reader.has("index") && reader.text("index") !== "1")
      reader.refuse("The attribute 'index' is not simulated for a later example than the first. Remove it.");
    reader.notSimulated("enabled");
    reader.sequence({});
    reader.done();
    return {
      run: (exchange) => {
        exchange.response = exampleResponse(exchange.operation?.responses ?? [], statusCode, contentType);
        return "respond";
      },
    };
  },
};
