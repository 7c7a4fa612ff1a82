import { Readable } from "node:stream";
import type { ElementReader } from "../../element-reader.ts";
import type { Flow } from "../../exchange.ts";
import type { ElementDefinition } from "../../statement.ts";

/**
 * `forward-request`: calls the backend and keeps its answer for `outbound`.
 *
 * Assumed of Azure: a timeout of 0 ends the call before the backend is asked.
 *
 * @see https://learn.microsoft.com/azure/api-management/forward-request-policy
 */
export const definition: ElementDefinition = {
  sections: ["backend"],
  parse: ({ reader }) => {
    const timeoutMilliseconds = readTimeout(reader);
    if (reader.boolean("follow-redirects"))
      reader.refuse(
        "The attribute 'follow-redirects' must be false: following them is not simulated. Remove it.",
      );
    // A body that is kept can be sent again by a later call: https://learn.microsoft.com/azure/api-management/retry-policy
    if (reader.boolean("buffer-request-body")) reader.needBodies({ requestBody: true, responseBody: false });
    // A client sees no difference.
    reader.boolean("buffer-response");
    if (reader.boolean("fail-on-error-status-code")) {
      reader.refuse(
        "The attribute 'fail-on-error-status-code' must be false: it is not simulated. Remove it.",
      );
    }
    reader.notSimulated("continue-timeout", "http-version");
    reader.sequence({});
    reader.done();
    return {
      run: async (exchange): Promise<Flow> => {
        const before = exchange.response;
        exchange.response = await exchange.forward({ timeoutMilliseconds });
        // The answer of a call that is tried again must not hold its connection.
        if (before?.body instanceof Readable) before.body.resume();
        return "next";
      },
    };
  },
};

// Both are xs:int in Azure's schema; node's timers take no more.
const maxInteger = 2_147_483_647;

function readTimeout(reader: ElementReader): number {
  const seconds = reader.integer("timeout", { from: 0, to: maxInteger });
  const milliseconds = reader.integer("timeout-ms", { from: 0, to: maxInteger });
  if (seconds !== undefined && milliseconds !== undefined)
    reader.refuse("Only one of 'timeout' and 'timeout-ms' can be specified.");
  return milliseconds ?? Math.min((seconds ?? 300) * 1000, maxInteger);
}
