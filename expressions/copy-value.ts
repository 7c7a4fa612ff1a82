import { DictionaryValue } from "./core/dictionary.ts";
import { ListValue } from "./core/list.ts";
import { ItemsValue } from "./core/tuple.ts";
import { JToken } from "./dotnet/json-token.ts";
import { StringBuilder } from "./dotnet/string-builder.ts";
import { XAttribute, XNode } from "./dotnet/xml-node.ts";
import { ArrayValue, SequenceValue, type Value } from "./value.ts";

/** Copies what only the caller knows; `undefined` for any other value. */
export type CopyOwn = (value: Value) => Value | undefined;

/**
 * A copy that shares nothing with the value that an expression could change: JSON, XML, collections and builders are copied to their
 * depth. What can never change stays the same object.
 */
export function copyOfValue(value: Value, copyOwn: CopyOwn): Value {
  return new ValueCopy(copyOwn).of(value);
}

class ValueCopy {
  readonly #copyOwn: CopyOwn;
  // What stands there twice does so in the copy, and what holds itself comes to an end.
  readonly #done = new Map<Value, Value>();

  constructor(copyOwn: CopyOwn) {
    this.#copyOwn = copyOwn;
  }

  readonly of = (value: Value): Value => {
    if (typeof value !== "object" || value === null) return value;
    const known = this.#done.get(value);
    if (known !== undefined) return known;
    const copy = this.#leaf(value);
    if (copy !== undefined) this.#done.set(value, copy);
    return copy ?? this.#collection(value);
  };

  #leaf(value: object): Value | undefined {
    if (value instanceof JToken) return value.deepClone();
    if (value instanceof XNode) return value.copy();
    if (value instanceof XAttribute) return new XAttribute(value.name, value.value);
    if (value instanceof StringBuilder) return new StringBuilder(value.text);
    if (value instanceof Uint8Array) return Uint8Array.from(value);
    return this.#copyOwn(value);
  }

  #collection(value: object): Value {
    if (value instanceof ArrayValue)
      return this.#filled(value, new ArrayValue(value.elementType, []), (copy) => {
        copy.items.push(...value.items.map(this.of));
      });
    if (value instanceof ListValue)
      return this.#filled(value, value.emptied(), (copy) => copy.fillFrom(value, this.of));
    if (value instanceof DictionaryValue)
      return this.#filled(value, value.emptied(), (copy) => copy.fillFrom(value, this.of));
    if (value instanceof ItemsValue)
      return new ItemsValue(value.staticType, value.comparedItems.map(this.of));
    if (value instanceof SequenceValue) {
      const { iterable } = value;
      const copyEach = this.of;
      const copies = {
        *[Symbol.iterator]() {
          for (const one of iterable) yield copyEach(one);
        },
      };
      return new SequenceValue(value.elementType, copies);
    }
    return value;
  }

  #filled<T extends Value>(value: Value, copy: T, fill: (copy: T) => void): T {
    this.#done.set(value, copy);
    fill(copy);
    return copy;
  }
}
