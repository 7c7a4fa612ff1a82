import { type Flow, PolicyFailure } from "../../exchange.ts";
import { responseContext } from "../../expression-context.ts";
import { readOwnRequest } from "../../own-request.ts";
import { anyText } from "../../policy-value.ts";
import type { ElementDefinition } from "../../statement.ts";

/**
 * `send-request`: sends a request of its own, waits for the answer, and keeps it in a variable.
 *
 * Assumed of Azure: `send-request` without `response-variable-name` sends the request and drops the answer.
 *
 * @see https://learn.microsoft.com/azure/api-management/send-request-policy
 */
export const definition: ElementDefinition = {
  sections: ["inbound", "backend", "outbound", "on-error"],
  parse: (site) => {
    const { reader } = site;
    const variable = reader.value("response-variable-name", anyText);
    const ignoresError = reader.boolean("ignore-error") ?? false;
    // The answer is kept whole either way.
    reader.boolean("buffer-response");
    if (reader.boolean("fail-on-error-status-code"))
      reader.refuse(
        "The attribute 'fail-on-error-status-code' must be false: it is not simulated. Remove it.",
      );
    const build = readOwnRequest(site);
    reader.done();
    return {
      run: async (exchange): Promise<Flow> => {
        const request = build(exchange);
        const name = variable?.(exchange);
        try {
          const response = responseContext(await exchange.send(request));
          if (name) exchange.variables.set(name, response);
        } catch (error) {
          if (!ignoresError || !(error instanceof PolicyFailure)) throw error;
          exchange.trace?.value("ignore-error", error.message);
          if (name) exchange.variables.set(name, null);
        }
        return "next";
      },
    };
  },
};
