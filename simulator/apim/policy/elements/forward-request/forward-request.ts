import { Readable } from "node:stream";
import type { ElementReader } from "../../element-reader.ts";
import { type Exchange, type Flow, type PendingResponse, PolicyFailure } from "../../exchange.ts";
import { integerFrom } from "../../policy-value.ts";
import type { ElementDefinition } from "../../statement.ts";

/**
 * `forward-request`: calls the backend and keeps its answer for `outbound`.
 *
 * Assumed of Azure: a timeout of 0 ends the call before the backend is asked.
 *
 * Assumed of Azure: with `fail-on-error-status-code` the backend's answer is the response that `on-error` has, and the client gets it where
 * `on-error` says nothing else. The reason is `BackendErrorStatusCode`; no page names one.
 *
 * Differs from Azure: `forward-request` sends HTTP/1.1 to a backend, also with `http-version="2or1"`.
 *
 * @see https://learn.microsoft.com/azure/api-management/forward-request-policy
 */
export const definition: ElementDefinition = {
  sections: ["backend"],
  parse: ({ reader }) => {
    const timeoutFor = readTimeout(reader);
    if (reader.boolean("follow-redirects"))
      reader.refuse(
        "The attribute 'follow-redirects' must be false: following them is not simulated. Remove it.",
      );
    // A body that is kept can be sent again by a later call: https://learn.microsoft.com/azure/api-management/retry-policy
    if (reader.boolean("buffer-request-body")) reader.needBodies({ requestBody: true, responseBody: false });
    // A client sees no difference.
    reader.boolean("buffer-response");
    const fails = reader.boolean("fail-on-error-status-code") ?? false;
    if (reader.choice("http-version", ["1", "2or1", "2"]) === "2")
      reader.refuse(
        "The attribute 'http-version' must not be 2: HTTP/2 alone is not simulated. Write 2or1, or deploy to Azure.",
      );
    reader.notSimulated("continue-timeout");
    reader.sequence({});
    reader.done();
    return {
      run: async (exchange): Promise<Flow> => {
        const before = exchange.response;
        const answer = await exchange.forward({ timeoutMilliseconds: timeoutFor(exchange) });
        exchange.response = answer;
        // The answer of a call that is tried again must not hold its connection.
        if (before?.body instanceof Readable) before.body.resume();
        if (fails && answer.statusCode >= 400) throw errorStatus(answer);
        return "next";
      },
    };
  },
};

function errorStatus(response: PendingResponse): PolicyFailure {
  const { statusCode } = response;
  return new PolicyFailure(
    {
      source: "forward-request",
      reason: "BackendErrorStatusCode",
      message: `the backend answered ${statusCode}, which fail-on-error-status-code makes a failure.`,
    },
    { statusCode, message: "Backend error", response },
  );
}

// Both are xs:int in Azure's schema; node's timers take no more.
const maxInteger = 2_147_483_647;

function readTimeout(reader: ElementReader): (exchange: Exchange) => number {
  const range = integerFrom({ from: 0, to: maxInteger });
  const seconds = reader.value("timeout", range);
  const milliseconds = reader.value("timeout-ms", range);
  if (reader.has("timeout") && reader.has("timeout-ms"))
    reader.refuse("Only one of 'timeout' and 'timeout-ms' can be specified.");
  return (exchange) => milliseconds?.(exchange) ?? Math.min((seconds?.(exchange) ?? 300) * 1000, maxInteger);
}
