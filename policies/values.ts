import { isPolicyCode, type PolicyCode, type Text } from "./expression.ts";
import { PolicyError } from "./policy-error.ts";
import type { CheckedValue, XmlValue } from "./xml.ts";

/** An `INVALID_VALUE` error; `rule` says what must hold, what was got and what to do, without the full stop. */
export function invalid(path: string, rule: string): PolicyError {
  return new PolicyError("INVALID_VALUE", path, `${rule}.`);
}

/** A literal with the rule that it must keep; what an expression gives, or a named value is, only the request shows. */
export function checked<T extends XmlValue>(value: T, check: Rule<T>): XmlValue | CheckedValue;
/** The same for what may be left out. */
export function checked<T extends XmlValue>(
  value: T | undefined,
  check: Rule<T>,
): XmlValue | CheckedValue | undefined;
/** What both overloads do. */
export function checked<T extends XmlValue>(
  value: T | undefined,
  check: Rule<T>,
): XmlValue | CheckedValue | undefined {
  if (value === undefined || isPolicyCode(value)) return value;
  return { value, check: (path) => check(value as Exclude<T, PolicyCode>, path) };
}

/** @throws {PolicyError} when the literal must not be written. */
type Rule<T> = (literal: Exclude<T, PolicyCode>, path: string) => void;

/** Refuses an empty text. @param step What to do instead, without the full stop. */
export function nonEmpty(value: Text, step: string): XmlValue | CheckedValue;
/** The same for a text that may be left out. */
export function nonEmpty(value: Text | undefined, step: string): XmlValue | CheckedValue | undefined;
/** What both overloads do. */
export function nonEmpty(value: Text | undefined, step: string): XmlValue | CheckedValue | undefined {
  return checked(value, (text, path) => {
    if (text === "") throw invalid(path, `is empty. ${step}`);
  });
}

/** Throws unless it is the status of an answer: an integer from 200 to 599. */
export function assertStatus(value: number, path: string): void {
  // https://www.rfc-editor.org/rfc/rfc9110#section-15.2: below 200 another answer follows.
  if (Number.isInteger(value) && value >= 200 && value <= 599) return;
  throw invalid(
    path,
    `must be an integer from 200 to 599; got ${value}. Choose the status of a final answer`,
  );
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

/** The greatest int of .NET. */
export const maxInt = 2_147_483_647;

/** A rule: an integer within bounds. @param step What to do instead, without the full stop. */
export function integerWithin(from: number, to: number, step: string): (value: number, path: string) => void {
  return (value, path) => {
    if (Number.isInteger(value) && value >= from && value <= to) return;
    throw invalid(path, `must be an integer from ${from} to ${to}; got ${value}. ${step}`);
  };
}

/** Throws unless it is a count of seconds: an integer of 0 or more that an int of .NET holds. */
export function assertSeconds(value: number, path: string): void {
  if (Number.isInteger(value) && value >= 0 && value <= maxInt) return;
  throw invalid(
    path,
    value > maxInt
      ? `must be at most ${maxInt}; got ${value}. Give a shorter time`
      : `must be an integer of 0 or more; got ${value}. Give whole seconds`,
  );
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
