import * as http from "node:http";
import { PassThrough, Readable } from "node:stream";
import { type ArrivedHeaders, isOfOneMessage, readArrived } from "../policy/arrived-headers.ts";
import {
  type ClientCertificate,
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
import { isUnsendable, type UpstreamAnswer, UpstreamCall, whyUnanswered } from "./upstream-call.ts";

/** What is sent on, and where the client's side ends. */
export interface Forwarding extends ForwardSettings {
  readonly method: string;
  /** Path and query below the API's path. */
  readonly target: string;
  readonly headers: RawHeaders;
  /** In place of the client's body. */
  readonly body: string | Buffer | undefined;
  /** What an https backend is shown. @defaultValue nothing */
  readonly clientCertificate?: ClientCertificate | undefined;
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
  const { incoming, outgoing, method, timeoutMilliseconds } = call;
  if (timeoutMilliseconds === 0) throw timedOut(0);
  const agent = connections.agentFor(backend, method, call.clientCertificate);
  const answer = new Promise<UpstreamAnswer>((resolve, reject) => {
    const upstream = new UpstreamCall({
      sent: () => connections.countSent(backend, method),
      answered: (answer) => {
        clearTimeout(timer);
        resolve(answer);
      },
      failed: (error, isReached) => {
        clearTimeout(timer);
        reject(connections.failureOf(error, backend, method) ?? failureOf(error, backend, isReached));
      },
      // A call that is over has nothing to let go of: many may be tried again for one client.
      over: () => outgoing.off("close", letGo),
    });
    const end = (failure: PolicyFailure) => {
      clearTimeout(timer);
      upstream.end();
      reject(failure);
    };
    const timer = setTimeout(() => end(timedOut(timeoutMilliseconds)), timeoutMilliseconds);
    // Nobody reads what a client that left, or a policy that answered instead, leaves of the backend's answer: it must not keep
    // its connection. One that has arrived whole has given it back.
    const letGo = () => end(clientLeftFailure("forward-request"));
    // A policy may have waited for longer than the client did.
    if (outgoing.destroyed) return letGo();
    outgoing.once("close", letGo);
    const headers = requestHeaders(backend, call);
    const body = call.body ?? (hasBody(incoming) ? passOn(incoming) : null);
    const path = backend.path + call.target;
    agent.dispatch({ origin: backend.origin, method, path, headers, body }, upstream);
  });
  return answer.then((received) => pendingResponse(received, backend, call));
}

/**
 * The client's body, for a call that may end before all of it has come: the client's connection goes on, and what is still on its way
 * must not hold up the next request.
 */
function passOn(incoming: http.IncomingMessage): PassThrough {
  // Of chunks, not of bytes: undici would count the bytes of a body that has come already, and send their length in place of chunks.
  const body = new PassThrough({ readableObjectMode: true });
  body.once("close", () => {
    incoming.unpipe(body);
    incoming.resume();
  });
  // The call itself tells why it ended.
  body.on("error", () => {});
  return incoming.pipe(body);
}

function pendingResponse(
  answer: UpstreamAnswer,
  backend: BackendAddress,
  { method, incoming }: Pick<Forwarding, "method" | "incoming">,
): PendingResponse {
  const { statusCode, statusMessage, rawHeaders, body } = answer;
  const arrived = readArrived(rawHeaders);
  const problem = problemOf(answer, arrived);
  if (problem !== undefined) {
    if (body instanceof Readable) body.destroy();
    throw badAnswer(backend, problem);
  }
  const { forOtherEnd: headers, contentLength } = arrived;
  // An answer that had no content may still say how long it would be; a policy may give it another status.
  // A policy may have made a HEAD of the client's GET, whose answer has a body, an empty one then.
  const isEmpty = method === "HEAD" ? incoming.method !== "HEAD" : isWithoutContent(statusCode);
  const isLengthTrue = contentLength !== undefined && !isEmpty;
  const isWhole = isLengthTrue && Buffer.isBuffer(body) && body.length === Number(contentLength);
  return {
    statusCode,
    ...(statusMessage === "" ? {} : { reason: statusMessage }),
    headers,
    // A body without a length goes on in chunks, as it came.
    body: isWhole || body instanceof Readable ? body : streamOf(body),
    ...(isLengthTrue && !isWhole ? { contentLength } : {}),
  };
}

function streamOf(bytes: Buffer): Readable {
  const stream = new Readable({ read() {} });
  if (bytes.length > 0) stream.push(bytes);
  stream.push(null);
  return stream;
}

function problemOf(
  { statusCode, statusMessage }: UpstreamAnswer,
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

function failureOf(error: NodeJS.ErrnoException, backend: BackendAddress, isReached: boolean): PolicyFailure {
  const why = whyUnanswered(error);
  // A policy may set a header that HTTP cannot carry.
  if (isUnsendable(error)) return failure("BackendConnectionFailure", `the request cannot be sent: ${why}.`);
  // It broke off, or its answer is no HTTP message.
  if (isReached) return badAnswer(backend, why);
  return failure("BackendConnectionFailure", `the backend ${backend.host} cannot be reached (${why}).`);
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
    // The gateway has answered it: https://www.rfc-editor.org/rfc/rfc9110#section-10.1.1
    else if (lower !== "expect" && !isOfOneMessage(lower)) sent.push(name, value);
  }
  clients.push(incoming.socket.remoteAddress ?? "unknown");
  sent.push("X-Forwarded-For", clients.join(","), "Host", host);
  // The client's body is as long as it came; undici frames every other one.
  const length = call.body === undefined ? incoming.headers["content-length"] : undefined;
  if (length !== undefined) sent.push("Content-Length", BigInt(length).toString());
  return sent;
}
