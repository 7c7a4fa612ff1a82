import type { IncomingMessage } from "node:http";
import { Readable } from "node:stream";
import { readBody } from "../request-body.ts";

const maxBytes = 56 * 1024;

/** Reads a form; `undefined` when the request carries something else, or too much. */
export async function readForm(request: IncomingMessage): Promise<URLSearchParams | undefined> {
  const isForm = /^application\/x-www-form-urlencoded\b/i.test(request.headers["content-type"] ?? "");
  const body = await readBody(request, maxBytes);
  return isForm && body !== undefined ? new URLSearchParams(body) : undefined;
}

/** The request once more, with a body that was read already and a path below a mount point. */
export function replayed(
  request: IncomingMessage,
  { path, body }: { path: string; body?: URLSearchParams },
): IncomingMessage {
  const text = body?.toString() ?? "";
  const copy = Readable.from(text === "" ? [] : [Buffer.from(text)], { objectMode: false });
  const { method, rawHeaders, socket, httpVersion, httpVersionMajor, httpVersionMinor, url } = request;
  const headers = {
    ...request.headers,
    ...(body === undefined ? {} : { "content-length": String(Buffer.byteLength(text)) }),
  };
  // The library works out its own addresses from the difference between the two.
  const seen = { url: path, originalUrl: url, headers, connection: socket };
  return Object.assign(copy, {
    method,
    rawHeaders,
    socket,
    httpVersion,
    httpVersionMajor,
    httpVersionMinor,
    ...seen,
  }) as unknown as IncomingMessage;
}
