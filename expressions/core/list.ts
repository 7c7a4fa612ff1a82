import { upperInvariant } from "../dotnet/text.ts";
import { DotnetException } from "../exception.ts";
import { spend } from "../meter.ts";
import { parseTypeText } from "../signature.ts";
import { namedType, type StaticType } from "../static-type.ts";
import type { Host } from "../type-description.ts";
import type { Value } from "../value.ts";

type ListName = "List" | "HashSet" | "Queue" | "Stack" | "ReadOnlyCollection";

/** How many elements of a list are moved in the time of one step. */
const movesOfStep = 512;

/** A `List<T>`, `HashSet<T>`, `Queue<T>` or `Stack<T>`; a stack keeps its top last. */
export class ListValue {
  readonly staticType: StaticType;
  readonly items: Value[];
  readonly #name: ListName;
  readonly #elementType: string;
  /** Of a set: the keys of its items. */
  readonly #keys: Set<unknown> | undefined;
  readonly #ignoresCase: boolean;

  /**
   * @param items Not copied.
   * @param ignoresCase Whether it is a set of texts that are equal whatever their case.
   */
  constructor(name: ListName, elementType: string, items: Value[], ignoresCase = false) {
    this.#name = name;
    this.#elementType = elementType;
    this.staticType = namedType(name, parseTypeText(elementType));
    this.items = items;
    this.#keys = name === "HashSet" ? new Set() : undefined;
    this.#ignoresCase = ignoresCase;
  }

  /** One of the same type that holds nothing. */
  emptied(): ListValue {
    return new ListValue(this.#name, this.#elementType, [], this.#ignoresCase);
  }

  /** Takes over what another one holds, each item changed. */
  fillFrom(other: ListValue, change: (item: Value) => Value): void {
    for (const item of other.items) this.items.push(change(item));
    for (const key of other.#keys ?? []) this.#keys?.add(key);
  }

  /** By what a set tells its items apart. */
  keyOf(value: Value, host: Host): unknown {
    return host.key(this.#ignoresCase && typeof value === "string" ? upperInvariant(value) : value);
  }

  /** Whether an item is equal to a value. */
  holds(value: Value, host: Host): boolean {
    return this.#keys === undefined
      ? this.placeOf(value, host) >= 0
      : this.#keys.has(this.keyOf(value, host));
  }

  /** The element at an index, or .NET's refusal. */
  get(index: number): Value {
    this.check(index);
    return this.items[index] ?? null;
  }

  /** Refuses an index that is not there. */
  check(index: number): void {
    if (index >= 0 && index < this.items.length) return;
    throw outOfRange(
      "index",
      "Index was out of range. Must be non-negative and less than the size of the collection.",
    );
  }

  /** Adds to the end; to a set only what it does not hold. */
  add(value: Value, host: Host): boolean {
    if (this.#keys !== undefined) {
      const key = this.keyOf(value, host);
      if (this.#keys.has(key)) return false;
      this.#keys.add(key);
    }
    host.allocate(1);
    this.items.push(value);
    return true;
  }

  /** Takes the first one that is equal away. */
  remove(value: Value, host: Host): boolean {
    const index = this.placeOf(value, host);
    if (index < 0) return false;
    this.splice(index, 1);
    this.#keys?.delete(this.keyOf(value, host));
    return true;
  }

  /** Where the first one that is equal stands; -1 when there is none. */
  placeOf(value: Value, host: Host): number {
    spend(this.items.length / 16);
    if (this.#keys === undefined) return this.items.findIndex((item) => host.equals(item, value));
    const key = this.keyOf(value, host);
    return this.#keys.has(key) ? this.items.findIndex((item) => this.keyOf(item, host) === key) : -1;
  }

  /** Takes elements out of a place, and puts others there. */
  splice(index: number, count: number, ...added: Value[]): void {
    spend((this.items.length - index) / movesOfStep);
    this.items.splice(index, count, ...added);
  }

  /** Keeps what passes a test; how many went. */
  keep(test: (item: Value) => boolean, host: Host): number {
    let kept = 0;
    for (const item of [...this.items]) {
      if (test(item)) this.items[kept++] = item;
      else this.#keys?.delete(this.keyOf(item, host));
    }
    const removed = this.items.length - kept;
    this.items.length = kept;
    return removed;
  }

  /** Takes all away. */
  clear(): void {
    this.items.length = 0;
    this.#keys?.clear();
  }
}

/** `ArgumentOutOfRangeException`, as .NET Framework words it. */
export function outOfRange(parameter: string, message: string): DotnetException {
  return new DotnetException("ArgumentOutOfRangeException", `${message}\r\nParameter name: ${parameter}`);
}
