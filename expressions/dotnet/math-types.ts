import { DotnetException } from "../exception.ts";
import { spend } from "../meter.ts";
import type { Implementation, TypeDescription } from "../type-description.ts";
import { Decimal } from "./decimal.ts";
import { argumentException, argumentOutOfRange, required } from "./exceptions.ts";
import { roundDecimal, roundingMode } from "./number-types.ts";
import { Random } from "./random.ts";

type Members = Readonly<Record<string, Implementation>>;

/** `Math.Round(double, digits, mode)`, as .NET Framework computes it: scaled, rounded, scaled back. */
export function roundDouble(value: number, digits: number, mode: number): number {
  if (digits < 0 || digits > 15) {
    throw argumentOutOfRange("digits", "Rounding digits must be between 0 and 15, inclusive.");
  }
  if (Math.abs(value) >= 1e16) return value;
  const power = 10 ** digits;
  const scaled = value * power;
  const down = Math.trunc(scaled);
  const rest = Math.abs(scaled - down);
  const away = roundingMode(mode) === "AwayFromZero" || down % 2 !== 0;
  const up = rest > 0.5 || (rest === 0.5 && away);
  return (up ? down + Math.sign(scaled) : down) / power;
}

const pairTypes = ["int", "long", "double", "decimal", "float", "byte", "short", "uint", "ulong"] as const;

function smaller(left: number | bigint, right: number | bigint): number | bigint {
  if (Number.isNaN(left) || Number.isNaN(right)) return Number.NaN;
  return left < right ? left : right;
}

function larger(left: number | bigint, right: number | bigint): number | bigint {
  if (Number.isNaN(left) || Number.isNaN(right)) return Number.NaN;
  return left < right ? right : left;
}

const pairs: Members = Object.fromEntries(
  pairTypes.flatMap((type): [string, Implementation][] => {
    const decimal = type === "decimal";
    return [
      [
        `static ${type} Min(${type} val1, ${type} val2)`,
        decimal ? (left: Decimal, right: Decimal) => (left.compareTo(right) <= 0 ? left : right) : smaller,
      ],
      [
        `static ${type} Max(${type} val1, ${type} val2)`,
        decimal ? (left: Decimal, right: Decimal) => (left.compareTo(right) >= 0 ? left : right) : larger,
      ],
    ];
  }),
);

function absoluteInt(value: number): number {
  if (value !== -2_147_483_648) return Math.abs(value);
  throw new DotnetException(
    "System.OverflowException",
    "Negating the minimum value of a twos complement number is invalid.",
  );
}

const functions = {
  Acos: Math.acos,
  Asin: Math.asin,
  Atan: Math.atan,
  Ceiling: Math.ceil,
  Cos: Math.cos,
  Exp: Math.exp,
  Floor: Math.floor,
  Log: Math.log,
  Log10: Math.log10,
  Sin: Math.sin,
  Sqrt: Math.sqrt,
  Tan: Math.tan,
  Truncate: Math.trunc,
} as const;

const mathDescription: TypeDescription = {
  name: "System.Math",
  kind: "static",
  members: {
    "static double PI": () => Math.PI,
    "static double E": () => Math.E,
    ...Object.fromEntries(
      Object.entries(functions).map(([name, apply]) => [
        `static double ${name}(double d)`,
        (value: number) => apply(value),
      ]),
    ),
    ...pairs,
    "static int Abs(int value)": absoluteInt,
    "static long Abs(long value)": (value: bigint) => (value < 0n ? -value : value),
    "static double Abs(double value)": Math.abs,
    "static decimal Abs(decimal value)": (value: Decimal) =>
      value.coefficient < 0n ? value.negated() : value,
    "static int Sign(double value)": Math.sign,
    "static int Sign(decimal value)": (value: Decimal) => value.compareTo(Decimal.of(0n)),
    "static double Pow(double x, double y)": (base: number, exponent: number) => base ** exponent,
    "static double Log(double a, double newBase)": (value: number, base: number) =>
      Math.log(value) / Math.log(base),
    "static decimal Floor(decimal d)": (value: Decimal) => value.floored(),
    "static decimal Ceiling(decimal d)": (value: Decimal) => value.negated().floored().negated(),
    "static decimal Truncate(decimal d)": (value: Decimal) => value.truncated(),
    "static double Round(double a)": (value: number) => roundDouble(value, 0, 0),
    "static double Round(double value, int digits)": (value: number, digits: number) =>
      roundDouble(value, digits, 0),
    "static double Round(double value, MidpointRounding mode)": (value: number, mode: number) =>
      roundDouble(value, 0, mode),
    "static double Round(double value, int digits, MidpointRounding mode)": roundDouble,
    "static decimal Round(decimal d)": (value: Decimal) => roundDecimal(value, 0, 0),
    "static decimal Round(decimal d, int decimals)": (value: Decimal, places: number) =>
      roundDecimal(value, places, 0),
    "static decimal Round(decimal d, MidpointRounding mode)": (value: Decimal, mode: number) =>
      roundDecimal(value, 0, mode),
    "static decimal Round(decimal d, int decimals, MidpointRounding mode)": roundDecimal,
  },
};

