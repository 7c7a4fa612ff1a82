import * as http from "node:http";
import * as https from "node:https";
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

/** A backend's address, taken apart once for each API. */
export interface Backend {
  readonly protocol: string;
  readonly hostname: string;
  readonly port: string;
  /** Host and port for the `Host` header. */
  readonly host: string;
  /** Path in front of the operation's, without a slash at its end. */
  readonly path: string;
}

/** Takes a service URL apart. */
export function parseBackend(serviceUrl: string): Backend {
  const { protocol, hostname, port, host, pathname } = new URL(serviceUrl);
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
export function forwardTo(backend: Backend, agents: Agents, call: Forwarding): Promise<PendingResponse> {
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
    request.once("response", (response) => {
      clearTimeout(timer);
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
    // A client that leaves must not keep its backend call alive.
    outgoing.once("close", () => {
      clearTimeout(timer);
      if (!outgoing.writableFinished) request.destroy();
    });
    if (call.body === undefined) incoming.pipe(request);
    else request.end(call.body);
  });
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

function requestHeaders(backend: Backend, { headers, body, incoming }: Forwarding): RawHeaders {
  const sent = ["Host", backend.host];
  const isBodyChanged = body !== undefined;
  for (const [name, value] of pairs(endToEnd(headers))) {
    const lower = name.toLowerCase();
    if (lower === "host" || lower === "x-forwarded-for" || (isBodyChanged && lower === "content-length"))
      continue;
    sent.push(name, value);
  }
  // The body is framed anew where the client framed it in chunks.
  if (isBodyChanged) sent.push("Content-Length", String(Buffer.byteLength(body)));
  else if (incoming.headers["transfer-encoding"] !== undefined) sent.push("Transfer-Encoding", "chunked");
  const client = [incoming.headers["x-forwarded-for"], incoming.socket.remoteAddress]
    .filter(Boolean)
    .join(",");
  return [...sent, "X-Forwarded-For", client];
}

/** The headers that are meant for the other end, not for the next hop alone. */
function endToEnd(headers: RawHeaders): RawHeaders {
  const kept: RawHeaders = [];
  const named = new Set<string>();
  for (const [name, value] of pairs(headers)) {
    if (name.toLowerCase() === "connection")
      for (const token of value.split(",")) named.add(token.trim().toLowerCase());
  }
  for (const [name, value] of pairs(headers)) {
    const lower = name.toLowerCase();
    if (!hopByHop.has(lower) && !named.has(lower)) kept.push(name, value);
  }
  return kept;
}

function* pairs(headers: RawHeaders): Generator<[string, string]> {
  for (let at = 0; at + 1 < headers.length; at += 2) yield [headers[at] ?? "", headers[at + 1] ?? ""];
}
