/** A request's target as it came, undecoded. */
export interface RequestTarget {
  readonly path: string;
  /** With its question mark; empty when there is none. */
  readonly query: string;
}

/**
 * Takes a request's target apart: `/a?b=1` → `{ path: "/a", query: "?b=1" }`. Not by `new URL`: it throws for some targets that
 * clients can send, `//` for one.
 */
export function targetOf(url = "/"): RequestTarget {
  // https://www.rfc-editor.org/rfc/rfc9112#section-3.2.2
  const origin = url.startsWith("/") ? url : url.replace(/^https?:\/\/[^/?]*/i, "");
  const mark = origin.indexOf("?");
  return mark < 0
    ? { path: origin || "/", query: "" }
    : { path: origin.slice(0, mark) || "/", query: origin.slice(mark) };
}
