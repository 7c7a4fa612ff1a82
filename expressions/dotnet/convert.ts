import { CharValue, type NumberType, NumberValue, type Value } from "../value.ts";
import { parseDate } from "./date-parse.ts";
import { DateTime } from "./date-time.ts";
import { DateTimeOffset, toDateTime } from "./date-time-offset.ts";
import { Decimal } from "./decimal.ts";
import {
  argumentException,
  argumentOutOfRange,
  formatException,
  invalidCast,
  overflow,
} from "./exceptions.ts";
import {
  checkedInteger,
  type IntegerType,
  integerTypes,
  parseBoolean,
  parseDecimal,
  parseDouble,
  parseInteger,
} from "./number-parse.ts";
import { scalarText } from "./scalar-text.ts";

/** The name of a type in the text of an `InvalidCastException`. */
function nameOf(value: Value): string {
  if (typeof value === "boolean") return "Boolean";
  if (value instanceof CharValue) return "Char";
  if (value instanceof DateTime) return "DateTime";
  if (value instanceof Decimal) return "Decimal";
  if (value instanceof NumberValue) return value.type === "double" ? "Double" : "Single";
  return "Object";
}

function noConversion(value: Value, target: string): Error {
  const known =
    value instanceof DateTime ||
    value instanceof CharValue ||
    typeof value === "boolean" ||
    value instanceof NumberValue;
  return known
    ? invalidCast(`Invalid cast from '${nameOf(value)}' to '${target}'.`)
    : invalidCast("Unable to cast object of this type to type 'System.IConvertible'.");
}

const typeNames: Readonly<Record<IntegerType, string>> = {
  sbyte: "SByte",
  byte: "Byte",
  short: "Int16",
  ushort: "UInt16",
  int: "Int32",
  uint: "UInt32",
  long: "Int64",
  ulong: "UInt64",
};

function roundToEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  return rest > 0.5 || (rest === 0.5 && floor % 2 !== 0) ? floor + 1 : floor;
}

/** `Convert.ToInt32(value)` and its like: a half is rounded to the even neighbour, `null` is 0. */
export function convertToInteger(value: Value, type: IntegerType): bigint {
  if (value === null) return 0n;
  if (typeof value === "boolean") return value ? 1n : 0n;
  if (typeof value === "string") return parseInteger(value, type);
  if (typeof value === "number" || typeof value === "bigint") return checkedInteger(BigInt(value), type);
  if (value instanceof CharValue) return checkedInteger(BigInt(value.code), type);
  if (value instanceof Decimal) return checkedInteger(value.rounded().toBigInt(), type);
  if (!(value instanceof NumberValue)) throw noConversion(value, typeNames[type]);
  if (typeof value.value === "bigint") return checkedInteger(value.value, type);
  if (!Number.isFinite(value.value)) throw overflow(integerTypes[type].overflow);
  return checkedInteger(BigInt(roundToEven(value.value)), type);
}

/** `Convert.ToDouble(value)`. */
export function toDouble(value: Value): number {
  if (value === null) return 0;
  if (typeof value === "boolean") return value ? 1 : 0;
  if (typeof value === "string") return parseDouble(value);
  if (typeof value === "number" || typeof value === "bigint") return Number(value);
  if (value instanceof Decimal) return value.toNumber();
  if (value instanceof NumberValue) return Number(value.value);
  throw noConversion(value, "Double");
}

/** `Convert.ToDecimal(value)`. */
export function toDecimal(value: Value): Decimal {
  if (value === null) return Decimal.of(0n);
  if (typeof value === "boolean") return Decimal.of(value ? 1n : 0n);
  if (typeof value === "string") return parseDecimal(value);
  if (typeof value === "number" || typeof value === "bigint") return Decimal.of(BigInt(value));
  if (value instanceof Decimal) return value;
  if (!(value instanceof NumberValue)) throw noConversion(value, "Decimal");
  if (typeof value.value === "bigint") return Decimal.of(value.value);
  return value.type === "double" || value.type === "float"
    ? Decimal.fromDouble(value.value)
    : Decimal.of(BigInt(value.value));
}

