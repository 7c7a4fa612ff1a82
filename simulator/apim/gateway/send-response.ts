import { randomUUID } from "node:crypto";
import type { ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { isOfOneMessage } from "../policy/arrived-headers.ts";
import type { PendingResponse, RawHeaders } from "../policy/exchange.ts";

/**
 * Sends an answer, framed anew.
 *
 * @throws {Error} when HTTP cannot carry its status, reason phrase or headers; then nothing was sent.
 */
export function sendResponse(
  outgoing: ServerResponse,
  response: PendingResponse,
  corsHeaders: RawHeaders = [],
): void {
  const { statusCode, reason, headers, body } = response;
  if (!isFinal(statusCode)) throw new Error(`a final status is 200 to 599, not ${statusCode}`);
  const all = [...withoutFraming(headers), ...corsHeaders, ...framing(response)];
  if (reason === undefined) outgoing.writeHead(statusCode, all);
  else outgoing.writeHead(statusCode, reason, all);
  if (isWithoutContent(statusCode) || body === undefined) outgoing.end();
  else if (typeof body === "string") outgoing.end(body);
  else if (Buffer.isBuffer(body)) {
    // Node writes a text together with the head, and bytes in a write of their own kind, for a tenth of the gateway's time.
    if (body.length <= largestText) outgoing.end(body.toString("latin1"), "latin1");
    else outgoing.end(body);
  } else {
    // A backend that breaks off leaves the client with a broken body, not with one that looks whole. That a client leaves is
    // forwardTo's to see: node's `pipeline` would watch for both, for an eighth of the gateway's time.
    body.on("error", () => outgoing.destroy());
    // It may have broken off while a policy waited.
    if (body.destroyed && !body.readableEnded) outgoing.destroy();
    else body.pipe(outgoing);
  }
}

const largestText = 16 * 1024;

/** The answer where no other can be sent: it always can, or the connection ends. */
export function sendFailure(outgoing: ServerResponse): void {
  if (outgoing.headersSent) {
    outgoing.destroy();
    return;
  }
  const body = `{ "statusCode": 500, "message": "Internal server error", "activityId": "${randomUUID()}" }`;
  // The reason phrase is written out: node keeps the one of an attempt that failed.
  outgoing.writeHead(500, "Internal Server Error", [
    "Content-Type",
    "application/json",
    "Content-Length",
    String(body.length),
  ]);
  outgoing.end(body);
}

/** Whether a status can end an exchange. @see https://www.rfc-editor.org/rfc/rfc9110#section-15 */
export function isFinal(statusCode: number): boolean {
  return statusCode >= 200 && statusCode <= 599;
}

/** Whether an answer of this status has no content. @see https://www.rfc-editor.org/rfc/rfc9110#section-6.4.1 */
export function isWithoutContent(statusCode: number): boolean {
  return statusCode === 204 || statusCode === 205 || statusCode === 304;
}

/** Whatever a policy wrote: a length or a coding that is not true would let its answer run into the next one. */
function withoutFraming(headers: RawHeaders): RawHeaders {
  const isFraming = (_: string, at: number) => isOfOneMessage((headers[at - (at % 2)] ?? "").toLowerCase());
  return headers.some((name, at) => at % 2 === 0 && isFraming(name, at))
    ? headers.filter((text, at) => !isFraming(text, at))
    : headers;
}

function framing({ statusCode, body, contentLength }: PendingResponse): RawHeaders {
  if (statusCode === 205) return ["Content-Length", "0"];
  if (isWithoutContent(statusCode)) return [];
  if (!(body instanceof Readable)) return ["Content-Length", String(Buffer.byteLength(body ?? ""))];
  // Without a length node sends chunks, or ends the connection of a client that speaks HTTP/1.0.
  return contentLength === undefined ? [] : ["Content-Length", contentLength];
}
