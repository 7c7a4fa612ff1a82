import type { PendingResponse } from "../../exchange.ts";
import { responseIn } from "../../expression-context.ts";
import type { ElementDefinition } from "../../statement.ts";

/**
 * `return-response`: ends the pipeline with an answer of its own, or with the one that a variable holds: 200 without a body unless
 * they or its children say more.
 *
 * Assumed of Azure: a variable that is not there, or holds no response, counts as none.
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
    const variable = reader.text("response-variable-name");
    reader.done();
    return {
      run: (exchange) => {
        const kept = variable === undefined ? undefined : responseIn(exchange.variables.get(variable));
        const response: PendingResponse = kept ?? { statusCode: 200, headers: [] };
        for (const one of changes) one(response, exchange);
        exchange.corsHeaders = [];
        exchange.response = response;
        return "respond";
      },
    };
  },
};
