import { DotnetException } from "../exception.ts";
import { parseTypeText } from "../signature.ts";
import { namedType } from "../static-type.ts";
import type { Host, TypeDescription } from "../type-description.ts";
import type { Value } from "../value.ts";
import { ItemsValue } from "./tuple.ts";

function hashOf(text: string): number {
  let hash = 5381;
  for (let at = 0; at < text.length; at++) hash = (Math.imul(hash, 33) ^ text.charCodeAt(at)) | 0;
  return hash;
}

function named(name: string, interfaces: readonly string[] = []): TypeDescription {
  return { name, kind: "interface", interfaces };
}

function tuple(count: number): TypeDescription {
  const parameters = Array.from({ length: count }, (_, index) => `T${index + 1}`);
  return {
    name: `System.Tuple<${parameters.join(", ")}>`,
    kind: "class",
    members: {
      [`new(${parameters.map((name, index) => `${name} item${index + 1}`).join(", ")})`]: (
        ...list: unknown[]
      ) => makeTuple(list.slice(0, count) as Value[], list.at(-1) as readonly string[]),
      ...Object.fromEntries(
        parameters.map((name, index) => [
          `${name} Item${index + 1}`,
          (self: ItemsValue) => self.comparedItems[index] ?? null,
        ]),
      ),
      "string ToString()": (self: ItemsValue, host: Host) => self.text(host),
    },
  };
}

function makeTuple(items: readonly Value[], names: readonly string[]): ItemsValue {
  return new ItemsValue(namedType("Tuple", ...names.map((name) => parseTypeText(name))), items);
}

function create(count: number): readonly [string, (...list: unknown[]) => ItemsValue] {
  const parameters = Array.from({ length: count }, (_, index) => `T${index + 1}`);
  const list = parameters.map((name, index) => `${name} item${index + 1}`).join(", ");
  return [
    `static Tuple<${parameters.join(", ")}> Create<${parameters.join(", ")}>(${list})`,
    (...all) => makeTuple(all.slice(0, count) as Value[], all.at(-1) as readonly string[]),
  ];
}

/** `object`, nullable values, tuples, delegates. */
export const objectTypes: readonly TypeDescription[] = [
  {
    name: "System.Object",
    kind: "class",
    members: {
      "new()": () => new PlainObject(),
      "string ToString()": (self: Value, host: Host) => host.text(self),
      "bool Equals(object obj)": (self: Value, other: Value, host: Host) => host.equals(self, other),
      "int GetHashCode()": (self: Value, host: Host) => hashOf(String(host.key(self))),
      "string GetType()": (self: Value, host: Host) => host.typeName(self),
      "static bool Equals(object objA, object objB)": (left: Value, right: Value, host: Host) =>
        host.equals(left, right),
      "static bool ReferenceEquals(object objA, object objB)": (left: Value, right: Value) => left === right,
    },
  },
  {
    name: "System.Nullable<T>",
    kind: "struct",
    members: {
      "bool HasValue": (self: Value) => self !== null,
      "T Value": (self: Value) => {
        if (self === null)
          throw new DotnetException("InvalidOperationException", "Nullable object must have a value.");
        return self;
      },
      "T GetValueOrDefault()": (self: Value, host: Host, [type = "object"]: readonly string[]) =>
        self === null ? host.defaultOf(type) : self,
      "T GetValueOrDefault(T defaultValue)": (self: Value, missing: Value) => self ?? missing,
      "string ToString()": (self: Value, host: Host) => host.text(self),
    },
  },
  { name: "System.Tuple", kind: "static", members: Object.fromEntries([1, 2, 3, 4, 5, 6, 7].map(create)) },
  ...[1, 2, 3, 4, 5, 6, 7].map(tuple),
  named("System.Func<TResult>"),
  named("System.Func<T, TResult>"),
  named("System.Func<T1, T2, TResult>"),
  named("System.Func<T1, T2, T3, TResult>"),
  named("System.Func<T1, T2, T3, T4, TResult>"),
  named("System.Action"),
  named("System.Action<T>"),
  named("System.Action<T1, T2>"),
  named("System.Predicate<T>"),
  named("System.Comparison<T>"),
  named("System.Converter<TInput, TOutput>"),
];

/** `new object()` */
class PlainObject {}
