import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
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
    readBody(request).then(
      (body) =>
        write(request, response, body === undefined ? text("Body is too long", 413) : answer(request, body)),
      // The client broke off; there is nobody to answer.
      () => response.destroy(),
    );
  };
}

function answer(request: IncomingMessage, body: string): Answer {
  const { path, query } = targetOf(request);
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

// Not by `new URL`: it throws for some targets that clients can send, `//` for one.
function targetOf({ url = "/" }: IncomingMessage): { path: string; query: string } {
  // https://www.rfc-editor.org/rfc/rfc9112#section-3.2.2
  const origin = url.replace(/^https?:\/\/[^/?]*/i, "");
  const mark = origin.indexOf("?");
  return mark === -1
    ? { path: origin, query: "" }
    : { path: origin.slice(0, mark), query: origin.slice(mark + 1) };
}

/** The body as text, or `undefined` when it is longer than anything here takes. */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += (chunk as Buffer).length;
    // The rest is read to its end and dropped, so that the connection can be used again.
    if (bytes <= maxBodyBytes) chunks.push(chunk as Buffer);
  }
  return bytes > maxBodyBytes ? undefined : Buffer.concat(chunks).toString("utf8");
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
