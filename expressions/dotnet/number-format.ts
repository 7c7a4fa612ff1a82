import { customNumberText } from "./custom-number-format.ts";
import type { Decimal } from "./decimal.ts";
import { formatException } from "./exceptions.ts";
import {
  decimalDigits,
  doubleDigits,
  integerDigits,
  type NumberDigits,
  roundDigits,
} from "./number-digits.ts";

const significantDigitsOfDouble = 15;

interface StandardFormat {
  readonly letter: string;
  /** -1 when the format does not name one. */
  readonly precision: number;
}

function standardFormat(format: string): StandardFormat | undefined {
  const match = /^([A-Za-z])(\d{0,2})$/.exec(format);
  if (match === null) return undefined;
  return { letter: match[1] ?? "", precision: match[2] === "" ? -1 : Number(match[2]) };
}

/** Groups digits by thousands: `1234567` → `1,234,567`. */
export function grouped(whole: string): string {
  return whole.replace(/\B(?=(?:\d{3})+$)/g, ",");
}

function fixedParts(
  value: NumberDigits,
  places: number,
): { readonly whole: string; readonly fraction: string } {
  const rounded = roundDigits(value, value.point + places);
  const padded = rounded.digits.padEnd(Math.max(0, rounded.point), "0");
  const whole = rounded.point <= 0 ? "" : padded.slice(0, rounded.point);
  const behind =
    rounded.point <= 0 ? "0".repeat(-rounded.point) + rounded.digits : padded.slice(rounded.point);
  return { whole: whole === "" ? "0" : whole, fraction: behind.padEnd(places, "0").slice(0, places) };
}

function fixed(value: NumberDigits, places: number, group: boolean): string {
  const { whole, fraction } = fixedParts(value, places);
  const front = group ? grouped(whole) : whole;
  return places === 0 ? front : `${front}.${fraction}`;
}

function isZero(text: string): boolean {
  return !/[1-9]/.test(text);
}

function exponentText(exponent: number, letter: string, leastDigits: number): string {
  const digits = Math.abs(exponent).toString().padStart(leastDigits, "0");
  return `${letter}${exponent < 0 ? "-" : "+"}${digits}`;
}

function scientific(value: NumberDigits, letter: string, places: number): string {
  const rounded = roundDigits(value, places + 1);
  const digits = rounded.digits.padEnd(places + 1, "0");
  const exponent = rounded.digits === "" ? 0 : rounded.point - 1;
  const mantissa = places === 0 ? digits : `${digits.slice(0, 1)}.${digits.slice(1)}`;
  return mantissa + exponentText(exponent, letter, 3);
}

function general(value: NumberDigits, letter: string, digits: number, mayBeScientific: boolean): string {
  const rounded = roundDigits(value, digits);
  if (rounded.digits === "") return "0";
  const exponential = mayBeScientific && (rounded.point > digits || rounded.point < -3);
  const point = exponential ? 1 : rounded.point;
  const whole = point > 0 ? rounded.digits.slice(0, point).padEnd(point, "0") : "0";
  const fraction = point > 0 ? rounded.digits.slice(point) : "0".repeat(-point) + rounded.digits;
  const suffix = exponential ? exponentText(rounded.point - 1, letter === "g" ? "e" : "E", 2) : "";
  return (fraction === "" ? whole : `${whole}.${fraction}`) + suffix;
}

function withSign(value: NumberDigits, text: string): string {
  return value.negative && !isZero(text.split(/e/i)[0] ?? "") ? `-${text}` : text;
}

function timesHundred(value: NumberDigits): NumberDigits {
  return value.digits === "" ? value : { ...value, point: value.point + 2 };
}

/** The formats that every number has, in the culture en-US: C, E, F, N, P. Throws a `FormatException` for any other letter. */
function commonFormat(value: NumberDigits, { letter, precision }: StandardFormat): string {
  const places = precision < 0 ? 2 : precision;
  switch (letter.toUpperCase()) {
    case "C": {
      const text = fixed(value, places, true);
      return value.negative && !isZero(text) ? `($${text})` : `$${text}`;
    }
    case "E":
      return withSign(value, scientific(value, letter, precision < 0 ? 6 : precision));
    case "F":
      return withSign(value, fixed(value, places, false));
    case "N":
      return withSign(value, fixed(value, places, true));
    case "P":
      return `${withSign(value, fixed(timesHundred(value), places, true))} %`;
    default:
      throw formatException("Format specifier was invalid.");
  }
}

/** How wide an integer type is, for its hexadecimal text: `-1` of 32 bits → `FFFFFFFF`. */
export type IntegerBits = 8 | 16 | 32 | 64;

