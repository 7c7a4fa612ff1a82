/**
 * What a value of .NET's is here while an expression runs. Each value tells its own type, so that a boxed `object` keeps it:
 *
 * - `null`, `bool`, `string` and `int` are JavaScript's `null`, boolean, string and number (always within 32 bits);
 * - the other numbers but `decimal` are a {@link NumberValue}, a `char` is a {@link CharValue}, an enum's value an {@link EnumValue};
 * - `byte[]` is a `Uint8Array`, any other array an {@link ArrayValue}, an `IEnumerable<T>` that nobody stored a {@link SequenceValue};
 * - a function of the language is a JavaScript function of values;
 * - any other type is a class of its own, described by a `TypeDescription` whose `is` recognises it.
 */
export type Value = unknown;

/** The numbers that are wrapped; `long` and `ulong` hold a bigint, all others a JavaScript number. */
export type NumberType =
  | "sbyte"
  | "byte"
  | "short"
  | "ushort"
  | "uint"
  | "long"
  | "ulong"
  | "float"
  | "double";

/** A number that is no `int` and no `decimal`. */
export class NumberValue {
  readonly type: NumberType;
  readonly value: number | bigint;

  /** @param value Already within the type's range. */
  constructor(type: NumberType, value: number | bigint) {
    this.type = type;
    this.value = value;
  }
}

/** A `char`: one UTF-16 code unit. */
export class CharValue {
  readonly code: number;

  /** Use {@link charOf}, which keeps the common ones. */
  constructor(code: number) {
    this.code = code;
  }
}

const knownChars: CharValue[] = [];

/** The `char` of a code unit. */
export function charOf(code: number): CharValue {
  const unit = code & 0xffff;
  if (unit > 255) return new CharValue(unit);
  knownChars[unit] ??= new CharValue(unit);
  return knownChars[unit];
}

/** A value of an enum, such as `StringComparison.Ordinal`. */
export class EnumValue {
  /** The enum's full name. */
  readonly type: string;
  readonly value: number;

  /** @param value The underlying number. */
  constructor(type: string, value: number) {
    this.type = type;
    this.value = value;
  }
}

/** An array other than `byte[]`. */
export class ArrayValue {
  /** The type of its elements as C# writes it, such as `string` or `JObject`. */
  readonly elementType: string;
  readonly items: Value[];

  /** @param items Not copied. */
  constructor(elementType: string, items: Value[]) {
    this.elementType = elementType;
    this.items = items;
  }
}

/** An `IEnumerable<T>` that is computed when it is enumerated, as LINQ's are. */
export class SequenceValue {
  /** The type of its elements as C# writes it. */
  readonly elementType: string;
  readonly iterable: Iterable<Value>;

  /** @param iterable Can be enumerated more than once. */
  constructor(elementType: string, iterable: Iterable<Value>) {
    this.elementType = elementType;
    this.iterable = iterable;
  }
}
