import type { ExpressionContext } from "./context.ts";
import { defaultLimits, Evaluation } from "./evaluation.ts";
import { standardLanguage } from "./standard-language.ts";
import { NumberValue, type Value } from "./value.ts";

// `ToString()` of a value asks neither for the context nor for the time.
const noContext = { now: () => 0 } as ExpressionContext;

/** A value as text: `ToString()` in the culture en-US, and the empty text for `null`. */
export function valueText(value: Value): string {
  if (typeof value === "string") return value;
  return new Evaluation(noContext, defaultLimits, standardLanguage()).text(value);
}

/**
 * A value where a condition stands: `undefined` when it is none.
 *
 * Assumed of Azure: a condition takes the texts `true` and `false` as well, in any case, as `bool.Parse` does.
 */
export function isTrue(value: Value): boolean | undefined {
  if (typeof value === "boolean") return value;
  const text = typeof value === "string" ? value.trim().toLowerCase() : "";
  return text === "true" ? true : text === "false" ? false : undefined;
}

/** A value where a whole number stands: `undefined` when it is none. */
export function toInteger(value: Value): number | undefined {
  if (typeof value === "number") return value;
  if (value instanceof NumberValue) {
    const number = Number(value.value);
    return Number.isSafeInteger(number) ? number : undefined;
  }
  return typeof value === "string" && /^\s*[+-]?\d{1,15}\s*$/.test(value) ? Number(value) : undefined;
}