const randomDescription: TypeDescription = {
  name: "System.Random",
  kind: "class",
  is: (value) => value instanceof Random,
  members: {
    "new()": () => new Random(),
    "new(int Seed)": (seed: number) => new Random(seed),
    "int Next()": (self: Random) => self.next(),
    "int Next(int maxValue)": (self: Random, most: number) => self.nextBelow(most),
    "int Next(int minValue, int maxValue)": (self: Random, least: number, most: number) =>
      self.nextBetween(least, most),
    "double NextDouble()": (self: Random) => self.nextDouble(),
    "void NextBytes(byte[] buffer)": (self: Random, bytes: Uint8Array | null) =>
      self.fill(required(bytes, "buffer")),
  },
};

const getBytes: Members = Object.fromEntries(
  (
    [
      ["bool", 1, (view: DataView, value: boolean) => view.setUint8(0, Number(value))],
      ["short", 2, (view: DataView, value: number) => view.setInt16(0, value, true)],
      ["ushort", 2, (view: DataView, value: number) => view.setUint16(0, value, true)],
      ["char", 2, (view: DataView, value: string) => view.setUint16(0, value.charCodeAt(0), true)],
      ["int", 4, (view: DataView, value: number) => view.setInt32(0, value, true)],
      ["uint", 4, (view: DataView, value: number) => view.setUint32(0, value, true)],
      ["float", 4, (view: DataView, value: number) => view.setFloat32(0, value, true)],
      ["long", 8, (view: DataView, value: bigint) => view.setBigInt64(0, value, true)],
      ["ulong", 8, (view: DataView, value: bigint) => view.setBigUint64(0, value, true)],
      ["double", 8, (view: DataView, value: number) => view.setFloat64(0, value, true)],
    ] as const
  ).map(([type, size, write]) => [
    `static byte[] GetBytes(${type} value)`,
    (value: never) => {
      const bytes = new Uint8Array(size);
      write(new DataView(bytes.buffer), value);
      return bytes;
    },
  ]),
);

function bytesAt<T>(
  size: number,
  read: (view: DataView) => T,
): (bytes: Uint8Array | null, start: number) => T {
  return (bytes, start) => {
    const given = required(bytes, "value");
    if (start < 0 || start >= given.length) {
      throw argumentOutOfRange(
        "startIndex",
        "Index was out of range. Must be non-negative and less than the size of the collection.",
      );
    }
    if (start + size > given.length) {
      throw argumentException(
        "Destination array is not long enough to copy all the items in the collection. Check array index and length.",
      );
    }
    return read(new DataView(given.buffer, given.byteOffset + start, size));
  };
}

/** `BitConverter.ToString`: `AA-BB`. */
export function dashedHex(bytes: Uint8Array): string {
  spend(bytes.length / 4);
  return Buffer.from(bytes)
    .toString("hex")
    .toUpperCase()
    .replace(/..(?=.)/g, "$&-");
}

const bitConverterDescription: TypeDescription = {
  name: "System.BitConverter",
  kind: "static",
  members: {
    "static bool IsLittleEndian": () => true,
    ...getBytes,
    "static string ToString(byte[] value)": (bytes: Uint8Array | null) => dashedHex(required(bytes, "value")),
    "static string ToString(byte[] value, int startIndex)": (bytes: Uint8Array | null, start: number) =>
      dashedHex(required(bytes, "value").subarray(start)),
    "static string ToString(byte[] value, int startIndex, int length)": (
      bytes: Uint8Array | null,
      start: number,
      length: number,
    ) => dashedHex(required(bytes, "value").subarray(start, start + length)),
    "static short ToInt16(byte[] value, int startIndex)": bytesAt(2, (view) => view.getInt16(0, true)),
    "static ushort ToUInt16(byte[] value, int startIndex)": bytesAt(2, (view) => view.getUint16(0, true)),
    "static int ToInt32(byte[] value, int startIndex)": bytesAt(4, (view) => view.getInt32(0, true)),
    "static uint ToUInt32(byte[] value, int startIndex)": bytesAt(4, (view) => view.getUint32(0, true)),
    "static long ToInt64(byte[] value, int startIndex)": bytesAt(8, (view) => view.getBigInt64(0, true)),
    "static ulong ToUInt64(byte[] value, int startIndex)": bytesAt(8, (view) => view.getBigUint64(0, true)),
    "static double ToDouble(byte[] value, int startIndex)": bytesAt(8, (view) => view.getFloat64(0, true)),
    "static bool ToBoolean(byte[] value, int startIndex)": bytesAt(1, (view) => view.getUint8(0) !== 0),
  },
};

/** `Math`, `Random` and `BitConverter`. */
export const mathTypes: readonly TypeDescription[] = [
  mathDescription,
  randomDescription,
  bitConverterDescription,
];
