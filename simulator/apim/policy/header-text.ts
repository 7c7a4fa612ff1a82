import { validateHeaderName, validateHeaderValue } from "node:http";
import { evaluationFailure } from "./evaluation-failure.ts";
import type { Exchange } from "./exchange.ts";

/**
 * Refuses a header that HTTP cannot carry, before it could end another one: a name with a space, a value with a line break.
 *
 * Assumed of Azure: a policy that makes a header or a reason phrase that HTTP cannot carry fails as an expression does.
 *
 * @see https://github.com/MicrosoftDocs/azure-docs/issues/91179 : a line break in a value was seen to
 * @throws {PolicyFailure} which names the header, never its value.
 */
export function assertHeader(exchange: Exchange, name: string, values: readonly string[]): void {
  try {
    validateHeaderName(name);
    for (const value of values) validateHeaderValue(name, value);
  } catch (error) {
    throw evaluationFailure(exchange, `${(error as Error).message}.`);
  }
}

// https://www.rfc-editor.org/rfc/rfc9112#section-4
const outsideReasonPhrase = /[^\t\x20-\x7e\x80-\xff]/;

/** Whether a text can be a status line's reason phrase. */
export function isReasonPhrase(text: string): boolean {
  return !outsideReasonPhrase.test(text);
}

/** Refuses a reason phrase that HTTP cannot carry. @throws {PolicyFailure} */
export function assertSendableReason(exchange: Exchange, phrase: string): void {
  if (isReasonPhrase(phrase)) return;
  throw evaluationFailure(exchange, "Invalid character in the reason phrase.");
}
