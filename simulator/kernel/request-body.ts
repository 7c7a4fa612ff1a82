import type { IncomingMessage } from "node:http";

/** Reads a request's body as text; `undefined` when it has more bytes than there may be. */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += (chunk as Buffer).length;
    // The rest is read to its end and dropped, so that the connection can be used again.
    if (bytes <= maxBytes) chunks.push(chunk as Buffer);
  }
  return bytes > maxBytes ? undefined : Buffer.concat(chunks).toString("utf8");
}
