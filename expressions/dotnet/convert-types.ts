import type { Host, Implementation, TypeDescription } from "../type-description.ts";
import { EnumValue, type Value } from "../value.ts";
import { fromBase64, toBase64 } from "./base64.ts";
import {
  convertToInteger,
  integerFromBase,
  integerToBase,
  toBoolean,
  toChar,
  toDate,
  toDecimal,
  toDouble,
} from "./convert.ts";
import { DateTime } from "./date-time.ts";
import { argumentOutOfRange, overflow, required } from "./exceptions.ts";
import type { IntegerType } from "./number-parse.ts";

type Members = Readonly<Record<string, Implementation>>;

const targets: readonly (readonly [string, IntegerType])[] = [
  ["ToSByte", "sbyte"],
  ["ToByte", "byte"],
  ["ToInt16", "short"],
  ["ToUInt16", "ushort"],
  ["ToInt32", "int"],
  ["ToUInt32", "uint"],
  ["ToInt64", "long"],
  ["ToUInt64", "ulong"],
];

function native(value: bigint, type: IntegerType): number | bigint {
  return type === "long" || type === "ulong" ? value : Number(value);
}

/** The number that an enum's value stands for, as `Convert` sees it. */
function plain(value: Value): Value {
  return value instanceof EnumValue ? value.value : value;
}

const integers: Members = Object.fromEntries(
  targets.flatMap(([method, type]): [string, Implementation][] => [
    [
      `static ${type} ${method}(object value)`,
      (value: Value) => native(convertToInteger(plain(value), type), type),
    ],
    [
      `static ${type} ${method}(string value, int fromBase)`,
      (text: string | null, base: number) => native(integerFromBase(text, base, type), type),
    ],
  ]),
);

function toSingle(value: Value): number {
  const single = Math.fround(toDouble(value));
  if (typeof value === "string" && !Number.isFinite(single)) throw overflow("a Single");
  return single;
}

function base64(bytes: Uint8Array | null, offset: number, length: number, host: Host): string {
  const given = required(bytes, "inArray");
  if (offset < 0 || length < 0 || offset + length > given.length) throw argumentOutOfRange("offset");
  host.allocate(length * 2);
  return toBase64(given.subarray(offset, offset + length));
}

const convertDescription: TypeDescription = {
  name: "System.Convert",
  kind: "static",
  members: {
    ...integers,
    "static double ToDouble(object value)": toDouble,
    "static float ToSingle(object value)": toSingle,
    "static decimal ToDecimal(object value)": toDecimal,
    "static bool ToBoolean(object value)": toBoolean,
    "static char ToChar(object value)": (value: Value) => String.fromCharCode(toChar(value)),
    "static DateTime ToDateTime(object value)": (value: Value, host: Host) =>
      toDate(value, DateTime.fromUnix(host.now())),
    "static string ToString(string value)": (value: string | null) => value,
    "static string ToString(object value)": (value: Value, host: Host) => host.text(value),
    "static string ToString(int value, int toBase)": (value: number, base: number) =>
      integerToBase(BigInt(value), base, 32),
    "static string ToString(long value, int toBase)": (value: bigint, base: number) =>
      integerToBase(value, base, 64),
    "static string ToString(byte value, int toBase)": (value: number, base: number) =>
      integerToBase(BigInt(value), base, 8),
    "static string ToString(short value, int toBase)": (value: number, base: number) =>
      integerToBase(BigInt(value), base, 16),
    "static string ToBase64String(byte[] inArray)": (bytes: Uint8Array | null, host: Host) =>
      base64(bytes, 0, required(bytes, "inArray").length, host),
    "static string ToBase64String(byte[] inArray, int offset, int length)": base64,
    "static byte[] FromBase64String(string s)": (text: string | null, host: Host) => {
      host.allocate(required(text, "s").length);
      return fromBase64(text);
    },
  },
};

/** `Convert`. */
export const convertTypes: readonly TypeDescription[] = [convertDescription];
