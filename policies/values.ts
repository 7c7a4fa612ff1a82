import { isPolicyCode, type PolicyCode } from "./expression.ts";
import { PolicyError } from "./policy-error.ts";

/** An `INVALID_VALUE` error; `rule` says what must hold, what was got and what to do, without the full stop. */
export function invalid(path: string, rule: string): PolicyError {
  return new PolicyError("INVALID_VALUE", path, `${rule}.`);
}

/** Checks a literal; what an expression gives, or a named value is, only the request shows. Gives the value back. */
export function checkLiteral<T>(
  value: T,
  path: string,
  check: (literal: Exclude<NonNullable<T>, PolicyCode>, path: string) => unknown,
): T {
  if (value !== undefined && value !== null && !isPolicyCode(value))
    check(value as Exclude<NonNullable<T>, PolicyCode>, path);
  return value;
}

/** Gives the status of an answer back, or throws when it is not an integer from 200 to 599. */
export function assertStatus<T extends number | undefined>(value: T, path: string): T {
  // https://www.rfc-editor.org/rfc/rfc9110#section-15.2: below 200 another answer follows.
  if (value !== undefined && !(Number.isInteger(value) && value >= 200 && value <= 599)) {
    throw invalid(
      path,
      `must be an integer from 200 to 599; got ${value}. Choose the status of a final answer`,
    );
  }
  return value;
}

/**
 * Throws unless the text is a token of HTTP: a field name, a method, an authentication scheme.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-5.6.2
 */
export function assertToken(value: string, path: string, what = "an HTTP field name"): void {
  if (!/^[!#$%&'*+.^_`|~\w-]+$/.test(value)) {
    throw invalid(path, `must be ${what}; got ${shown(value)}. Use letters, digits and hyphens`);
  }
}

/**
 * Throws unless the text can stand in a header: visible US-ASCII, with spaces and tabs in between only.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-5.5
 */
export function assertFieldValue(value: string, path: string): void {
  assertAscii(value, path);
  if (value.trim() !== value) {
    throw invalid(
      path,
      `must not begin or end with white space, which HTTP drops; got ${shown(value)}. Remove it`,
    );
  }
}

/**
 * Throws unless the text can be a reason phrase: visible US-ASCII, spaces and tabs.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9112#section-4
 */
export function assertReasonPhrase(value: string, path: string): void {
  assertAscii(value, path);
}

// Both RFCs leave bytes above 0x7F without a meaning: receivers take them for different characters.
function assertAscii(value: string, path: string): void {
  const outside = /[^\t\x20-\x7e]/u.exec(value)?.[0];
  if (outside === undefined) return;
  const code = (outside.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
  throw invalid(path, `must hold visible US-ASCII characters, spaces and tabs; got U+${code}. Replace it`);
}

function shown(value: string): string {
  return JSON.stringify(value.slice(0, 100));
}

/** Gives a count of seconds back, or throws when it is not an integer of 0 or more. */
export function assertSeconds<T extends number | undefined>(value: T, path: string): T {
  if (value !== undefined && !(Number.isSafeInteger(value) && value >= 0)) {
    throw invalid(path, `must be an integer of 0 or more; got ${value}. Give whole seconds`);
  }
  return value;
}

// `{issuer}` stands for what only a deployment knows when documents are rendered for reading.
const placeholder = /^\{[A-Za-z]+\}/;

/** Throws unless the text is an http or https URL; a placeholder such as `{issuer}` may stand for its start. */
export function assertUrl(value: string, path: string): void {
  const isUrl = /^https?:\/\//.test(value) && URL.canParse(value);
  if (!isUrl && !placeholder.test(value)) {
    throw invalid(
      path,
      `must be an http or https URL; got "${value}". Write it in full, "https://example.com/…"`,
    );
  }
}

/** Throws unless the text is `*` or an origin: scheme, host and perhaps a port, no path and no wildcard in the host. */
export function assertOrigin(value: string, path: string): void {
  const isOrigin = value === "*" || (isSingleOrigin(value) && !value.includes("*"));
  if (!isOrigin && !new RegExp(`${placeholder.source}$`).test(value)) {
    throw invalid(
      path,
      `must be "*" or a single origin such as "https://example.com"; got ${shown(value)}. Leave path, slash and wildcard out`,
    );
  }
}

// Not by URL.origin, which is "null" for the schemes of apps, capacitor://localhost for one.
function isSingleOrigin(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const { protocol, host } = new URL(value);
  return host !== "" && `${protocol}//${host}` === value;
}
