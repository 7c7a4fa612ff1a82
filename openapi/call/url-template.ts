/** What of a URL template a request has to fit: `/a/{id}?kind={kind}`. */
export interface UrlTemplate {
  readonly segments: readonly string[];
  /** Parameters that the query must have; those without a value take any. */
  readonly query: readonly QueryPart[];
}

/** A parameter of a template's query. */
export interface QueryPart {
  readonly name: string;
  /** Absent where a placeholder stands. */
  readonly value?: string;
}

/** Reads a path of a document, which may have a query, as in `x-ms-paths`. */
export function readTemplate(path: string): UrlTemplate {
  const [written = "", query = ""] = splitAtQuery(path);
  return {
    segments: written.split("/").slice(1),
    query: [...new URLSearchParams(query)].map(([name, value]) =>
      /^\{.*\}$/.test(value) ? { name } : { name, value },
    ),
  };
}

/** Names of the placeholders of a path or of a query: `id` for `/a/{id}`, `*rest` for `/{*rest}`. */
export function placeholdersOf(text: string): readonly string[] {
  return [...text.matchAll(/\{([^{}]*)\}/g)].map(([, name = ""]) => name);
}

/** Path and query of a template or a request: `/a?b=c` → `/a`, `b=c`. */
export function splitAtQuery(target: string): readonly [path: string, query: string] {
  const at = target.indexOf("?");
  return at === -1 ? [target, ""] : [target.slice(0, at), target.slice(at + 1)];
}

/** Whether a template's last segment stands for all that follows: `*` or `{*rest}`. */
export function isRest(segment: string): boolean {
  return segment === "*" || /^\{\*[^{}]*\}$/.test(segment);
}

/**
 * The segments of a request's path, decoded and in lower case; `undefined` for a path that servers read in different ways: with a
 * dot segment, an empty segment inside, a slash, a backslash or a semicolon inside a segment, or an escape that is none.
 */
export function requestSegments(path: string): readonly string[] | undefined {
  const segments = path.split("/").slice(1).map(decoded);
  const isClear = (segment: string | undefined, index: number) =>
    segment !== undefined && (segment === "" ? index === segments.length - 1 : isPlainSegment(segment));
  return segments.every(isClear) ? segments.map((segment) => (segment ?? "").toLowerCase()) : undefined;
}

/** Whether a text can be one segment of a path, for every server alike. */
export function isPlainSegment(text: string): boolean {
  return [text, text.normalize("NFKC")].every(
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for.
    (form) => !/[\u0000-\u001f\u007f-\u009f/\\;]|%[0-9a-f]{2}/i.test(form) && !/^[.\s]*$/.test(form),
  );
}

/** A template's own text as a request has it: what cannot stand in a path is escaped, and an escape stays. */
export function escapedLiteral(text: string): string {
  return text
    .replace(/%(?![0-9A-Fa-f]{2})/g, "%25")
    .replace(/[^A-Za-z0-9\-_~.!$&'()*+,=:@/%]/gu, encodeURIComponent);
}

function decoded(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    // No escape of UTF-8: the caller treats the whole path as unclear.
    return undefined;
  }
}
