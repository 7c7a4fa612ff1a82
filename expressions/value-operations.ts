import { ItemsValue } from "./core/tuple.ts";
import { DotnetException } from "./exception.ts";
import { allocate, spend } from "./meter.ts";
import type { StaticType } from "./static-type.ts";
import type { Host } from "./type-description.ts";
import type { DotnetTypeRegistry, Member } from "./type-registry.ts";
import { ArrayValue, CharValue, charOf, EnumValue, NumberValue, SequenceValue, type Value } from "./value.ts";

/** What .NET's `object` can do, for every value. */
export class ValueOperations {
  readonly #registry: DotnetTypeRegistry;
  readonly #texts = new Map<string, (value: Value, host: Host) => string>();

  /** @param registry Knows the types. */
  constructor(registry: DotnetTypeRegistry) {
    this.#registry = registry;
  }

  /** `ToString()`, and the empty string for `null`. */
  text(value: Value, host: Host): string {
    if (typeof value === "string") return value;
    if (typeof value === "number") return String(value);
    if (typeof value === "boolean") return value ? "True" : "False";
    if (value === null || value === undefined) return "";
    if (value instanceof CharValue) return String.fromCharCode(value.code);
    if (value instanceof EnumValue) return this.#enumText(value);
    if (value instanceof ItemsValue && value.staticType.name !== "KeyValuePair") return value.text(host);
    return this.#textOf(this.#registry.typeOf(value))(value, host);
  }

  #enumText({ type, value }: EnumValue): string {
    const values = Object.entries(this.#registry.find(type, 0)?.values ?? {});
    const exact = values.find(([, number]) => number === value);
    if (exact !== undefined) return exact[0];
    const parts = values.filter(([, number]) => number !== 0 && (value & number) === number);
    const covered = parts.reduce((sum, [, number]) => sum | number, 0);
    return covered === value && value !== 0 ? parts.map(([name]) => name).join(", ") : String(value);
  }

  #textOf(type: StaticType): (value: Value, host: Host) => string {
    const known = this.#texts.get(type.text);
    if (known !== undefined) return known;
    const member = this.#registry
      .instanceMembers(type, "ToString")
      .map(({ member: one }) => one)
      .find(
        ({ owner, signature }) => owner.name !== "object" && signature.parameters.every((one) => one.default),
      );
    const text = member === undefined ? () => this.fullName(type) : callText(member);
    if (this.#texts.size < 1000) this.#texts.set(type.text, text);
    return text;
  }

  /** The full name of a value's type. */
  typeName(value: Value): string {
    return this.fullName(this.#registry.typeOf(value));
  }

  /** A type as .NET names it. */
  fullName(type: StaticType): string {
    const [first] = type.arguments;
    if (type.name === "[]" && first !== undefined) return `${this.fullName(first)}[]`;
    if (type.name === "?" && first !== undefined) return `System.Nullable\`1[${this.fullName(first)}]`;
    const info = this.#registry.info(type);
    const name = info?.fullName ?? fallbackNames.get(type.name) ?? type.name;
    if (type.arguments.length === 0 || type.name === "{}") return name;
    return `${name}\`${type.arguments.length}[${type.arguments.map((one) => this.fullName(one)).join(",")}]`;
  }

  /** `Equals` of two values. */
  equals(left: Value, right: Value): boolean {
    if (left === right) return true;
    if (typeof left !== "object" || typeof right !== "object" || left === null || right === null)
      return false;
    return this.key(left) === this.key(right);
  }

  /** Two values are `Equals` when their keys are the same; it can be a key of a `Map`. */
  key(value: Value): unknown {
    if (typeof value === "string") return value.startsWith("\0") ? `\0s${value}` : value;
    if (typeof value !== "object" || value === null) return value;
    if (value instanceof NumberValue)
      return `\0${value.type}:${Object.is(value.value, -0) ? 0 : value.value}`;
    if (value instanceof CharValue) return `\0c${value.code}`;
    if (value instanceof EnumValue) return `\0e${value.type}:${value.value}`;
    if (hasItems(value)) return this.#keyOfItems(value.comparedItems);
    const type = this.#registry.typeOf(value);
    const identity = this.#registry.trait(type, "identity");
    if (identity === undefined) return value;
    const found = identity(value as never);
    return `\0${type.text}:${typeof found}:${found}`;
  }

  #keyOfItems(items: readonly Value[]): unknown {
    spend(1);
    const keys = items.map((item) => this.key(item));
    const parts = keys.map((key) =>
      typeof key === "object" && key !== null
        ? this.#numberOf(key)
        : `${typeof key}${String(key).length}:${String(key)}`,
    );
    const key = `\0t${parts.join("|")}`;
    allocate(key.length);
    return key;
  }

