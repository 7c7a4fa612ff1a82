/** Lines between fences longer than any in them: nothing in a text can end the block. */
export function codeBlock(language: string, lines: readonly string[]): string[] {
  const longest = lines.flatMap((line) => [...line.matchAll(/`+/g)].map(([marks]) => marks.length));
  const fence = "`".repeat(Math.max(3, ...longest.map((length) => length + 1)));
  return [fence + language, ...lines, fence];
}

/** Text of a document as text: no markup, no mention of anybody, no further cell. */
export function escapedText(value: string): string {
  return value
    .replace(/[\r\n]+/g, " ")
    .replace(/[\\`*_{}[\]()#+!|<>@&~-]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** Text of a document as code. */
export function code(value: string): string {
  return `<code>${escapedText(value)}</code>`;
}
