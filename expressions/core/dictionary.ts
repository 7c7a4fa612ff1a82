import { argumentNull } from "../dotnet/exceptions.ts";
import { upperInvariant } from "../dotnet/text.ts";
import { DotnetException } from "../exception.ts";
import { spend } from "../meter.ts";
import { parseTypeText } from "../signature.ts";
import { namedType, objectType, type StaticType } from "../static-type.ts";
import type { Host } from "../type-description.ts";
import type { Value } from "../value.ts";
import { ItemsValue } from "./tuple.ts";

type DictionaryName = "Dictionary" | "IReadOnlyDictionary";

/** A `Dictionary<TKey, TValue>`, in the order in which it was filled. */
export class DictionaryValue {
  readonly staticType: StaticType;
  readonly #pairType: StaticType;
  readonly #pairs = new Map<unknown, readonly [key: Value, value: Value]>();
  readonly #ignoresCase: boolean;
  readonly #types: readonly [keyType: string, valueType: string, name: DictionaryName];

  /** @param ignoresCase Whether its keys are texts that are equal whatever their case. */
  constructor(keyType: string, valueType: string, name: DictionaryName = "Dictionary", ignoresCase = false) {
    this.#types = [keyType, valueType, name];
    const [key, value] = [parseTypeText(keyType), parseTypeText(valueType)];
    this.staticType = namedType(name, key, value);
    this.#pairType = pairType(key, value);
    this.#ignoresCase = ignoresCase;
  }

  /** One of the same type that holds nothing. */
  emptied(): DictionaryValue {
    return new DictionaryValue(...this.#types, this.#ignoresCase);
  }

  /** Takes over what another one holds, each value changed. */
  fillFrom(other: DictionaryValue, change: (value: Value) => Value): void {
    for (const [own, [key, value]] of other.#pairs) this.#pairs.set(own, [key, change(value)]);
  }

  #key(key: Value, host: Host): unknown {
    if (key === null) throw argumentNull("key");
    return host.key(this.#ignoresCase && typeof key === "string" ? upperInvariant(key) : key);
  }

  /** How many pairs there are. */
  get count(): number {
    return this.#pairs.size;
  }

  /** The value of a key, or `undefined`. */
  find(key: Value, host: Host): { readonly value: Value } | undefined {
    const pair = this.#pairs.get(this.#key(key, host));
    return pair === undefined ? undefined : { value: pair[1] };
  }

  /** The value of a key, or .NET's refusal. */
  get(key: Value, host: Host): Value {
    const found = this.find(key, host);
    if (found === undefined) throw keyNotFound();
    return found.value;
  }

  /** Sets a key, known or not. */
  set(key: Value, value: Value, host: Host): void {
    const own = this.#key(key, host);
    const known = this.#pairs.get(own);
    if (known === undefined) host.allocate(1);
    this.#pairs.set(own, [known === undefined ? key : known[0], value]);
  }

  /** Adds a key, or .NET's refusal of one that is known. */
  add(key: Value, value: Value, host: Host): void {
    if (this.find(key, host) !== undefined)
      throw new DotnetException("ArgumentException", "An item with the same key has already been added.");
    this.set(key, value, host);
  }

  /** Takes a key away. */
  remove(key: Value, host: Host): boolean {
    return this.#pairs.delete(this.#key(key, host));
  }

  /** Takes all away. */
  clear(): void {
    this.#pairs.clear();
  }

  /** All keys. */
  keys(): Value[] {
    spend(this.#pairs.size / 8);
    return [...this.#pairs.values()].map(([key]) => key);
  }

  /** All values. */
  values(): Value[] {
    spend(this.#pairs.size / 8);
    return [...this.#pairs.values()].map(([, value]) => value);
  }

  /** Each pair as a `KeyValuePair`. */
  pairs(): Value[] {
    spend(this.#pairs.size / 8);
    return [...this.#pairs.values()].map((pair) => new ItemsValue(this.#pairType, pair));
  }
}

/** A pair of a type `KeyValuePair<TKey, TValue>`. */
export function pairOf(
  { arguments: [key = objectType, value = objectType] }: StaticType,
  items: readonly Value[],
): ItemsValue {
  return new ItemsValue(pairType(key, value), items);
}

/** `KeyValuePair<TKey, TValue>` */
export function pairType(key: StaticType, value: StaticType): StaticType {
  return { ...namedType("KeyValuePair", key, value), names: ["Key", "Value"] };
}

/** `KeyNotFoundException`, as .NET Framework words it. */
export function keyNotFound(): DotnetException {
  return new DotnetException(
    "System.Collections.Generic.KeyNotFoundException",
    "The given key was not present in the dictionary.",
  );
}
