import * as http from "node:http";
import * as https from "node:https";
import type { LookupFunction } from "node:net";
import {
  type ForwardSettings,
  type PendingResponse,
  PolicyFailure,
  type RawHeaders,
} from "../policy/exchange.ts";

/** Kept-alive connections to the backends, one set for the whole gateway. */
export interface Agents {
  readonly http: http.Agent;
  readonly https: https.Agent;
}

/** One set of agents; connections stay open between requests. */
export function createAgents(): Agents {
  return { http: new http.Agent({ keepAlive: true }), https: new https.Agent({ keepAlive: true }) };
}

/** A backend's address, taken apart once. */
export interface BackendAddress {
  readonly protocol: string;
  readonly hostname: string;
  readonly port: string;
  /** Host and port for the `Host` header. */
  readonly host: string;
  /** Path in front of the operation's, without a slash at its end. */
  readonly path: string;
}

/** Takes a backend's URL apart. */
export function parseBackend(url: string): BackendAddress {
  const { protocol, hostname, port, host, pathname } = new URL(url);
  return {
    protocol,
    hostname: hostname.replace(/^\[|\]$/g, ""),
    port,
    host,
    path: pathname.replace(/\/+$/, ""),
  };
}

/** What is sent on, and where the client's side ends. */
export interface Forwarding extends ForwardSettings {
  readonly method: string;
  /** Path and query below the API's path. */
  readonly target: string;
  readonly headers: RawHeaders;
  /** In place of the client's body. */
  readonly body: string | undefined;
  readonly incoming: http.IncomingMessage;
  readonly outgoing: http.ServerResponse;
}

/**
 * Calls a backend and gives its answer as soon as the headers are there; bodies are streamed both ways.
 *
 * @throws {PolicyFailure} `BackendConnectionFailure` or `Timeout`; the client gets 500.
 */
export function forwardTo(
  backend: BackendAddress,
  agents: Agents,
  call: Forwarding,
): Promise<PendingResponse> {
  const secure = backend.protocol === "https:";
  const { incoming, outgoing } = call;
  const request = (secure ? https : http).request({
    agent: secure ? agents.https : agents.http,
    hostname: backend.hostname,
    port: backend.port,
    method: call.method,
    path: backend.path + call.target,
    headers: requestHeaders(backend, call),
    setHost: false,
    ...(isInvalidName(backend.hostname) ? { lookup: notFound } : {}),
  });
  return new Promise((resolve, reject) => {
    const fail = (reason: string, message: string) =>
      reject(
        new PolicyFailure(
          { source: "forward-request", reason, message },
          { statusCode: 500, message: "Internal server error" },
        ),
      );
    const timer = setTimeout(() => {
      fail("Timeout", `the backend must answer within ${call.timeoutSeconds} s.`);
      request.destroy();
    }, call.timeoutSeconds * 1000);
    let answer: http.IncomingMessage | undefined;
    request.once("response", (response) => {
      clearTimeout(timer);
      answer = response;
      const headers = endToEnd(response.rawHeaders);
      resolve({
        statusCode: response.statusCode ?? 502,
        ...(response.statusMessage ? { reason: response.statusMessage } : {}),
        headers,
        body: response,
      });
    });
    request.once("error", (error: NodeJS.ErrnoException) => {
      clearTimeout(timer);
      fail(
        "BackendConnectionFailure",
        `the backend ${backend.host} must be reachable; got ${error.code ?? error.message}.`,
      );
    });
    // Nobody reads what a client that left, or a policy that answered instead, leaves of the backend's answer: it must not keep
    // its connection. One that has arrived whole gives the connection back.
    const letGo = () => {
      clearTimeout(timer);
      if (answer?.readableEnded) return;
      if (answer?.complete) answer.resume();
      else request.destroy();
    };
    // A policy may have waited for longer than the client did.
    if (outgoing.destroyed) letGo();
    else outgoing.once("close", letGo);
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

// https://www.rfc-editor.org/rfc/rfc9112#section-6.3
function hasBody({ headers }: http.IncomingMessage): boolean {
  return headers["content-length"] !== undefined || headers["transfer-encoding"] !== undefined;
}

// https://www.rfc-editor.org/rfc/rfc9110#section-7.6.1
const hopByHop = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

function requestHeaders(backend: BackendAddress, { headers, body, incoming }: Forwarding): RawHeaders {
  const isReplaced = (lower: string) =>
    lower === "host" || lower === "x-forwarded-for" || (body !== undefined && lower === "content-length");
  const sent = ["Host", backend.host, ...endToEnd(headers, isReplaced)];
  // The body is framed anew where the client framed it in chunks.
  if (body !== undefined) sent.push("Content-Length", String(Buffer.byteLength(body)));
  else if (incoming.headers["transfer-encoding"] !== undefined) sent.push("Transfer-Encoding", "chunked");
  const client = [incoming.headers["x-forwarded-for"], incoming.socket.remoteAddress]
    .filter(Boolean)
    .join(",");
  sent.push("X-Forwarded-For", client);
  return sent;
}

/** The headers that are meant for the other end, not for the next hop alone. */
function endToEnd(headers: RawHeaders, isReplaced: (lowerName: string) => boolean = () => false): RawHeaders {
  const kept: RawHeaders = [];
  const named = namedByConnection(headers);
  for (let at = 0; at + 1 < headers.length; at += 2) {
    const name = headers[at] ?? "";
    const lower = name.toLowerCase();
    if (!hopByHop.has(lower) && !named.has(lower) && !isReplaced(lower))
      kept.push(name, headers[at + 1] ?? "");
  }
  return kept;
}

function namedByConnection(headers: RawHeaders): ReadonlySet<string> {
  const named = new Set<string>();
  for (let at = 0; at + 1 < headers.length; at += 2) {
    if (headers[at]?.toLowerCase() === "connection")
      for (const token of headers[at + 1]?.split(",") ?? []) named.add(token.trim().toLowerCase());
  }
  return named;
}
