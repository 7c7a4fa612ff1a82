import { once } from "node:events";
import { connect } from "node:net";

/**
 * Sends bytes, one for each character, and gives what comes back until the server closes: for requests that no HTTP client
 * would send.
 */
export async function sendRaw(origin: string, bytes: string): Promise<string> {
  const { hostname, port } = new URL(origin);
  const socket = connect(Number(port), hostname);
  const chunks: Buffer[] = [];
  socket.on("data", (chunk) => chunks.push(chunk));
  // A server may close before it has read everything; what it said until then is the answer.
  socket.on("error", () => socket.destroy());
  socket.end(Buffer.from(bytes, "latin1"));
  await once(socket, "close");
  return Buffer.concat(chunks).toString("latin1");
}

/** A request as it is sent: `["GET / HTTP/1.1", "Host: x", "Connection: close"]`, then its body. */
export function rawRequest(head: readonly string[], body = ""): string {
  return `${head.join("\r\n")}\r\n\r\n${body}`;
}
