import { DotnetException } from "../exception.ts";
import type { Implementation, OutCell, TypeDescription } from "../type-description.ts";
import { Decimal, type MidpointRounding } from "./decimal.ts";
import { argumentOutOfRange, overflow } from "./exceptions.ts";
import { formatDecimal, formatDouble, formatInteger, formatSingle } from "./number-format.ts";
import {
  type IntegerType,
  integerTypes,
  parseBoolean,
  parseDecimal,
  parseDouble,
  parseInteger,
} from "./number-parse.ts";

type Members = Readonly<Record<string, Implementation>>;

/** Puts what a parser gives into the cell, or the default when it throws an exception of .NET's. */
export function tryInto<T>(cell: OutCell<T>, missing: T, parse: () => T): boolean {
  try {
    cell.value = parse();
    return true;
  } catch (error) {
    if (!(error instanceof DotnetException)) throw error;
    cell.value = missing;
    return false;
  }
}

const integerNames: Readonly<Record<IntegerType, readonly [string, 8 | 16 | 32 | 64]>> = {
  sbyte: ["SByte", 8],
  byte: ["Byte", 8],
  short: ["Int16", 16],
  ushort: ["UInt16", 16],
  int: ["Int32", 32],
  uint: ["UInt32", 32],
  long: ["Int64", 64],
  ulong: ["UInt64", 64],
};

function order(left: number | bigint, right: number | bigint): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

function integerMembers(type: IntegerType): Members {
  const { least, most } = integerTypes[type];
  const wide = type === "long" || type === "ulong";
  const native = (value: bigint): number | bigint => (wide ? value : Number(value));
  const [, bits] = integerNames[type];
  return {
    [`static ${type} MaxValue`]: () => native(most),
    [`static ${type} MinValue`]: () => native(least),
    [`static ${type} Parse(string s)`]: (text: string | null) => native(parseInteger(text, type)),
    [`static bool TryParse(string s, out ${type} result)`]: (
      text: string | null,
      cell: OutCell<number | bigint>,
    ) => tryInto(cell, native(0n), () => native(parseInteger(text, type))),
    "string ToString(string format = null)": (self: number | bigint, format: string | null) =>
      formatInteger(BigInt(self), bits, format),
    [`int CompareTo(${type} value)`]: order,
    "int GetHashCode()": (self: number | bigint) =>
      wide ? Number(BigInt.asIntN(32, BigInt(self) ^ (BigInt(self) >> 32n))) : Number(self),
  };
}

const integerDescriptions: readonly TypeDescription[] = Object.entries(integerNames).map(
  ([type, [name]]) => ({
    name: `System.${name}`,
    kind: "struct",
    members: integerMembers(type as IntegerType),
  }),
);

function floatMembers(type: "double" | "float", most: number, epsilon: number): Members {
  const format = type === "double" ? formatDouble : formatSingle;
  const parse = (text: string | null) => (type === "double" ? parseDouble(text) : parseSingle(text));
  return {
    [`static ${type} MaxValue`]: () => most,
    [`static ${type} MinValue`]: () => -most,
    [`static ${type} Epsilon`]: () => epsilon,
    [`static ${type} NaN`]: () => Number.NaN,
    [`static ${type} PositiveInfinity`]: () => Number.POSITIVE_INFINITY,
    [`static ${type} NegativeInfinity`]: () => Number.NEGATIVE_INFINITY,
    [`static bool IsNaN(${type} value)`]: Number.isNaN,
    [`static bool IsInfinity(${type} value)`]: (value: number) =>
      Math.abs(value) === Number.POSITIVE_INFINITY,
    [`static ${type} Parse(string s)`]: parse,
    [`static bool TryParse(string s, out ${type} result)`]: (text: string | null, cell: OutCell<number>) =>
      tryInto(cell, 0, () => parse(text)),
    "string ToString(string format = null)": (self: number, text: string | null) => format(self, text),
    [`int CompareTo(${type} value)`]: order,
  };
}

function parseSingle(text: string | null): number {
  const value = Math.fround(parseDouble(text));
  if (!Number.isFinite(value) && /\d/.test(text ?? "")) throw overflow("a Single");
  return value;
}

const booleanDescription: TypeDescription = {
  name: "System.Boolean",
  kind: "struct",
  members: {
    "static string TrueString": () => "True",
    "static string FalseString": () => "False",
    "static bool Parse(string value)": parseBoolean,
    "static bool TryParse(string value, out bool result)": (text: string | null, cell: OutCell<boolean>) =>
      tryInto(cell, false, () => parseBoolean(text)),
    "string ToString()": (self: boolean) => (self ? "True" : "False"),
    "int CompareTo(bool value)": (self: boolean, value: boolean) => Number(self) - Number(value),
    "int GetHashCode()": (self: boolean) => Number(self),
  },
};

const comparisons: Members = Object.fromEntries(
  (["==", "!=", "<", ">", "<=", ">="] as const).map((sign) => [
    `static bool operator ${sign}(decimal left, decimal right)`,
    (left: Decimal, right: Decimal) => {
      const result = left.compareTo(right);
      const equal = result === 0;
      if (sign === "==" || sign === "!=") return equal === (sign === "==");
      return (sign.startsWith("<") ? result < 0 : result > 0) || (equal && sign.endsWith("="));
    },
  ]),
);

