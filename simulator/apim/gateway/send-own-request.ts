import { Readable } from "node:stream";
import { readArrived } from "../policy/arrived-headers.ts";
import {
  headerOf,
  type PendingResponse,
  PolicyFailure,
  type RawHeaders,
  type SentRequest,
  withoutHeader,
} from "../policy/exchange.ts";
import { readWhole } from "../policy/message-body.ts";
import { parseBackend } from "./backend-address.ts";
import type { BackendConnections } from "./backend-connections.ts";
import { isUnsendable, type UpstreamAnswer, UpstreamCall, whyUnanswered } from "./upstream-call.ts";

/**
 * Sends a request of a policy's own, and gives its answer once it is there whole.
 *
 * Assumed of Azure: `send-request` follows no redirects.
 *
 * @param element The policy that sends it, for failures.
 * @throws {PolicyFailure} `BackendConnectionFailure`, `Timeout` or `NotSent`; the client gets 500.
 */
export async function sendOwnRequest(
  { url, ...call }: SentRequest,
  connections: BackendConnections,
  element: string,
): Promise<PendingResponse> {
  const fail = (reason: string, message: string) => failed(element, reason, message);
  if (!/^https?:\/\//i.test(url) || !URL.canParse(url))
    throw fail("BackendConnectionFailure", `"${url}" is no http or https URL.`);
  const backend = parseBackend(url);
  const { pathname, search } = new URL(url);
  const { method, timeoutMilliseconds } = call;
  const agent = connections.agentForOwn(backend, call, element);
  let late: PolicyFailure | undefined;
  try {
    const { statusCode, statusMessage, rawHeaders, body } = await new Promise<UpstreamAnswer>(
      (resolve, reject) => {
        const upstream = new UpstreamCall({
          sent: () => connections.countSent(backend, method),
          answered: resolve,
          failed: (error) =>
            reject(
              connections.ownFailureOf(error, backend, method, element) ??
                fail("BackendConnectionFailure", whyNotSent(error, backend.host)),
            ),
          over: () => clearTimeout(timer),
        });
        const timer = setTimeout(() => {
          late = fail("Timeout", `${backend.host} did not answer within ${timeoutMilliseconds / 1000} s.`);
          upstream.end();
          reject(late);
        }, timeoutMilliseconds);
        const headers = headersOf(call, backend.host);
        const { origin } = backend;
        const path = pathname + search;
        agent.dispatch({ origin, method, path, headers, body: call.body ?? null }, upstream);
      },
    );
    return {
      statusCode,
      ...(statusMessage === "" ? {} : { reason: statusMessage }),
      headers: readArrived(rawHeaders).forOtherEnd,
      body:
        body instanceof Readable
          ? await readWhole(body, { source: element, reason: "BackendConnectionFailure" })
          : body,
    };
  } catch (error) {
    // What is no failure of the call is a mistake of ours, which `ignore-error` must not hide.
    throw late ?? error;
  }
}

function whyNotSent(error: Error, host: string): string {
  const why = whyUnanswered(error);
  return isUnsendable(error) ? `the request cannot be sent: ${why}.` : `${host} cannot be reached (${why}).`;
}

function headersOf({ headers }: Pick<SentRequest, "headers">, host: string): RawHeaders {
  return ["Host", headerOf(headers, "host") ?? host, ...withoutHeader(headers, "host")];
}

function failed(source: string, reason: string, message: string): PolicyFailure {
  return new PolicyFailure(
    { source, reason, message },
    { statusCode: 500, message: "Internal server error" },
  );
}
