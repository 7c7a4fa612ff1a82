/**
 * Finds where a policy expression ends, minding C#'s strings (plain, verbatim, interpolated), characters and comments. It reads each
 * letter once.
 *
 * @param text Text with its entities decoded.
 * @param start Index of the `@` of `@(` or `@{`.
 * @returns Index past the closing bracket; `undefined` when there is no expression, or when it never ends.
 */
export function expressionEnd(text: string, start: number): number | undefined {
  const first = text[start + 1];
  if (text[start] !== "@" || (first !== "(" && first !== "{")) return undefined;
  // What is open, from the outside: the expression itself, then strings with holes and the holes in them.
  const open: Open[] = [codeUntil(first)];
  let index = start + 2;
  for (;;) {
    const innermost = open.at(-1);
    if (innermost === undefined) return index;
    const next = innermost.kind === "code" ? readCode(text, index, open) : readHoled(text, index, open);
    if (next === undefined) return undefined;
    index = next;
  }
}

/** Code up to the bracket that closes it, or a string with holes. */
type Open =
  | { readonly kind: "code"; readonly opening: "(" | "{"; readonly closing: ")" | "}"; depth: number }
  | { readonly kind: "holed"; readonly isVerbatim: boolean };

function codeUntil(opening: "(" | "{"): Open {
  return { kind: "code", opening, closing: opening === "(" ? ")" : "}", depth: 1 };
}

/** Reads code up to its next bracket or string with holes; gives the index after it. */
function readCode(text: string, from: number, open: Open[]): number | undefined {
  const code = open.at(-1);
  if (code?.kind !== "code") return undefined;
  const token = /\/[/*]|[$@]*"|'|[(){}]/g;
  token.lastIndex = from;
  for (let found = token.exec(text); found !== null; found = token.exec(text)) {
    const [word] = found;
    const after = token.lastIndex;
    if (word === code.opening) code.depth += 1;
    else if (word === code.closing) {
      code.depth -= 1;
      if (code.depth > 0) continue;
      open.pop();
      return after;
    } else if (word.endsWith('"') && word.includes("$")) {
      open.push({ kind: "holed", isVerbatim: word.includes("@") });
      return after;
    } else {
      const end = endOf(word, text, after);
      if (end === undefined) return undefined;
      token.lastIndex = end;
    }
  }
  return undefined;
}

/** Index past what a token in code begins: a comment, a character or a string without holes. */
function endOf(word: string, text: string, after: number): number | undefined {
  if (word === "//") return pastMatch(/\n/g, text, after);
  if (word === "/*") return pastMatch(/\*\//g, text, after);
  // An apostrophe that is no character is left to the compiler, which names its place.
  if (word === "'") return pastMatch(/(?:\\.|[^'\\\n])[^'\n]{0,10}'/y, text, after) ?? after;
  if (!word.endsWith('"')) return after;
  return word.includes("@") ? pastVerbatim(text, after) : pastPlain(text, after);
}

function pastPlain(text: string, from: number): number | undefined {
  const special = /["\\]/g;
  special.lastIndex = from;
  for (let found = special.exec(text); found !== null; found = special.exec(text)) {
    if (found[0] === '"') return special.lastIndex;
    special.lastIndex += 1;
  }
  return undefined;
}

function pastVerbatim(text: string, from: number): number | undefined {
  for (let quote = text.indexOf('"', from); quote >= 0; quote = text.indexOf('"', quote + 2)) {
    if (text[quote + 1] !== '"') return quote + 1;
  }
  return undefined;
}

/** Reads a string with holes up to its end or its next hole; gives the index after it. */
function readHoled(text: string, from: number, open: Open[]): number | undefined {
  const holed = open.at(-1);
  if (holed?.kind !== "holed") return undefined;
  const special = holed.isVerbatim ? /""|\{\{|["{]/g : /\\[\s\S]|\{\{|["{]/g;
  special.lastIndex = from;
  for (let found = special.exec(text); found !== null; found = special.exec(text)) {
    if (found[0] === '"') open.pop();
    else if (found[0] === "{") open.push(codeUntil("{"));
    else continue;
    return special.lastIndex;
  }
  return undefined;
}

function pastMatch(pattern: RegExp, text: string, from: number): number | undefined {
  pattern.lastIndex = from;
  return pattern.exec(text) === null ? undefined : pattern.lastIndex;
}
