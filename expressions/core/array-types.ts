import { argumentNull } from "../dotnet/exceptions.ts";
import { DotnetException } from "../exception.ts";
import { spend } from "../meter.ts";
import type { Host, TypeDescription } from "../type-description.ts";
import { ArrayValue, NumberValue, type Value } from "../value.ts";

type AnyArray = ArrayValue | Uint8Array | readonly Value[];
type Test = (value: Value) => unknown;

function lengthOf(self: AnyArray): number {
  return self instanceof ArrayValue ? self.items.length : self.length;
}

/** Lists of values, whichever way an array is handed in. */
function itemsOf(array: AnyArray | null, parameter = "array"): readonly Value[] {
  if (array === null) throw argumentNull(parameter);
  if (array instanceof ArrayValue) return array.items;
  if (!(array instanceof Uint8Array)) return array;
  spend(array.length / 8);
  return Array.from(array, (byte) => new NumberValue("byte", byte));
}

function copyItems(source: Value, from: number, target: Value, to: number, count: number): void {
  if (source === null || target === null)
    throw argumentNull(source === null ? "sourceArray" : "destinationArray");
  const [left, right] = [source as AnyArray, target as AnyArray];
  if (from < 0 || to < 0 || count < 0 || from + count > lengthOf(left))
    throw new DotnetException(
      "ArgumentException",
      "Source array was not long enough. Check srcIndex and length, and the array's lower bounds.",
    );
  if (to + count > lengthOf(right))
    throw new DotnetException(
      "ArgumentException",
      "Destination array was not long enough. Check destIndex and length, and the array's lower bounds.",
    );
  if (left instanceof Uint8Array && right instanceof Uint8Array)
    right.set(left.slice(from, from + count), to);
  else if (right instanceof ArrayValue)
    for (const [index, item] of itemsOf(left)
      .slice(from, from + count)
      .entries())
      right.items[to + index] = item;
  else
    throw new DotnetException(
      "ArrayTypeMismatchException",
      "Source array type cannot be assigned to destination array type.",
    );
}

/** `System.Array`: what arrays have, and the static members. */
export const arrayTypes: readonly TypeDescription[] = [
  {
    name: "System.Array<T>",
    kind: "class",
    base: "Array",
    interfaces: ["IList<T>", "IReadOnlyList<T>"],
    is: (value) => value instanceof ArrayValue || value instanceof Uint8Array,
    members: {
      "int Length": lengthOf,
      "long LongLength": (self: AnyArray) => BigInt(lengthOf(self)),
      "object Clone()": (self: AnyArray, host: Host) => {
        host.allocate(lengthOf(self));
        if (self instanceof Uint8Array) return self.slice();
        const items = [...itemsOf(self)];
        return self instanceof ArrayValue
          ? new ArrayValue(self.elementType, items)
          : new ArrayValue("object", items);
      },
      "void CopyTo(T[] array, int index)": (self: AnyArray, target: Value, index: number) => {
        const made = Array.isArray(target) ? new ArrayValue("object", target) : target;
        copyItems(
          Array.isArray(self) ? new ArrayValue("object", self) : self,
          0,
          made,
          index,
          lengthOf(self),
        );
      },
    },
  },
  {
    name: "System.Array",
    kind: "class",
    members: {
      "static int IndexOf<T>(T[] array, T value)": (array: AnyArray | null, value: Value, host: Host) =>
        itemsOf(array).findIndex((item) => host.equals(item, value)),
      "static int FindIndex<T>(T[] array, Predicate<T> match)": (array: AnyArray | null, match: Test) =>
        itemsOf(array).findIndex((item) => match(item) === true),
      "static T Find<T>(T[] array, Predicate<T> match)": (
        array: AnyArray | null,
        match: Test,
        host: Host,
        [type = "object"]: readonly string[],
      ) => itemsOf(array).find((item) => match(item) === true) ?? host.defaultOf(type),
      "static T[] FindAll<T>(T[] array, Predicate<T> match)": (array: AnyArray | null, match: Test) =>
        itemsOf(array).filter((item) => match(item) === true),
      "static bool Exists<T>(T[] array, Predicate<T> match)": (array: AnyArray | null, match: Test) =>
        itemsOf(array).some((item) => match(item) === true),
      "static bool TrueForAll<T>(T[] array, Predicate<T> match)": (array: AnyArray | null, match: Test) =>
        itemsOf(array).every((item) => match(item) === true),
      "static TOutput[] ConvertAll<TInput, TOutput>(TInput[] array, Converter<TInput, TOutput> converter)": (
        array: AnyArray | null,
        convert: (value: Value) => Value,
      ) => itemsOf(array).map((item) => convert(item)),
      "static void ForEach<T>(T[] array, Action<T> action)": (array: AnyArray | null, action: Test) => {
        for (const item of itemsOf(array)) action(item);
      },
      "static T[] Empty<T>()": () => [],
      "static void Reverse(Array array)": (array: ArrayValue | Uint8Array | null) => {
        if (array instanceof ArrayValue) array.items.reverse();
        else array?.reverse();
      },
      "static void Sort(Array array)": (array: ArrayValue | Uint8Array | null, host: Host) => {
        if (array instanceof ArrayValue) array.items.sort((left, right) => host.compare(left, right));
        else {
          spend((array?.length ?? 0) / 4);
          array?.sort();
        }
      },
      "static void Copy(Array sourceArray, Array destinationArray, int length)": (
        source: Value,
        target: Value,
        count: number,
      ) => copyItems(source, 0, target, 0, count),
      "static void Copy(Array sourceArray, int sourceIndex, Array destinationArray, int destinationIndex, int length)":
        copyItems,
    },
  },
];
