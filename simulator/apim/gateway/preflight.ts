import { allows, preflightHeaders } from "../policy/cors-rules.ts";
import { headerOf, type PendingResponse, type RawHeaders } from "../policy/exchange.ts";
import type { EffectivePolicies } from "./effective-policies.ts";

/** Whether a request asks beforehand what a browser may send. @see https://fetch.spec.whatwg.org/#cors-preflight-request */
export function isPreflight(method: string, headers: RawHeaders): boolean {
  return (
    method === "OPTIONS" &&
    headerOf(headers, "origin") !== undefined &&
    headerOf(headers, "access-control-request-method") !== undefined
  );
}

/**
 * Answers a preflight from the `cors` policies in effect, and from nothing else: no other policy runs. An origin that none
 * of them allows gets an empty 200 without any permission. `undefined` where there is no `cors` at all.
 */
export function answerPreflight(
  policies: EffectivePolicies,
  headers: RawHeaders,
): PendingResponse | undefined {
  const rules = policies.inbound.flatMap(({ statement }) => statement.cors ?? []);
  if (rules.length === 0) return undefined;
  const origin = headerOf(headers, "origin") ?? "";
  const matched = rules.find((one) => allows(one.origins, origin) || one.terminateUnmatchedRequest);
  return {
    statusCode: 200,
    headers: matched === undefined ? [] : (preflightHeaders(matched, headers) ?? []),
  };
}
