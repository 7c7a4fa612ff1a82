const special = /[. '/"[\]()\t\n\r\f\b\\\u0085\u2028\u2029]/;

/** Escapes as `JsonConvert` does, for a text within a given quotation mark. */
export function escapeJson(text: string, quote: '"' | "'"): string {
  const short: Readonly<Record<string, string>> = {
    "\t": "\\t",
    "\n": "\\n",
    "\r": "\\r",
    "\f": "\\f",
    "\b": "\\b",
    "\\": "\\\\",
  };
  return text.replace(/[\p{Cc}\\"'\u2028\u2029]/gu, (char) => {
    if (char === "'" || char === '"') return char === quote ? `\\${char}` : char;
    if (char >= "\u007f" && char <= "\u009f" && char !== "\u0085") return char;
    return short[char] ?? `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}

/** The path of a place in a document: `["a", 0, "b c"]` → `a[0]['b c']`. */
export function jsonPathText(steps: readonly (string | number)[]): string {
  let text = "";
  for (const step of steps) {
    if (typeof step === "number") text += `[${step}]`;
    else if (special.test(step)) text += `['${escapeJson(step, "'")}']`;
    else text += text === "" ? step : `.${step}`;
  }
  return text;
}
