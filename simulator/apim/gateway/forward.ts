import * as http from "node:http";
import * as https from "node:https";
import type { LookupFunction } from "node:net";
import { type ArrivedHeaders, readArrived } from "../policy/arrived-headers.ts";
import {
  clientLeftFailure,
  type ForwardSettings,
  type PendingResponse,
  PolicyFailure,
  type RawHeaders,
} from "../policy/exchange.ts";
import { isReasonPhrase } from "../policy/header-text.ts";
import type { BackendAddress } from "./backend-address.ts";
import type { BackendConnections } from "./backend-connections.ts";
import { isFinal, isWithoutContent } from "./send-response.ts";

/** What is sent on, and where the client's side ends. */
export interface Forwarding extends ForwardSettings {
  readonly method: string;
  /** Path and query below the API's path. */
  readonly target: string;
  readonly headers: RawHeaders;
  /** In place of the client's body. */
  readonly body: string | Buffer | undefined;
  readonly incoming: http.IncomingMessage;
  readonly outgoing: http.ServerResponse;
}

/**
 * Calls a backend and gives its answer as soon as the headers are there; bodies are streamed both ways, and each message is
 * framed anew.
 *
 * Assumed of Azure: a backend that breaks off, or answers what is no final HTTP answer, is told to the client as 502.
 *
 * @throws {PolicyFailure} `BackendConnectionFailure`, `Timeout` or `NotSent`; the client gets 500, or 502 when the backend was reached.
 */
export function forwardTo(
  backend: BackendAddress,
  connections: BackendConnections,
  call: Forwarding,
): Promise<PendingResponse> {
  const { incoming, outgoing, timeoutMilliseconds } = call;
  if (timeoutMilliseconds === 0) throw timedOut(0);
  const request = sendRequest(backend, connections, call);
  return new Promise((resolve, reject) => {
    let isSettled = false;
    const settle = (conclude: () => void) => {
      if (isSettled) return;
      isSettled = true;
      clearTimeout(timer);
      conclude();
    };
    const timer = setTimeout(() => {
      settle(() => reject(timedOut(timeoutMilliseconds)));
      request.destroy();
    }, timeoutMilliseconds);
    let answer: http.IncomingMessage | undefined;
    request.once("response", (response) => {
      const headers = readArrived(response.rawHeaders);
      const problem = problemOf(response, headers);
      if (problem !== undefined) {
        request.destroy();
        return settle(() => reject(badAnswer(backend, problem)));
      }
      answer = response;
      settle(() => resolve(pendingResponse(response, headers, call)));
    });
    request.once("upgrade", (_, socket) => {
      socket.destroy();
      settle(() => reject(badAnswer(backend, "101 without being asked to switch")));
    });
    request.once("connect", (_, socket) => {
      socket.destroy();
      settle(() => reject(badAnswer(backend, "a tunnel, which an API does not have")));
    });
    // Later ones follow where the connection breaks after the answer's headers: the answer's own stream tells of those.
    request.on("error", (error: NodeJS.ErrnoException) =>
      settle(() =>
        reject(connections.failureOf(error, backend, call.method) ?? connectionFailure(backend, error)),
      ),
    );
    // Nobody reads what a client that left, or a policy that answered instead, leaves of the backend's answer: it must not keep
    // its connection. One that has arrived whole gives the connection back.
    const letGo = () => {
      settle(() => reject(clientLeftFailure("forward-request")));
      if (!request.writableFinished) {
        // The answer came before the client's body was through. What still comes of it must not hold up the client's next request.
        incoming.unpipe(request);
        incoming.resume();
        request.destroy();
      } else if (answer?.readableEnded) return;
      else if (answer?.complete) answer.resume();
      else request.destroy();
    };
    // A policy may have waited for longer than the client did.
    if (outgoing.destroyed) letGo();
    else outgoing.once("close", letGo);
    // A call that is over has nothing to let go of: many may be tried again for one client.
    request.once("close", () => outgoing.off("close", letGo));
    if (call.body === undefined && hasBody(incoming)) incoming.pipe(request);
    else request.end(call.body);
  });
}

// No resolver is asked for these names, which cannot exist. https://www.rfc-editor.org/rfc/rfc6761#section-6.4
function isInvalidName(hostname: string): boolean {
  return /(?:^|\.)invalid\.?$/i.test(hostname);
}

const notFound: LookupFunction = (hostname, _options, callback) => {
  const error = Object.assign(new Error(`getaddrinfo ENOTFOUND ${hostname}`), { code: "ENOTFOUND" });
  process.nextTick(callback, error, "", 4);
};