const decimalConversions: Members = {
  ...Object.fromEntries(
    Object.keys(integerNames).map((type) => [
      `static implicit operator decimal(${type} value)`,
      (value: number | bigint) => Decimal.of(BigInt(value)),
    ]),
  ),
  ...Object.fromEntries(
    Object.entries(integerTypes).map(([type, { least, most, overflow: words }]) => [
      `static explicit operator ${type}(decimal value)`,
      (value: Decimal) => {
        const whole = value.toBigInt();
        if (whole < least || whole > most) throw overflow(words);
        return type === "long" || type === "ulong" ? whole : Number(whole);
      },
    ]),
  ),
  "static explicit operator decimal(double value)": Decimal.fromDouble,
  "static explicit operator decimal(float value)": (value: number) => Decimal.fromText(value.toPrecision(7)),
  "static explicit operator double(decimal value)": (value: Decimal) => value.toNumber(),
  "static explicit operator float(decimal value)": (value: Decimal) => Math.fround(value.toNumber()),
};

const decimalDescription: TypeDescription = {
  name: "System.Decimal",
  kind: "struct",
  is: (value) => value instanceof Decimal,
  default: () => Decimal.of(0n),
  identity: (self: Decimal) => formatDecimal(self, "G29"),
  compare: (left: Decimal, right: Decimal) => left.compareTo(right),
  members: {
    "static decimal Zero": () => Decimal.of(0n),
    "static decimal One": () => Decimal.of(1n),
    "static decimal MinusOne": () => Decimal.of(-1n),
    "static decimal MaxValue": () => Decimal.of((1n << 96n) - 1n),
    "static decimal MinValue": () => Decimal.of(1n - (1n << 96n)),
    "static decimal Parse(string s)": parseDecimal,
    "static bool TryParse(string s, out decimal result)": (text: string | null, cell: OutCell<Decimal>) =>
      tryInto(cell, Decimal.of(0n), () => parseDecimal(text)),
    "static decimal Round(decimal d, int decimals = 0, MidpointRounding mode = 0)": roundDecimal,
    "static decimal Truncate(decimal d)": (value: Decimal) => value.truncated(),
    "static decimal Floor(decimal d)": (value: Decimal) => value.floored(),
    "static decimal Ceiling(decimal d)": (value: Decimal) => value.negated().floored().negated(),
    "static decimal Add(decimal d1, decimal d2)": (left: Decimal, right: Decimal) => left.plus(right),
    "static decimal Subtract(decimal d1, decimal d2)": (left: Decimal, right: Decimal) => left.minus(right),
    "static decimal Multiply(decimal d1, decimal d2)": (left: Decimal, right: Decimal) => left.times(right),
    "static decimal Divide(decimal d1, decimal d2)": (left: Decimal, right: Decimal) => left.dividedBy(right),
    "string ToString(string format = null)": formatDecimal,
    "int CompareTo(decimal value)": (left: Decimal, right: Decimal) => left.compareTo(right),
    "static decimal operator +(decimal left, decimal right)": (left: Decimal, right: Decimal) =>
      left.plus(right),
    "static decimal operator -(decimal left, decimal right)": (left: Decimal, right: Decimal) =>
      left.minus(right),
    "static decimal operator *(decimal left, decimal right)": (left: Decimal, right: Decimal) =>
      left.times(right),
    "static decimal operator /(decimal left, decimal right)": (left: Decimal, right: Decimal) =>
      left.dividedBy(right),
    "static decimal operator %(decimal left, decimal right)": (left: Decimal, right: Decimal) =>
      left.remainder(right),
    "static decimal operator -(decimal value)": (value: Decimal) => value.negated(),
    ...comparisons,
    ...decimalConversions,
  },
};

/** The two values of `System.MidpointRounding` that .NET Framework has. */
export function roundingMode(mode: number): MidpointRounding {
  return mode === 1 ? "AwayFromZero" : "ToEven";
}

/** `Math.Round` and `decimal.Round` of a decimal. */
export function roundDecimal(value: Decimal, places: number, mode: number): Decimal {
  if (places < 0 || places > 28) {
    throw argumentOutOfRange("decimals", "Decimal can only round to between 0 and 28 digits of precision.");
  }
  return value.rounded(places, roundingMode(mode));
}

const roundingDescription: TypeDescription = {
  name: "System.MidpointRounding",
  kind: "enum",
  values: { ToEven: 0, AwayFromZero: 1 },
};

/** The number types and `bool`: parsing, formatting, limits; of `decimal` its operators as well. */
export const numberTypes: readonly TypeDescription[] = [
  ...integerDescriptions,
  {
    name: "System.Double",
    kind: "struct",
    members: floatMembers("double", Number.MAX_VALUE, Number.MIN_VALUE),
  },
  {
    name: "System.Single",
    kind: "struct",
    members: floatMembers("float", 3.4028234663852886e38, 1.401298464324817e-45),
  },
  booleanDescription,
  decimalDescription,
  roundingDescription,
];
