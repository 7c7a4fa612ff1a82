import { DotnetException } from "./exception.ts";
import { CharValue, type NumberType, NumberValue, type Value } from "./value.ts";

/** The types that are computed with by the language itself; `decimal` brings its own operators. */
export type ComputedType = NumberType | "int";

type Raw = number | bigint;

const ranks: Readonly<Record<string, number | undefined>> = Object.assign(Object.create(null), {
  sbyte: 1,
  byte: 1,
  short: 2,
  ushort: 2,
  char: 2,
  int: 3,
  uint: 4,
  long: 5,
  ulong: 6,
  float: 7,
  double: 8,
});

/** Whether a type is a number (or `char`, which becomes one) that the language computes with. */
export function isNumeric(name: string): boolean {
  return ranks[name] !== undefined;
}

/** Each type with those that it becomes without a cast, nearest first. */
const widenings: Readonly<Record<string, readonly string[] | undefined>> = Object.assign(
  Object.create(null),
  {
    sbyte: ["short", "int", "long", "float", "double", "decimal"],
    byte: ["short", "ushort", "int", "uint", "long", "ulong", "float", "double", "decimal"],
    short: ["int", "long", "float", "double", "decimal"],
    ushort: ["int", "uint", "long", "ulong", "float", "double", "decimal"],
    char: ["ushort", "int", "uint", "long", "ulong", "float", "double", "decimal"],
    int: ["long", "float", "double", "decimal"],
    uint: ["long", "ulong", "float", "double", "decimal"],
    long: ["float", "double", "decimal"],
    ulong: ["float", "double", "decimal"],
    float: ["double"],
  },
);

/** How far a number type is from one that it becomes without a cast, from 1; `undefined` when it needs a cast. */
export function wideningDistance(from: string, to: string): number | undefined {
  const index = widenings[from]?.indexOf(to) ?? -1;
  return index < 0 ? undefined : index + 1;
}

/** The type that two operands are computed in, or `undefined` when C# refuses the pair. */
export function promoted(left: string, right: string): ComputedType | undefined {
  const [low, high] = [ranks[left], ranks[right]];
  if (low === undefined || high === undefined) return undefined;
  if (left === "double" || right === "double") return "double";
  if (left === "float" || right === "float") return "float";
  if (left === "ulong" || right === "ulong") {
    const other = left === "ulong" ? right : left;
    return ["sbyte", "short", "int", "long"].includes(other) ? undefined : "ulong";
  }
  if (left === "long" || right === "long") return "long";
  if (left !== "uint" && right !== "uint") return "int";
  const other = left === "uint" ? right : left;
  return ["sbyte", "short", "int"].includes(other) ? "long" : "uint";
}

/** The JavaScript number in a number of .NET's. */
export function rawOf(value: Value): Raw {
  if (typeof value === "number") return value;
  if (value instanceof NumberValue) return value.value;
  return value instanceof CharValue ? value.code : 0;
}

/** A number of a type from a JavaScript number that may be out of its range: C#'s unchecked conversion. */
export function numberOf(type: ComputedType, raw: Raw): Value {
  switch (type) {
    case "int":
      return typeof raw === "number" ? toInt32(raw) : Number(BigInt.asIntN(32, raw));
    case "double":
      return new NumberValue("double", Number(raw));
    case "float":
      return new NumberValue("float", Math.fround(Number(raw)));
    case "long":
      return new NumberValue("long", BigInt.asIntN(64, toBigInt(raw)));
    case "ulong":
      return new NumberValue("ulong", BigInt.asUintN(64, toBigInt(raw)));
    default:
      return new NumberValue(type, smallNumber(type, raw));
  }
}

function toInt32(raw: number): number {
  if (raw >= -2147483648.999 && raw < 2147483648) return Math.trunc(raw) | 0;
  return Number.isInteger(raw) && Math.abs(raw) < 2 ** 53 ? raw | 0 : -2147483648;
}

function toBigInt(raw: Raw): bigint {
  if (typeof raw === "bigint") return raw;
  return Number.isFinite(raw) ? BigInt(Math.trunc(raw)) : -(2n ** 63n);
}

function smallNumber(type: "sbyte" | "byte" | "short" | "ushort" | "uint", raw: Raw): number {
  const whole = toBigInt(raw);
  if (type === "byte") return Number(BigInt.asUintN(8, whole));
  if (type === "sbyte") return Number(BigInt.asIntN(8, whole));
  if (type === "short") return Number(BigInt.asIntN(16, whole));
  return Number(BigInt.asUintN(type === "uint" ? 32 : 16, whole));
}

const divideByZero = () => new DotnetException("DivideByZeroException", "Attempted to divide by zero.");
const overflow = () =>
  new DotnetException("OverflowException", "Arithmetic operation resulted in an overflow.");

const leastLong = -(2n ** 63n);

/** The sum of two numbers, or .NET's refusal when the type does not hold it. */
export function checkedSum(type: "int" | "long", left: Value, right: Value): Value {
  const sum = toBigInt(rawOf(left)) + toBigInt(rawOf(right));
  if (sum !== BigInt.asIntN(type === "int" ? 32 : 64, sum)) throw overflow();
  return numberOf(type, sum);
}

type Compute = (left: Value, right: Value) => Value;

function divideInt(left: number, right: number): number {
  if (right === 0) throw divideByZero();
  if (right === -1 && left === -2147483648) throw overflow();
  return (left / right) | 0;
}

function remainderInt(left: number, right: number): number {
  if (right === 0) throw divideByZero();
  if (right === -1 && left === -2147483648) throw overflow();
  return (left % right) | 0;
}

