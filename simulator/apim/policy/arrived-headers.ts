import { type RawHeaders, withoutHeader } from "./exchange.ts";

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

/** The headers of a message that has arrived, told apart. */
export interface ArrivedHeaders {
  /** Those that are meant for the other end: without framing, and without what concerns the connection or `Connection` names. */
  readonly forOtherEnd: RawHeaders;
  readonly contentLength: string | undefined;
  readonly transferEncoding: string | undefined;
  /** How often the header stands there that was left out besides. */
  readonly leftOut: number;
}

/**
 * Tells the headers of a message apart.
 *
 * @param alsoLeftOut Name in lower case of one more that the next sender writes itself.
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-7.6.1
 */
export function readArrived(headers: RawHeaders, alsoLeftOut?: string): ArrivedHeaders {
  const framing: Record<string, string | undefined> = {};
  let kept: RawHeaders = [];
  let leftOut = 0;
  for (let at = 0; at + 1 < headers.length; at += 2) {
    const name = headers[at] ?? "";
    const value = headers[at + 1] ?? "";
    const lower = name.toLowerCase();
    if (lower === alsoLeftOut) leftOut += 1;
    else if (!isOfOneMessage(lower)) kept.push(name, value);
    else framing[lower] = framing[lower] === undefined ? value : `${framing[lower]}, ${value}`;
  }
  for (const token of framing.connection?.split(",") ?? []) {
    const named = token.trim().toLowerCase();
    // Most connections name nothing that is still there.
    if (named !== "close" && !isOfOneMessage(named)) kept = withoutHeader(kept, named);
  }
  const { "content-length": contentLength, "transfer-encoding": transferEncoding } = framing;
  return { forOtherEnd: kept, contentLength, transferEncoding, leftOut };
}
