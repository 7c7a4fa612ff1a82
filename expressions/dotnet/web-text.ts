import { spend } from "../meter.ts";
import { Encoding } from "./encoding.ts";

function percent(byte: number): string {
  return `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
}

/** Escapes each run of characters that is not kept. */
function encoded(text: string, escaped: RegExp): string {
  spend(text.length / 8);
  return text.replace(escaped, (run) => {
    spend(run.length / 2);
    return Array.from(Encoding.utf8.bytes(run), percent).join("");
  });
}

/**
 * `System.Net.WebUtility.UrlEncode`: `a b/ü` → `a+b%2F%C3%BC`.
 *
 * @see https://learn.microsoft.com/dotnet/api/system.net.webutility.urlencode
 */
export function webUtilityUrlEncode(text: string): string {
  return encoded(text, /[^A-Za-z0-9!()*._ -]+/g).replaceAll(" ", "+");
}

/** `Uri.EscapeDataString`: all but the unreserved characters of RFC 3986. */
export function escapeDataString(text: string): string {
  return encoded(text, /[^A-Za-z0-9._~-]+/g);
}

/** `Uri.EscapeUriString`: reserved characters stay as well; a percent sign is escaped. */
export function escapeUriString(text: string): string {
  return encoded(text, /[^A-Za-z0-9._~:/?#[\]@!$&'()*+,;=-]+/g);
}

function decodedBytes(text: string, plusIsSpace: boolean): string {
  spend(text.length / 8);
  const spaced = plusIsSpace ? text.replaceAll("+", " ") : text;
  return spaced.replace(/(?:%[0-9A-Fa-f]{2})+/g, (escapes) => {
    const bytes = escapes
      .slice(1)
      .split("%")
      .map((hex) => Number.parseInt(hex, 16));
    return Encoding.utf8.text(Uint8Array.from(bytes));
  });
}

/** `WebUtility.UrlDecode`: a `+` is a space, what is no escape stays. */
export function urlDecode(text: string): string {
  return decodedBytes(text, true);
}

/** `Uri.UnescapeDataString`: what is no escape, or no UTF-8, stays as it is. */
export function unescapeDataString(text: string): string {
  return text.replace(/(?:%[0-9A-Fa-f]{2})+/g, (escapes) => {
    const decoded = decodedBytes(escapes, false);
    return decoded.includes("\ufffd") ? escapes : decoded;
  });
}

const htmlNames: Readonly<Record<string, string>> = {
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
  "&": "&amp;",
};

/** `WebUtility.HtmlEncode`: the five characters of markup, and U+00A0 to U+00FF and surrogate pairs as numbers. */
export function htmlEncode(text: string): string {
  spend(text.length / 8);
  return text.replace(/[<>"'&\u00a0-\u00ff]|[\ud800-\udbff][\udc00-\udfff]/g, (char) => {
    return htmlNames[char] ?? `&#${char.codePointAt(0)};`;
  });
}

const htmlEntities: Readonly<Record<string, string>> = {
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  amp: "&",
  nbsp: "\u00a0",
  copy: "\u00a9",
  reg: "\u00ae",
  euro: "\u20ac",
};

function decodedReference(number: number, whole: string): string {
  const valid = number > 0 && number <= 0x10ffff && !(number >= 0xd800 && number <= 0xdfff);
  return valid ? String.fromCodePoint(number) : whole;
}

/** `WebUtility.HtmlDecode`: numbers, and the entities in common use. Differs from Azure: `WebUtility.HtmlDecode` leaves the rarer names of HTML 4 as they are. */
export function htmlDecode(text: string): string {
  spend(text.length / 8);
  return text.replace(/&(?:#(\d{1,7})|#[xX]([0-9A-Fa-f]{1,6})|(\w{2,8}));/g, (whole, decimal, hex, name) => {
    if (decimal !== undefined) return decodedReference(Number(decimal), whole);
    if (hex !== undefined) return decodedReference(Number.parseInt(hex, 16), whole);
    return Object.hasOwn(htmlEntities, name) ? (htmlEntities[name] ?? whole) : whole;
  });
}
