import { rawOf } from "./numeric.ts";
import { delegateParts, elementTypeOf, type StaticType } from "./static-type.ts";
import type { DotnetTypeRegistry } from "./type-registry.ts";
import {
  ArrayValue,
  CharValue,
  charOf,
  EnumValue,
  type NumberType,
  NumberValue,
  SequenceValue,
  type Value,
} from "./value.ts";
import type { ValueOperations } from "./value-operations.ts";

type Convert = (value: Value) => unknown;

const wrapped = new Set(["sbyte", "byte", "short", "ushort", "uint", "long", "ulong", "float", "double"]);
const sequences = new Set(["IEnumerable"]);

/** Turns values into what the function behind a member takes, and back, by the table in `TypeDescription`. */
export class Marshal {
  readonly #registry: DotnetTypeRegistry;
  readonly #operations: ValueOperations;

  /** @param operations Enumerate what is given for an `IEnumerable`. */
  constructor(registry: DotnetTypeRegistry, operations: ValueOperations) {
    this.#registry = registry;
    this.#operations = operations;
  }

  /** For a parameter's type; `undefined` when the value goes as it is. */
  toNative(type: StaticType): Convert | undefined {
    if (wrapped.has(type.name)) return (value) => (value instanceof NumberValue ? value.value : value);
    if (type.name === "char")
      return (value) => (value instanceof CharValue ? String.fromCharCode(value.code) : value);
    if (type.name === "[]" && elementTypeOf(type).name !== "byte")
      return (value) => (value instanceof ArrayValue ? value.items : value);
    if (sequences.has(type.name)) return (value) => this.#operations.enumerate(value) ?? value;
    if (type.name === "?") {
      const inner = this.toNative(elementTypeOf(type));
      return inner === undefined ? undefined : (value) => (value === null ? null : inner(value));
    }
    if (this.#registry.info(type)?.kind === "enum")
      return (value) => (value instanceof EnumValue ? value.value : value);
    return undefined;
  }

  /** For the receiver of a member that its own type declares. */
  toReceiver(type: StaticType): Convert | undefined {
    return type.name === "[]" || sequences.has(type.name) ? undefined : this.toNative(type);
  }

  /** For a result's type; `undefined` when it is a value already. */
  fromNative(type: StaticType): Convert | undefined {
    const { name } = type;
    if (name === "void") return () => null;
    if (wrapped.has(name)) {
      const numberType = name as NumberType;
      return (value) =>
        typeof value === "number" || typeof value === "bigint" ? new NumberValue(numberType, value) : value;
    }
    if (name === "char") return (value) => (typeof value === "string" ? charOf(value.charCodeAt(0)) : value);
    if (name === "[]") {
      const { text } = elementTypeOf(type);
      if (text === "byte")
        return (value) =>
          Array.isArray(value) ? Uint8Array.from(value, (item) => Number(rawOf(item))) : value;
      return (value) => (Array.isArray(value) ? new ArrayValue(text, value) : value);
    }
    if (sequences.has(name)) return (value) => this.#sequence(elementTypeOf(type), value);
    if (name === "?") {
      const inner = this.fromNative(elementTypeOf(type));
      return inner === undefined ? undefined : (value) => (value === null ? null : inner(value));
    }
    const info = this.#registry.info(type);
    if (info?.kind === "enum")
      return (value) => (typeof value === "number" ? new EnumValue(info.fullName, value) : value);
    return delegateParts(type) === undefined ? undefined : (value) => value;
  }

  #sequence(element: StaticType, value: unknown): Value {
    if (typeof value !== "object" || value === null) return value;
    if (Array.isArray(value)) return new SequenceValue(element.text, value);
    if (value instanceof Uint8Array || this.#registry.typeOf(value).name !== "object") return value;
    return new SequenceValue(element.text, value as Iterable<Value>);
  }
}