/**
 * `ToString(format)` of a whole number: `formatInteger(1234n, 32, "N0")` → `1,234`.
 *
 * @throws `System.FormatException` when the letter is no format of a whole number.
 * @see https://learn.microsoft.com/dotnet/standard/base-types/standard-numeric-format-strings
 */
export function formatInteger(value: bigint, bits: IntegerBits, format: string | null): string {
  if (format === null || format === "") return value.toString();
  const standard = standardFormat(format);
  const digits = integerDigits(value);
  if (standard === undefined) return customNumberText(digits, format);
  const { letter, precision } = standard;
  switch (letter.toUpperCase()) {
    case "D": {
      const text = value.toString().replace("-", "").padStart(precision, "0");
      return value < 0n ? `-${text}` : text;
    }
    case "G":
      return precision <= 0 ? value.toString() : withSign(digits, general(digits, letter, precision, true));
    case "X": {
      const text = BigInt.asUintN(bits, value).toString(16).padStart(precision, "0");
      return letter === "X" ? text.toUpperCase() : text;
    }
    default:
      return commonFormat(digits, standard);
  }
}

/**
 * `ToString(format)` of a decimal; without a format its digits as they are: `1.0` stays `1.0`.
 *
 * @throws `System.FormatException` when the letter is no format of a decimal.
 */
export function formatDecimal(value: Decimal, format: string | null): string {
  const standard = format === null || format === "" ? { letter: "G", precision: -1 } : standardFormat(format);
  const digits = decimalDigits(value);
  if (standard === undefined) return customNumberText(digits, format ?? "");
  if (standard.letter.toUpperCase() !== "G") return commonFormat(digits, standard);
  if (standard.precision > 0) {
    return withSign(digits, general(digits, standard.letter, standard.precision, true));
  }
  return value.coefficient === 0n ? value.toString().replace("-", "") : value.toString();
}

function specialDouble(value: number): string | undefined {
  if (Number.isNaN(value)) return "NaN";
  if (value === Number.POSITIVE_INFINITY) return "Infinity";
  return value === Number.NEGATIVE_INFINITY ? "-Infinity" : undefined;
}

function roundTripText(value: number): string {
  const short = doubleDigits(value, significantDigitsOfDouble);
  const back = general(short, "E", significantDigitsOfDouble, true);
  if (Number(back) === Math.abs(value)) return withSign(short, back);
  const long = doubleDigits(value, 17);
  return withSign(long, general(long, "E", 17, true));
}

/**
 * `ToString(format)` of a double: 15 significant digits unless the format asks for more, as .NET Framework writes it.
 *
 * @throws `System.FormatException` when the letter is no format of a double (`D` and `X` are for whole numbers).
 * @see https://learn.microsoft.com/dotnet/api/system.double.tostring
 */
export function formatDouble(value: number, format: string | null): string {
  const special = specialDouble(value);
  if (special !== undefined) return special;
  const standard = format === null || format === "" ? { letter: "G", precision: -1 } : standardFormat(format);
  if (standard === undefined) return customNumberText(doubleDigits(value, 15), format ?? "");
  const { letter, precision } = standard;
  if (letter.toUpperCase() === "R") return roundTripText(value);
  if (letter.toUpperCase() === "G") {
    const wanted = precision <= 0 ? significantDigitsOfDouble : precision;
    const digits = doubleDigits(value, wanted > 15 ? 17 : significantDigitsOfDouble);
    return withSign(digits, general(digits, letter, wanted, true));
  }
  const exact = letter.toUpperCase() === "E" && precision > 14 ? 17 : significantDigitsOfDouble;
  return commonFormat(doubleDigits(value, exact), standard);
}

/** `ToString(format)` of a float: 7 significant digits, 9 when the format is `R` and fewer do not give the value back. */
export function formatSingle(value: number, format: string | null): string {
  const special = specialDouble(value);
  if (special !== undefined) return special;
  const standard = format === null || format === "" ? { letter: "G", precision: -1 } : standardFormat(format);
  if (standard === undefined) return customNumberText(doubleDigits(value, 7), format ?? "");
  const letter = standard.letter.toUpperCase();
  if (letter !== "G" && letter !== "R") return commonFormat(doubleDigits(value, 7), standard);
  const short = doubleDigits(value, 7);
  const text = general(short, letter, 7, true);
  const enough = letter === "G" || Math.fround(Number(text)) === Math.abs(value);
  const digits = enough ? short : doubleDigits(value, 9);
  return withSign(digits, enough ? text : general(digits, letter, 9, true));
}