  readonly #numbers = new WeakMap<object, number>();
  #count = 0;

  #numberOf(object: object): string {
    const known = this.#numbers.get(object) ?? ++this.#count;
    this.#numbers.set(object, known);
    return `o${known}`;
  }

  /** The default comparer: `null` comes first. */
  compare(left: Value, right: Value): number {
    spend(1 / 4);
    if (left === null || right === null) return Number(left !== null) - Number(right !== null);
    if (typeof left === "number" && typeof right === "number") return Math.sign(left - right);
    if (typeof left === "string" && typeof right === "string") return compareTexts(left, right);
    if (typeof left === "boolean" && typeof right === "boolean") return Number(left) - Number(right);
    if (left instanceof CharValue && right instanceof CharValue) return left.code - right.code;
    if (left instanceof EnumValue && right instanceof EnumValue) return Math.sign(left.value - right.value);
    if (left instanceof NumberValue && right instanceof NumberValue)
      return compareNumbers(left.value, right.value);
    const type = this.#registry.typeOf(left);
    const compare = this.#registry.trait(type, "compare");
    if (compare === undefined)
      throw new DotnetException("ArgumentException", "At least one object must implement IComparable.");
    if (type.text !== this.#registry.typeOf(right).text)
      throw new DotnetException("ArgumentException", `Object must be of type ${type.text}.`);
    return compare(left as never, right as never);
  }

  /** The elements of an `IEnumerable`. */
  enumerate(value: Value): Iterable<Value> | undefined {
    if (value instanceof ArrayValue) return value.items;
    if (value instanceof SequenceValue) return value.iterable;
    if (typeof value === "string") return chars(value);
    if (value instanceof Uint8Array) return bytes(value);
    if (typeof value !== "object" || value === null) return undefined;
    const enumerate = this.#registry.trait(this.#registry.typeOf(value), "enumerate");
    return enumerate?.(value as never);
  }
}

function callText({ implementation, signature }: Member): (value: Value, host: Host) => string {
  if (typeof implementation !== "function") return () => "";
  const call = implementation as (...list: unknown[]) => unknown;
  const defaults = signature.parameters.map((one) => one.default?.value);
  return (value, host) => String(call(natural(value), ...defaults, host) ?? "");
}

/** A number or bigint in the place of a wrapped one. */
function natural(value: Value): unknown {
  return value instanceof NumberValue ? value.value : value;
}

/** A value that is compared by its items: a tuple, an object of an anonymous type. */
export interface ItemwiseValue {
  readonly comparedItems: readonly Value[];
}

function hasItems(value: object): value is ItemwiseValue {
  return "comparedItems" in value;
}

function compareNumbers(left: number | bigint, right: number | bigint): number {
  if (Number.isNaN(left)) return Number.isNaN(right) ? 0 : -1;
  if (Number.isNaN(right)) return 1;
  return left < right ? -1 : left > right ? 1 : 0;
}

const collator = new Intl.Collator("und");

/** .NET's comparison in the culture en-US: by alphabet, a small letter before its capital. */
export function compareTexts(left: string, right: string): number {
  spend((left.length + right.length) / 8);
  return collator.compare(left, right);
}

function chars(text: string): Iterable<Value> {
  return {
    *[Symbol.iterator]() {
      for (let at = 0; at < text.length; at++) yield charOf(text.charCodeAt(at));
    },
  };
}

function bytes(list: Uint8Array): Iterable<Value> {
  return {
    *[Symbol.iterator]() {
      for (const byte of list) yield new NumberValue("byte", byte);
    },
  };
}

const fallbackNames: ReadonlyMap<string, string> = new Map([
  ["int", "System.Int32"],
  ["string", "System.String"],
  ["object", "System.Object"],
  ["bool", "System.Boolean"],
  ["{}", "<>f__AnonymousType0"],
  ["()", "System.ValueTuple"],
]);