function sendRequest(
  backend: BackendAddress,
  connections: BackendConnections,
  call: Forwarding,
): http.ClientRequest {
  const agent = connections.agentFor(backend, call.method);
  try {
    const request = (backend.protocol === "https:" ? https : http).request({
      agent,
      hostname: backend.hostname,
      port: backend.port,
      method: call.method,
      path: backend.path + call.target,
      headers: requestHeaders(backend, call),
      setHost: false,
      ...(isInvalidName(backend.hostname) ? { lookup: notFound } : {}),
    });
    connections.count(request, backend, call.method);
    return request;
  } catch (error) {
    // A policy may set a header that HTTP cannot carry.
    throw failure("BackendConnectionFailure", `the request cannot be sent: ${(error as Error).message}.`);
  }
}

function pendingResponse(
  response: http.IncomingMessage,
  { forOtherEnd, contentLength }: ArrivedHeaders,
  { method, incoming }: Pick<Forwarding, "method" | "incoming">,
): PendingResponse {
  const { statusCode = 0, statusMessage } = response;
  // An answer that had no content may still say how long it would be; a policy may give it another status.
  // A policy may have made a HEAD of the client's GET, whose answer has a body, an empty one then.
  const isEmpty = method === "HEAD" ? incoming.method !== "HEAD" : isWithoutContent(statusCode);
  const isLengthTrue = contentLength !== undefined && !isEmpty;
  return {
    statusCode,
    ...(statusMessage ? { reason: statusMessage } : {}),
    headers: forOtherEnd,
    body: response,
    ...(isLengthTrue ? { contentLength } : {}),
  };
}

function problemOf(
  { statusCode = 0, statusMessage = "" }: http.IncomingMessage,
  { transferEncoding = "chunked" }: ArrivedHeaders,
): string | undefined {
  if (!isFinal(statusCode)) return `status ${statusCode}`;
  const isStandard = statusMessage === http.STATUS_CODES[statusCode];
  if (!isStandard && !isReasonPhrase(statusMessage)) return "a reason phrase with control characters";
  if (transferEncoding.toLowerCase() === "chunked") return undefined;
  return `transfer coding ${JSON.stringify(transferEncoding)}`;
}

function failure(reason: string, message: string, statusCode = 500): PolicyFailure {
  const clientMessage = statusCode === 502 ? "Bad gateway" : "Internal server error";
  return new PolicyFailure(
    { source: "forward-request", reason, message },
    { statusCode, message: clientMessage },
  );
}

function timedOut(milliseconds: number): PolicyFailure {
  return failure("Timeout", `the backend did not answer within ${milliseconds / 1000} s.`);
}

function badAnswer({ host }: BackendAddress, got: string): PolicyFailure {
  return failure("BackendConnectionFailure", `the backend ${host} gave no final HTTP answer (${got}).`, 502);
}

function connectionFailure(backend: BackendAddress, error: NodeJS.ErrnoException): PolicyFailure {
  const code = error.code ?? error.message;
  // It was reached: it broke off, or its answer is no HTTP message.
  if (code === "ECONNRESET" || code === "EPIPE" || code.startsWith("HPE_")) return badAnswer(backend, code);
  return failure("BackendConnectionFailure", `the backend ${backend.host} cannot be reached (${code}).`);
}

/** Whether a body follows a request's headers. @see https://www.rfc-editor.org/rfc/rfc9112#section-6.3 */
export function hasBody({ headers }: http.IncomingMessage): boolean {
  return headers["content-length"] !== undefined || headers["transfer-encoding"] !== undefined;
}

function requestHeaders(backend: BackendAddress, call: Forwarding): RawHeaders {
  const sent: string[] = [];
  let host = backend.host;
  const clients: string[] = [];
  const { headers, incoming } = call;
  for (let at = 0; at + 1 < headers.length; at += 2) {
    const name = headers[at] ?? "";
    const value = headers[at + 1] ?? "";
    const lower = name.toLowerCase();
    if (lower === "x-forwarded-for") clients.push(value);
    else if (lower === "host") host = value;
    else sent.push(name, value);
  }
  clients.push(incoming.socket.remoteAddress ?? "unknown");
  sent.push("X-Forwarded-For", clients.join(","), ...framing(call));
  return ["Host", host, ...sent];
}

// https://www.rfc-editor.org/rfc/rfc9110#section-8.6: these say that there is no content where there is none.
const methodsWithContent: ReadonlySet<string> = new Set(["POST", "PUT", "PATCH"]);

/** Says how long the body is, or sends chunks: never what a client or a policy wrote. */
function framing({ method, body, incoming }: Forwarding): RawHeaders {
  if (body !== undefined) return ["Content-Length", String(Buffer.byteLength(body))];
  const { "content-length": length, "transfer-encoding": coding } = incoming.headers;
  if (coding !== undefined) return ["Transfer-Encoding", "chunked"];
  if (length !== undefined) return ["Content-Length", BigInt(length).toString()];
  return methodsWithContent.has(method) ? ["Content-Length", "0"] : [];
}
