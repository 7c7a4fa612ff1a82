/** How a language writes what no bracket counts in. */
export interface SourceSyntax {
  /** Finds the end of a comment or text that begins at an index; `undefined` where none begins there. */
  readonly skip: (text: string, index: number) => number | undefined;
}

/** Index after the bracket that closes the one at `open`; the text's end where none does. */
export function endOfBracket(text: string, open: number, { skip }: SourceSyntax): number {
  let depth = 0;
  for (let at = open; at < text.length; ) {
    const end = skip(text, at);
    if (end !== undefined) {
      at = end;
      continue;
    }
    const letter = text[at] ?? "";
    if ("{[(".includes(letter)) depth += 1;
    else if ("}])".includes(letter)) depth -= 1;
    at += 1;
    if (depth === 0) return at;
  }
  return text.length;
}

/** An attribute of a block: its text as it was written, and the index at which that begins. */
export interface WrittenAttribute {
  readonly text: string;
  readonly index: number;
}

/**
 * The attributes of a block, `name = value` or `name: value`, and its inner blocks, each by its first name. Of several of one name the
 * first counts.
 *
 * @param from Index after the block's bracket.
 */
export function attributesIn(
  text: string,
  from: number,
  end: number,
  syntax: SourceSyntax,
): ReadonlyMap<string, WrittenAttribute> {
  const found = new Map<string, WrittenAttribute>();
  const head = /\s*(?:"([^"\n]+)"|'([^'\n]+)'|([A-Za-z_][\w-]*))(?:[ \t]*[:=]|(?=[ \t]*\{))[ \t]*/y;
  for (let at = from; at < end; ) {
    head.lastIndex = at;
    const match = head.exec(text);
    if (match === null || head.lastIndex > end) {
      const skipped = syntax.skip(text, at);
      at = skipped ?? at + 1;
      continue;
    }
    const index = head.lastIndex;
    const stop = Math.min(endOfValue(text, index, syntax), end);
    const name = match[1] ?? match[2] ?? match[3] ?? "";
    if (!found.has(name)) found.set(name, { text: text.slice(index, stop).trim(), index });
    at = Math.max(stop, index + 1);
  }
  return found;
}

/** A value ends with its line, unless it is in brackets or a text that goes on. */
function endOfValue(text: string, from: number, syntax: SourceSyntax): number {
  for (let at = from; at < text.length; ) {
    const skipped = syntax.skip(text, at);
    const letter = text[at] ?? "";
    // A comment behind a value is none of it.
    if (skipped !== undefined && "#/".includes(letter)) return at;
    if (skipped !== undefined) {
      at = skipped;
      continue;
    }
    if (letter === "\n" || letter === "," || letter === "}") return at;
    at = "{[(".includes(letter) ? endOfBracket(text, at, syntax) : at + 1;
  }
  return text.length;
}

/** The line of an index, from 1. */
export function lineAt(text: string, index: number): number {
  return text.slice(0, index).split("\n").length;
}

/** A path relative to the folder of a file, both in one folder: `../a.xml` beside `infra/main.tf` is `a.xml`. */
export function besides(file: string, relative: string): string {
  const steps = file.split("/").slice(0, -1);
  for (const step of relative.split("/")) {
    // What leads out of the folder names nothing in it.
    if (step === ".." && steps.length > 0 && steps.at(-1) !== "..") steps.pop();
    else if (step === "..") steps.push(step);
    else if (step !== "." && step !== "") steps.push(step);
  }
  return steps.join("/");
}

/** A name that a named value may have, for what a file puts in when it is deployed: `var.tenant_id`. */
export function placeholderName(expression: string): string {
  return (
    expression
      .trim()
      .replace(/[^A-Za-z0-9\-._]+/g, "-")
      .replace(/^-+|-+$/g, "")
      .slice(0, 80) || "value"
  );
}

/**
 * Puts named values in the place of what a deployment substitutes: `${var.tenant}` → `{{var.tenant}}`.
 *
 * @param substitution Global; its groups are what escapes the substitution, empty where nothing does, and what is substituted.
 */
export function withPlaceholders(text: string, substitution: RegExp): string {
  return text.replace(substitution, (_, escaped: string, inside: string) =>
    escaped === "" ? `{{${placeholderName(inside)}}}` : `\${${inside}}`,
  );
}