const intOperators: Readonly<Record<string, ((left: number, right: number) => Value) | undefined>> =
  Object.assign(Object.create(null), {
    "+": (left: number, right: number) => (left + right) | 0,
    "-": (left: number, right: number) => (left - right) | 0,
    "*": Math.imul,
    "/": divideInt,
    "%": remainderInt,
    "&": (left: number, right: number) => left & right,
    "|": (left: number, right: number) => left | right,
    "^": (left: number, right: number) => left ^ right,
    "==": (left: number, right: number) => left === right,
    "!=": (left: number, right: number) => left !== right,
    "<": (left: number, right: number) => left < right,
    ">": (left: number, right: number) => left > right,
    "<=": (left: number, right: number) => left <= right,
    ">=": (left: number, right: number) => left >= right,
  });

const comparisons: Readonly<Record<string, ((left: Raw, right: Raw) => boolean) | undefined>> = Object.assign(
  Object.create(null),
  {
    "==": (left: Raw, right: Raw) => left === right,
    "!=": (left: Raw, right: Raw) => left !== right,
    "<": (left: Raw, right: Raw) => left < right,
    ">": (left: Raw, right: Raw) => left > right,
    "<=": (left: Raw, right: Raw) => left <= right,
    ">=": (left: Raw, right: Raw) => left >= right,
  },
);

/** An operator of two numbers in the type that they were promoted to; `undefined` when that type does not have it. */
export function numberOperator(operator: string, type: ComputedType): Compute | undefined {
  if (type === "int") {
    const compute = intOperators[operator];
    if (compute === undefined) return undefined;
    return (left, right) =>
      typeof left === "number" && typeof right === "number"
        ? compute(left, right)
        : compute(Number(rawOf(left)), Number(rawOf(right)));
  }
  const isBig = type === "long" || type === "ulong";
  const operand = isBig ? (value: Value) => toBigInt(rawOf(value)) : (value: Value) => Number(rawOf(value));
  const comparison = comparisons[operator];
  if (comparison !== undefined) return (left, right) => comparison(operand(left), operand(right));
  const compute = isBig ? bigOperators[operator] : floatOperator(operator, type);
  if (compute === undefined) return undefined;
  return (left, right) => numberOf(type, compute(operand(left) as never, operand(right) as never));
}

const bigOperators: Readonly<Record<string, ((left: bigint, right: bigint) => bigint) | undefined>> =
  Object.assign(Object.create(null), {
    "+": (left: bigint, right: bigint) => left + right,
    "-": (left: bigint, right: bigint) => left - right,
    "*": (left: bigint, right: bigint) => left * right,
    "/": (left: bigint, right: bigint) => {
      if (right === 0n) throw divideByZero();
      if (right === -1n && left === leastLong) throw overflow();
      return left / right;
    },
    "%": (left: bigint, right: bigint) => {
      if (right === 0n) throw divideByZero();
      if (right === -1n && left === leastLong) throw overflow();
      return left % right;
    },
    "&": (left: bigint, right: bigint) => left & right,
    "|": (left: bigint, right: bigint) => left | right,
    "^": (left: bigint, right: bigint) => left ^ right,
  });

function floatOperator(
  operator: string,
  type: ComputedType,
): ((left: number, right: number) => Raw) | undefined {
  const isWhole = type === "uint";
  switch (operator) {
    case "+":
      return (left, right) => left + right;
    case "-":
      return (left, right) => left - right;
    case "*":
      return (left, right) => (isWhole ? Math.imul(left, right) >>> 0 : left * right);
    case "/":
      return isWhole ? (left, right) => divideUnsigned(left, right) : (left, right) => left / right;
    case "%":
      return isWhole ? (left, right) => remainderUnsigned(left, right) : (left, right) => left % right;
    case "&":
      return isWhole ? (left, right) => (left & right) >>> 0 : undefined;
    case "|":
      return isWhole ? (left, right) => (left | right) >>> 0 : undefined;
    case "^":
      return isWhole ? (left, right) => (left ^ right) >>> 0 : undefined;
    default:
      return undefined;
  }
}

function divideUnsigned(left: number, right: number): number {
  if (right === 0) throw divideByZero();
  return Math.floor(left / right);
}

function remainderUnsigned(left: number, right: number): number {
  if (right === 0) throw divideByZero();
  return left % right;
}

/** `<<` and `>>`: the left operand's type, the count taken modulo its width. */
export function shift(operator: string, type: ComputedType, left: Value, right: Value): Value {
  const count = Number(rawOf(right));
  if (type === "long" || type === "ulong") {
    const bits = BigInt(count & 63);
    const value = toBigInt(rawOf(left));
    return numberOf(type, operator === "<<" ? value << bits : value >> bits);
  }
  const value = Number(rawOf(left));
  if (operator === "<<") return numberOf(type, type === "uint" ? (value << count) >>> 0 : value << count);
  return numberOf(type, type === "uint" ? value >>> count : value >> count);
}

/** `-a`, `+a`, `~a`; the type is that of the result. */
export function negate(operator: string, type: ComputedType, value: Value): Value {
  const raw = rawOf(value);
  if (operator === "+") return numberOf(type, raw);
  if (operator === "-")
    return type === "double" || type === "float" ? numberOf(type, -Number(raw)) : numberOf(type, -raw);
  if (typeof raw === "bigint") return numberOf(type, ~raw);
  return numberOf(type, type === "uint" ? ~raw >>> 0 : ~raw);
}
