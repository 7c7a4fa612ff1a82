import { isUtf8 } from "node:buffer";

/** Objects and arrays in one another; a token that needs more is none. */
const maxDepth = 32;

/**
 * Reads a JSON object that everybody reads alike: valid UTF-8, no name twice in an object, at most 32 levels. Gives `undefined` for
 * anything else.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7519#section-4
 * @see https://www.rfc-editor.org/rfc/rfc8259#section-8.1
 */
export function readJsonObject(bytes: Buffer): Record<string, unknown> | undefined {
  if (!isUtf8(bytes)) return undefined;
  const text = bytes.toString("utf8");
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
    if (!isShallow(value)) return undefined;
    // What is written as JSON.stringify writes it has each name once. Most issuers write so, and the walk takes three times as long.
    const isReadAlike = JSON.stringify(value) === text || isUnambiguous(text);
    return isReadAlike ? (value as Record<string, unknown>) : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function isShallow(value: unknown, depth = 1): boolean {
  if (typeof value !== "object" || value === null) return true;
  return depth <= maxDepth && Object.values(value).every((item) => isShallow(item, depth + 1));
}

const parts = /"(?:[^"\\]|\\.)*"|[[\]{}:,]/g;

/** Walks over a text that is JSON: what `JSON.parse` gives no longer tells a name that came twice. */
function isUnambiguous(text: string): boolean {
  // The names of each object that is open; an array has none.
  const open: (Set<string> | undefined)[] = [];
  let last = "";
  for (const [part] of text.matchAll(parts)) {
    if (part === "{" || part === "[") open.push(part === "{" ? new Set() : undefined);
    else if (part === "}" || part === "]") open.pop();
    else if (part === ":") {
      const name = JSON.parse(last) as string;
      const names = open.at(-1);
      if (names?.has(name)) return false;
      names?.add(name);
    }
    last = part;
  }
  return true;
}
