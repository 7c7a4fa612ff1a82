import * as http from "node:http";
import * as https from "node:https";
import { readArrived } from "../policy/arrived-headers.ts";
import {
  headerOf,
  type PendingResponse,
  PolicyFailure,
  type SentRequest,
  withoutHeader,
} from "../policy/exchange.ts";
import { readWhole } from "../policy/message-body.ts";
import { parseBackend } from "./backend-address.ts";
import type { BackendConnections } from "./backend-connections.ts";

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
  if (!/^https?:\/\//i.test(url) || !URL.canParse(url))
    throw failed(element, "BackendConnectionFailure", `"${url}" is no http or https URL.`);
  const backend = parseBackend(url);
  const { pathname, search } = new URL(url);
  const agent = connections.agentForOwn(backend, call.method, element);
  const signal = AbortSignal.timeout(call.timeoutMilliseconds);
  try {
    const request = (backend.protocol === "https:" ? https : http).request({
      agent,
      hostname: backend.hostname,
      port: backend.port,
      method: call.method,
      path: pathname + search,
      headers: headersOf(call, backend.host),
      setHost: false,
      signal,
    });
    connections.count(request, backend, call.method);
    return await answerTo(request, call.body, element);
  } catch (error) {
    if (signal.aborted)
      throw failed(
        element,
        "Timeout",
        `${backend.host} did not answer within ${call.timeoutMilliseconds / 1000} s.`,
      );
    if (error instanceof PolicyFailure) throw error;
    const held = connections.ownFailureOf(error as Error, backend, call.method, element);
    const { code } = error as NodeJS.ErrnoException;
    // Node gives every failure of a call a code. One without is a mistake of ours, which `ignore-error` must not hide.
    if (held !== undefined || code === undefined) throw held ?? error;
    throw failed(element, "BackendConnectionFailure", `${backend.host} cannot be reached (${code}).`);
  }
}

async function answerTo(
  request: http.ClientRequest,
  body: SentRequest["body"],
  element: string,
): Promise<PendingResponse> {
  const answer = await new Promise<http.IncomingMessage>((resolve, reject) => {
    request.once("response", resolve).on("error", reject);
    // Without a listener node would close the connection, and tell nobody.
    for (const [event, what] of switches)
      request.once(event, (_, socket) => {
        socket.destroy();
        reject(failed(element, "BackendConnectionFailure", `the answer is ${what}.`));
      });
    request.end(body);
  });
  const { statusCode = 0, statusMessage } = answer;
  return {
    statusCode,
    ...(statusMessage ? { reason: statusMessage } : {}),
    headers: readArrived(answer.rawHeaders).forOtherEnd,
    body: await readWhole(answer, { source: element, reason: "BackendConnectionFailure" }),
  };
}

const switches = [
  ["upgrade", "101 without being asked to switch"],
  ["connect", "a tunnel, which an API does not have"],
] as const;

const methodsWithContent: ReadonlySet<string> = new Set(["POST", "PUT", "PATCH"]);

function headersOf({ headers, body, method }: Omit<SentRequest, "url">, host: string): readonly string[] {
  const length =
    body === undefined ? (methodsWithContent.has(method) ? 0 : undefined) : Buffer.byteLength(body);
  return [
    "Host",
    headerOf(headers, "host") ?? host,
    ...withoutHeader(headers, "host"),
    ...(length === undefined ? [] : ["Content-Length", String(length)]),
  ];
}

function failed(source: string, reason: string, message: string): PolicyFailure {
  return new PolicyFailure(
    { source, reason, message },
    { statusCode: 500, message: "Internal server error" },
  );
}
