/** A request's path, read once for the gateway and its backends alike. */
export interface RequestPath {
  /** Decoded and in lower case, for comparing: `/Caf%C3%A9/a` → `/café/a`. */
  readonly text: string;
  /** Its segments as they came, for forwarding. */
  readonly written: readonly string[];
}

// What RFC 3986 §3.3 lets stand in a path, without escapes and without parameters of a segment.
const plain = /^(?:\/[A-Za-z0-9\-_~.!$&'()*+,=:@]+)+\/?$/;
const allowed = /^(?:\/(?:[A-Za-z0-9\-_~.!$&'()*+,=:@]|%[0-9A-Fa-f]{2})*)+$/;

/**
 * Reads a path that every backend reads alike; gives `undefined` for any other. That one could lead a backend to another operation
 * than the one that was authorized: a dot segment, an empty segment, a slash or backslash inside a segment, a parameter of a
 * segment (`;`), a fragment, control characters, escapes that are malformed, that are no UTF-8 or that hold a further escape,
 * each as it is, escaped, or as a character that Unicode holds to be compatible with it.
 *
 * Differs from Azure: a path that backends read in different ways, as one with `..`, `;`, `%2f`, `%25` before two digits or `//`, matches no operation.
 *
 * @see https://www.rfc-editor.org/rfc/rfc3986#section-7.3
 */
export function readPath(path: string): RequestPath | undefined {
  if (plain.test(path)) {
    const written = path.split("/").slice(1);
    return written.some(isDots) ? undefined : { text: path.toLowerCase(), written };
  }
  if (path === "/") return { text: "/", written: [""] };
  if (!allowed.test(path)) return undefined;
  const written = path.split("/").slice(1);
  const segments = written.map(decoded);
  // A slash at the end makes an empty segment there, and only there.
  const isClear = (segment: string | undefined, index: number) =>
    segment !== undefined && (segment !== "" || index === segments.length - 1) && !isAmbiguous(segment);
  return segments.every(isClear) ? { text: `/${segments.join("/")}`.toLowerCase(), written } : undefined;
}

function decoded(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    // No UTF-8: an old decoder takes %c0%ae for a dot.
    return undefined;
  }
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for.
const ambiguous = /[\u0000-\u001f\u007f-\u009f/\\;]|%[0-9a-f]{2}/i;

function isAmbiguous(segment: string): boolean {
  const compatible = segment.normalize("NFKC");
  return [segment, compatible].some((text) => ambiguous.test(text) || isDots(text));
}

// Some file systems drop dots and spaces at the end of a name.
function isDots(segment: string): boolean {
  return /^[.\s]+$/.test(segment);
}
