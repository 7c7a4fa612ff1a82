import { parseTypeText } from "../signature.ts";
import { namedType, type StaticType } from "../static-type.ts";
import type { Host } from "../type-description.ts";
import type { Value } from "../value.ts";

/** By what to sort, and which way. */
export interface Order {
  /** The key of an element. */
  readonly key: (value: Value) => Value;
  readonly sign: 1 | -1;
}

/** What `OrderBy` gives: sorted, stably, when it is enumerated. */
export class OrderedValue {
  readonly staticType: StaticType;
  readonly source: Iterable<Value>;
  readonly orders: readonly Order[];
  readonly #host: Host;

  /** @param orders The first decides, the others among what it leaves equal. */
  constructor(elementType: string, source: Iterable<Value>, orders: readonly Order[], host: Host) {
    this.staticType = namedType("IOrderedEnumerable", parseTypeText(elementType));
    this.source = source;
    this.orders = orders;
    this.#host = host;
  }

  /** The elements in their order. */
  sorted(): Iterable<Value> {
    const items = [...this.source].map((item) => ({ item, keys: this.orders.map(({ key }) => key(item)) }));
    this.#host.spend(items.length * (1 + Math.ceil(Math.log2(items.length + 1))));
    items.sort((left, right) => {
      for (const [index, { sign }] of this.orders.entries()) {
        const result = this.#host.compare(left.keys[index] ?? null, right.keys[index] ?? null) * sign;
        if (result !== 0) return result;
      }
      return 0;
    });
    return items.map(({ item }) => item);
  }
}

/** One group of `GroupBy`. */
export class GroupingValue {
  readonly staticType: StaticType;
  readonly key: Value;
  readonly items: Value[] = [];

  /** @param key What its items have in common. */
  constructor(keyType: string, elementType: string, key: Value) {
    this.staticType = namedType("IGrouping", parseTypeText(keyType), parseTypeText(elementType));
    this.key = key;
  }
}
