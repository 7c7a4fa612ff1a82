import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { readBody } from "../kernel/request-body.ts";
import { targetOf } from "../kernel/request-target.ts";
import { type Answer, resources, text } from "./conference-resources.ts";

const maxBodyBytes = 4096;

const routes = resources.map(([method, template, resource]) => ({
  method,
  pattern: new RegExp(`^${template.replace("{id}", "(\\d{1,9})")}$`),
  resource,
}));

/**
 * The Conference API's backend, with sessions of our own: it trusts whoever reaches it, as backends behind a gateway do.
 * A request's body may have 4096 bytes.
 */
export function conferenceBackend(): RequestListener {
  return (request, response) => {
    readBody(request, maxBodyBytes)
      .then((body) =>
        write(request, response, body === undefined ? text("Body is too long", 413) : answer(request, body)),
      )
      // The client broke off, or the answer cannot be sent: the exchange ends, and nothing else.
      .catch(() => response.destroy());
  };
}

function answer(request: IncomingMessage, body: string): Answer {
  const { path, query } = targetOf(request.url);
  const method = request.method === "HEAD" ? "GET" : request.method;
  const fitting = routes.filter(({ pattern }) => pattern.test(path));
  const route = fitting.find((one) => one.method === method);
  if (route === undefined) {
    const allow = fitting.map((one) => (one.method === "GET" ? "GET, HEAD" : one.method)).join(", ");
    return allow === "" ? text("Not found", 404) : { ...text("Method not allowed", 405), headers: { allow } };
  }
  const id = Number(route.pattern.exec(path)?.[1] ?? Number.NaN);
  const { accept = "", "content-type": contentType = "" } = request.headers;
  return route.resource(id, { query: new URLSearchParams(query), accept, contentType, body });
}

function write(
  request: IncomingMessage,
  response: ServerResponse,
  { status, contentType, body, headers }: Answer,
): void {
  response.writeHead(status, {
    "content-type": contentType,
    "content-length": Buffer.byteLength(body),
    ...headers,
  });
  response.end(request.method === "HEAD" ? undefined : body);
}
