import { Decimal } from "./decimal.ts";
import { formatException, overflow, required } from "./exceptions.ts";

/** The whole number types, with their ranges and the words of their `OverflowException`. */
export const integerTypes = {
  sbyte: { least: -128n, most: 127n, overflow: "a signed byte" },
  byte: { least: 0n, most: 255n, overflow: "an unsigned byte" },
  short: { least: -32768n, most: 32767n, overflow: "an Int16" },
  ushort: { least: 0n, most: 65535n, overflow: "a UInt16" },
  int: { least: -(2n ** 31n), most: 2n ** 31n - 1n, overflow: "an Int32" },
  uint: { least: 0n, most: 2n ** 32n - 1n, overflow: "a UInt32" },
  long: { least: -(2n ** 63n), most: 2n ** 63n - 1n, overflow: "an Int64" },
  ulong: { least: 0n, most: 2n ** 64n - 1n, overflow: "a UInt64" },
} as const;

/** The name of a whole number type, as C# writes it. */
export type IntegerType = keyof typeof integerTypes;

/** Gives the value, or throws the `OverflowException` of the type. */
export function checkedInteger(value: bigint, type: IntegerType): bigint {
  const { least, most, overflow: words } = integerTypes[type];
  if (value < least || value > most) throw overflow(words);
  return value;
}

// A text that is longer is no number of any of these types, unless it is zeros: enough of it is read to tell.
const longestNumber = 10_000;

/**
 * `int.Parse` and its like: white space around, a sign in front, digits.
 *
 * @throws `System.FormatException` when the text is no whole number, `System.OverflowException` when the type does not hold it.
 * @see https://learn.microsoft.com/dotnet/api/system.int32.parse
 */
export function parseInteger(text: string | null, type: IntegerType): bigint {
  const match = /^[\t-\r ]*([+-]?)(\d+)[\t-\r ]*\0*$/.exec(required(text, "s").slice(0, longestNumber));
  if (match === null) throw formatException();
  const digits = (match[2] ?? "").replace(/^0+(?=\d)/, "");
  if (digits.length > 25) throw overflow(integerTypes[type].overflow);
  return checkedInteger(BigInt(match[1] === "-" ? `-${digits}` : digits), type);
}

const realNumber = /^[\t-\r ]*([+-]?)(\d[\d,]*(?:\.\d*)?|\.\d+)(?:[eE]([+-]?\d+))?[\t-\r ]*\0*$/;

/**
 * `double.Parse`: thousands separators, a point and an exponent are read; `Infinity` and `NaN` as well.
 *
 * @throws `System.FormatException` when the text is no number, `System.OverflowException` when it is too large.
 * @see https://learn.microsoft.com/dotnet/api/system.double.parse
 */
export function parseDouble(text: string | null): number {
  const read = required(text, "s").slice(0, longestNumber);
  const special = {
    Infinity: Number.POSITIVE_INFINITY,
    "-Infinity": Number.NEGATIVE_INFINITY,
    NaN: Number.NaN,
  };
  const name = read.trim();
  if (name === "Infinity" || name === "-Infinity" || name === "NaN") return special[name];
  if (!realNumber.test(read)) throw formatException();
  const value = Number(name.replace(/\0+$/, "").replaceAll(",", ""));
  if (!Number.isFinite(value)) throw overflow("a Double");
  // .NET Framework reads "-0" as 0.
  return value === 0 ? 0 : value;
}

/**
 * `decimal.Parse`: a sign in front or behind, thousands separators and a point; no exponent.
 *
 * @throws `System.FormatException` when the text is no number, `System.OverflowException` when it is too large.
 * @see https://learn.microsoft.com/dotnet/api/system.decimal.parse
 */
export function parseDecimal(text: string | null): Decimal {
  const read = required(text, "s").slice(0, longestNumber);
  const match =
    /^[\t-\r ]*(?:([+-])[\t-\r ]*)?(\d[\d,]*(?:\.\d*)?|\.\d+)[\t-\r ]*(?:([+-])[\t-\r ]*)?\0*$/.exec(read);
  if (match === null || (match[1] !== undefined && match[3] !== undefined)) throw formatException();
  const sign = match[1] === "-" || match[3] === "-" ? "-" : "";
  return Decimal.fromText(sign + (match[2] ?? "").replaceAll(",", ""));
}

/**
 * `bool.Parse`: `True` or `False` in any case, with white space around.
 *
 * @throws `System.FormatException` when it is neither.
 * @see https://learn.microsoft.com/dotnet/api/system.boolean.parse
 */
export function parseBoolean(text: string | null): boolean {
  const word = required(text, "value")
    .slice(0, longestNumber)
    .replace(/^[\s\0]+|[\s\0]+$/g, "")
    .toLowerCase();
  if (word !== "true" && word !== "false")
    throw formatException("String was not recognized as a valid Boolean.");
  return word === "true";
}
