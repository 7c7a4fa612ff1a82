import type { PendingResponse } from "../../exchange.ts";
import type { ElementDefinition } from "../../statement.ts";

/**
 * `return-response`: ends the pipeline with an answer of its own, 200 without a body unless its children say more.
 *
 * Assumed of Azure: `return-response` answers without the headers of an earlier `cors`.
 *
 * @see https://learn.microsoft.com/azure/api-management/return-response-policy
 */
export const definition: ElementDefinition = {
  sections: ["inbound", "backend", "outbound", "on-error"],
  parse: ({ reader, change }) => {
    const known = { "set-status": 1, "set-header": Number.POSITIVE_INFINITY, "set-body": 1 };
    const changes = reader
      .sequence(known)
      .filter(({ name }) => name in known)
      .map((child) => change(reader.of(child), "response"));
    reader.notSimulated("response-variable-name");
    reader.done();
    return {
      run: (exchange) => {
        const response: PendingResponse = { statusCode: 200, headers: [] };
        for (const one of changes) one(response, exchange);
        exchange.corsHeaders = [];
        exchange.response = response;
        return "respond";
      },
    };
  },
};
