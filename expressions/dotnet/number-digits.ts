import type { Decimal } from "./decimal.ts";

/** The decimal digits of a number: 0.`digits` × 10^`point`; no zeros in front, none behind; no digits at all is zero. */
export interface NumberDigits {
  readonly digits: string;
  readonly point: number;
  readonly negative: boolean;
}

function trimmed(digits: string, point: number, negative: boolean): NumberDigits {
  const leading = digits.length - digits.replace(/^0+/, "").length;
  const text = digits.slice(leading).replace(/0+$/, "");
  if (text === "") return { digits: "", point: 0, negative };
  return { digits: text, point: point - leading, negative };
}

/** The digits of a whole number. */
export function integerDigits(value: bigint): NumberDigits {
  const text = value.toString().replace("-", "");
  return trimmed(text, text.length, value < 0n);
}

/** The digits of a decimal. */
export function decimalDigits(value: Decimal): NumberDigits {
  const [whole = "", fraction = ""] = value.toString().replace("-", "").split(".");
  return trimmed(whole + fraction, whole.length, value.coefficient < 0n);
}

/** The first `precision` (1 to 17) significant digits of a finite double. */
export function doubleDigits(value: number, precision: number): NumberDigits {
  const [mantissa = "", exponent = "0"] = Math.abs(value)
    .toExponential(precision - 1)
    .split("e");
  return trimmed(mantissa.replace(".", ""), Number(exponent) + 1, value < 0);
}

/** Rounds to `position` digits behind the first one, half away from zero, as .NET's formatting does. */
export function roundDigits(value: NumberDigits, position: number): NumberDigits {
  if (position >= value.digits.length) return value;
  if (position < 0) return { digits: "", point: 0, negative: value.negative };
  const kept = value.digits.slice(0, position);
  const up = Number(value.digits[position]) >= 5;
  if (!up) return trimmed(kept, value.point, value.negative);
  const raised = (BigInt(kept === "" ? "0" : kept) + 1n).toString().padStart(position, "0");
  return trimmed(raised, value.point + raised.length - position, value.negative);
}