/** `Convert.ToBoolean(value)`: a number is true unless it is 0. */
export function toBoolean(value: Value): boolean {
  if (value === null) return false;
  if (typeof value === "boolean") return value;
  if (typeof value === "string") return parseBoolean(value);
  if (typeof value === "number" || typeof value === "bigint") return Number(value) !== 0;
  if (value instanceof NumberValue) return Number(value.value) !== 0;
  if (value instanceof Decimal) return value.coefficient !== 0n;
  throw noConversion(value, "Boolean");
}

/** `Convert.ToDateTime(value)`. @param now Gives the day of a time alone. */
export function toDate(value: Value, now: DateTime): DateTime {
  if (value === null) return new DateTime(0n);
  if (value instanceof DateTime) return value;
  if (typeof value === "string") return toDateTime(parseDate(value), now);
  throw noConversion(value, "DateTime");
}

/** `Convert.ToChar(value)`, as one code unit. */
export function toChar(value: Value): number {
  if (value instanceof CharValue) return value.code;
  if (typeof value === "string") {
    if (value.length === 1) return value.charCodeAt(0);
    throw formatException("String must be exactly one character long.");
  }
  const code = convertToInteger(value, "long");
  if (code < 0n || code > 0xffffn) throw overflow("a character");
  return Number(code);
}

function checkBase(base: number): void {
  if (![2, 8, 10, 16].includes(base)) throw argumentException("Invalid Base.");
}

/** `Convert.ToInt32(text, base)`: base 2, 8, 10 or 16; the bits of a negative number are read as one. */
export function integerFromBase(text: string | null, base: number, type: IntegerType): bigint {
  checkBase(base);
  if (text === null) return 0n;
  if (base === 10) return parseInteger(text, type);
  if (text === "")
    throw argumentOutOfRange(
      "startIndex",
      "Index was out of range. Must be non-negative and less than the size of the collection.",
    );
  if (text.startsWith("-"))
    throw argumentException("String cannot contain a minus sign if the base is not 10.");
  const digits = base === 16 ? text.replace(/^0[xX]/, "") : text;
  const shape = base === 16 ? /^[0-9a-fA-F]+$/ : base === 8 ? /^[0-7]+$/ : /^[01]+$/;
  if (!shape.test(digits)) {
    const none = !shape.test(digits.slice(0, 1));
    throw formatException(
      none
        ? "Could not find any recognizable digits."
        : "Additional non-parsable characters are at the end of the string.",
    );
  }
  const { least, most, overflow: words } = integerTypes[type];
  const significant = digits.replace(/^0+(?=.)/, "").slice(0, 70);
  const value = BigInt(`${base === 16 ? "0x" : base === 8 ? "0o" : "0b"}${significant}`);
  const range = most - least + 1n;
  if (value >= range) throw overflow(words);
  return value > most ? value - range : value;
}

/** `Convert.ToString(value, base)`: a negative number as its bits. */
export function integerToBase(value: bigint, base: number, bits: number): string {
  checkBase(base);
  return base === 10 ? value.toString() : BigInt.asUintN(bits, value).toString(base);
}

/** `Convert.ToString(value, CultureInfo.InvariantCulture)`, as Newtonsoft.Json calls it: the empty text for `null`. */
export function toText(value: Value): string {
  const invariant = "MM/dd/yyyy HH:mm:ss";
  if (value instanceof DateTime) return value.toString(invariant);
  if (value instanceof DateTimeOffset) return value.toString(`${invariant} zzz`);
  return value === null ? "" : (scalarText(value) ?? "");
}

/** A number of a type as a value of the language. */
export function numberOfType(value: bigint | number, type: NumberType | "int"): Value {
  if (type === "int") return Number(value);
  return new NumberValue(type, type === "long" || type === "ulong" ? BigInt(value) : Number(value));
}
