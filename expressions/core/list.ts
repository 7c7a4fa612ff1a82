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
  readonly keys: Set<unknown> | undefined;

  /** @param items Not copied. */
  constructor(name: ListName, elementType: string, items: Value[]) {
    this.#name = name;
    this.#elementType = elementType;
    this.staticType = namedType(name, parseTypeText(elementType));
    this.items = items;
    this.keys = name === "HashSet" ? new Set() : undefined;
  }

  /** One of the same type that holds nothing. */
  emptied(): ListValue {
    return new ListValue(this.#name, this.#elementType, []);
  }

  /** Takes over what another one holds, each item changed. */
  fillFrom({ items, keys }: ListValue, change: (item: Value) => Value): void {
    for (const item of items) this.items.push(change(item));
    for (const key of keys ?? []) this.keys?.add(key);
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
    if (this.keys !== undefined) {
      const key = host.key(value);
      if (this.keys.has(key)) return false;
      this.keys.add(key);
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
    this.keys?.delete(host.key(value));
    return true;
  }

  /** Where the first one that is equal stands; -1 when there is none. */
  placeOf(value: Value, host: Host): number {
    spend(this.items.length / 16);
    return this.items.findIndex((item) => host.equals(item, value));
  }

  /** Takes elements out of a place, and puts others there. */
  splice(index: number, count: number, ...added: Value[]): void {
    spend((this.items.length - index) / movesOfStep);
    this.items.splice(index, count, ...added);
  }

  /** Takes all away. */
  clear(): void {
    this.items.length = 0;
    this.keys?.clear();
  }
}

/** `ArgumentOutOfRangeException`, as .NET Framework words it. */
export function outOfRange(parameter: string, message: string): DotnetException {
  return new DotnetException("ArgumentOutOfRangeException", `${message}\r\nParameter name: ${parameter}`);
}
