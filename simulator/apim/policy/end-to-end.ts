import type { RawHeaders } from "./exchange.ts";

// https://www.rfc-editor.org/rfc/rfc9110#section-7.6.1, and two that are for the nearest proxy alone: section 11.7.
const ofOneHop: ReadonlySet<string> = new Set([
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** Whether a header frames one message or belongs to one connection: the sender of the next message writes its own. */
export function isOfOneMessage(lowerName: string): boolean {
  return lowerName === "content-length" || ofOneHop.has(lowerName);
}

/**
 * The headers of a message that has arrived which are meant for the other end: without its framing, without what concerns the
 * connection, and without what `Connection` names.
 *
 * @param alsoLeftOut Name in lower case of one more that the next sender writes itself.
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-7.6.1
 */
export function endToEnd(headers: RawHeaders, alsoLeftOut?: string): RawHeaders {
  const kept: RawHeaders = [];
  const named = namedByConnection(headers);
  for (let at = 0; at + 1 < headers.length; at += 2) {
    const name = headers[at] ?? "";
    const lower = name.toLowerCase();
    if (!isOfOneMessage(lower) && !named.has(lower) && lower !== alsoLeftOut)
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
