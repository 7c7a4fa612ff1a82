import type { IncomingMessage } from "node:http";
import { Readable } from "node:stream";
import { readBody } from "../kernel/request-body.ts";

const maxBytes = 56 * 1024;

/** Reads a form; `undefined` when the request carries something else, or too much. */
export async function readForm(request: IncomingMessage): Promise<URLSearchParams | undefined> {
  const isForm = /^application\/x-www-form-urlencoded\b/i.test(request.headers["content-type"] ?? "");
  const body = await readBody(request, maxBytes);
  return isForm && body !== undefined ? new URLSearchParams(body) : undefined;
}

/** What the OAuth library is to see of a request. */
export interface SeenRequest {
  /** Takes the place of the request's own method. */
  readonly method?: string;
  /** Where the authorization server is, `/oauth2/default`. */
  readonly mount: string;
  /** Below {@link mount}, with its query. */
  readonly path: string;
  /** The form that is read in the place of the request's body. */
  readonly body?: URLSearchParams;
  /** Takes the place of the request's own header. */
  readonly authorization?: string;
}

/**
 * A request once more for the OAuth library, whose own reader of queries and forms has other limits and another decoder: it sees what
 * was checked, written anew, and nothing else.
 */
export function replayed(
  request: IncomingMessage,
  { method = request.method ?? "GET", mount, path, body, authorization }: SeenRequest,
): IncomingMessage {
  const text = body?.toString() ?? "";
  const copy = Readable.from(text === "" ? [] : [Buffer.from(text)], { objectMode: false });
  const { rawHeaders, socket, httpVersion, httpVersionMajor, httpVersionMinor } = request;
  const headers = {
    ...request.headers,
    ...(body === undefined ? {} : { "content-length": String(Buffer.byteLength(text)) }),
    ...(authorization === undefined ? {} : { authorization }),
  };
  // The library looks for `url` in `originalUrl`, letter by letter, and takes what is before it for its own address.
  const seen = { url: path, originalUrl: mount + path, headers, connection: socket };
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
