import { PolicyError } from "./policy-error.ts";

/** An `INVALID_VALUE` error; `rule` says what must hold, what was got and what to do, without the full stop. */
export function invalid(path: string, rule: string): PolicyError {
  return new PolicyError("INVALID_VALUE", path, `${rule}.`);
}

/** Gives an HTTP status back, or throws when it is not an integer from 100 to 599. */
export function assertStatus<T extends number | undefined>(value: T, path: string): T {
  if (value !== undefined && !(Number.isInteger(value) && value >= 100 && value <= 599)) {
    throw invalid(path, `must be an integer from 100 to 599; got ${value}. Choose an HTTP status`);
  }
  return value;
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

/** Throws unless the text is `*` or an origin: scheme, host and perhaps a port, no path. */
export function assertOrigin(value: string, path: string): void {
  const isOrigin = value === "*" || (URL.canParse(value) && new URL(value).origin === value);
  if (!isOrigin && !new RegExp(`${placeholder.source}$`).test(value)) {
    throw invalid(
      path,
      `must be "*" or an origin such as "https://example.com"; got "${value}". Leave path and slash out`,
    );
  }
}
