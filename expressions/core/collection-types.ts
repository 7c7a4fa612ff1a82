import { argumentNull } from "../dotnet/exceptions.ts";
import { DotnetException } from "../exception.ts";
import { chargedElements, spend } from "../meter.ts";
import type { Host, Implementation, OutCell, TypeDescription } from "../type-description.ts";
import { ArrayValue, type Value } from "../value.ts";
import { DictionaryValue } from "./dictionary.ts";
import { ListValue, outOfRange } from "./list.ts";
import type { ItemsValue } from "./tuple.ts";

type Members = Readonly<Record<string, Implementation>>;
type Names = readonly string[];
type Test = (value: Value) => unknown;

const generic = "System.Collections.Generic";

function isList(name: string): (value: Value) => boolean {
  return (value) => value instanceof ListValue && value.staticType.name === name;
}

/** The elements of what is handed in for an `IEnumerable<T>`. */
function elements(source: Iterable<Value> | null, parameter = "collection"): Iterable<Value> {
  if (source === null) throw argumentNull(parameter);
  return chargedElements(source);
}

function fill(list: ListValue, source: Iterable<Value> | null, host: Host): ListValue {
  for (const value of elements(source)) list.add(value, host);
  return list;
}

function make(name: "List" | "HashSet" | "Queue" | "Stack"): Members {
  return {
    "new()": (_host: Host, [element = "object"]: Names) => new ListValue(name, element, []),
    "new(int capacity)": (_size: number, _host: Host, [element = "object"]: Names) =>
      new ListValue(name, element, []),
    "new(IEnumerable<T> collection)": (
      source: Iterable<Value> | null,
      host: Host,
      [element = "object"]: Names,
    ) => fill(new ListValue(name, element, []), source, host),
  };
}

const sized: Members = {
  "int Count": (self: ListValue) => self.items.length,
  "bool Contains(T item)": (self: ListValue, value: Value, host: Host) => self.holds(value, host),
  "void Clear()": (self: ListValue) => self.clear(),
  "T[] ToArray()": (self: ListValue, host: Host) => {
    host.allocate(self.items.length);
    return [...self.items];
  },
};

const listMembers: Members = {
  ...make("List"),
  ...sized,
  "int Capacity": (self: ListValue) => Math.max(4, self.items.length),
  "T this[int index] { get; set; }": {
    get: (self: ListValue, index: number) => self.get(index),
    set: (self: ListValue, index: number, value: Value) => {
      self.check(index);
      self.items[index] = value;
    },
  },
  "void Add(T item)": (self: ListValue, value: Value, host: Host) => void self.add(value, host),
  "void AddRange(IEnumerable<T> collection)": (self: ListValue, source: Iterable<Value> | null, host: Host) =>
    void fill(self, source === self.items ? [...self.items] : source, host),
  "void Insert(int index, T item)": (self: ListValue, index: number, value: Value, host: Host) => {
    if (index < 0 || index > self.items.length)
      throw outOfRange("index", "Index must be within the bounds of the List.");
    host.allocate(1);
    self.splice(index, 0, value);
  },
  "bool Remove(T item)": (self: ListValue, value: Value, host: Host) => self.remove(value, host),
  "void RemoveAt(int index)": (self: ListValue, index: number) => {
    self.check(index);
    self.splice(index, 1);
  },
  "void RemoveRange(int index, int count)": (self: ListValue, index: number, count: number) => {
    if (index < 0 || count < 0 || index + count > self.items.length)
      throw new DotnetException(
        "ArgumentException",
        "Offset and length were out of bounds for the array or count is greater than the number of elements from index to the end of the source collection.",
      );
    self.splice(index, count);
  },
  "int RemoveAll(Predicate<T> match)": (self: ListValue, match: Test, host: Host) =>
    self.keep((item) => match(item) !== true, host),
  "int IndexOf(T item)": (self: ListValue, value: Value, host: Host) => self.placeOf(value, host),
  "T Find(Predicate<T> match)": (self: ListValue, match: Test, host: Host) =>
    self.items.find((item) => match(item) === true) ?? host.defaultOf(elementOf(self)),
  "List<T> FindAll(Predicate<T> match)": (self: ListValue, match: Test) =>
    new ListValue(
      "List",
      elementOf(self),
      self.items.filter((item) => match(item) === true),
    ),
  "int FindIndex(Predicate<T> match)": (self: ListValue, match: Test) =>
    self.items.findIndex((item) => match(item) === true),
  "bool Exists(Predicate<T> match)": (self: ListValue, match: Test) =>
    self.items.some((item) => match(item) === true),
  "bool TrueForAll(Predicate<T> match)": (self: ListValue, match: Test) =>
    self.items.every((item) => match(item) === true),
  "void ForEach(Action<T> action)": (self: ListValue, action: Test) => {
    for (const item of [...self.items]) action(item);
  },
  "List<T> GetRange(int index, int count)": (self: ListValue, index: number, count: number, host: Host) => {
    host.allocate(Math.max(0, Math.min(count, self.items.length - index)));
    return new ListValue("List", elementOf(self), self.items.slice(index, index + count));
  },
  "void Reverse()": (self: ListValue) => {
    spend(self.items.length / 16);
    self.items.reverse();
  },
  "void Sort()": (self: ListValue, host: Host) =>
    void self.items.sort((left, right) => host.compare(left, right)),
  "void Sort(Comparison<T> comparison)": (self: ListValue, compare: (left: Value, right: Value) => Value) =>
    void self.items.sort((left, right) => Number(compare(left, right))),
};

function makeSet(comparer: Comparer, [element = "object"]: Names): ListValue {
  return new ListValue("HashSet", element, [], isOdd(comparer));
}

/** The items of another sequence, told apart as a set tells its own apart. */
function keysOf(self: ListValue, source: Iterable<Value> | null, host: Host): Set<unknown> {
  return new Set([...elements(source, "other")].map((value) => self.keyOf(value, host)));
}

const setMembers: Members = {
  ...make("HashSet"),
  "new(StringComparer comparer)": (comparer: Comparer, _host: Host, names: Names) => makeSet(comparer, names),
  "new(IEnumerable<T> collection, StringComparer comparer)": (
    source: Iterable<Value> | null,
    comparer: Comparer,
    host: Host,
    names: Names,
  ) => fill(makeSet(comparer, names), source, host),
  ...sized,
  "bool Add(T item)": (self: ListValue, value: Value, host: Host) => self.add(value, host),
  "bool Remove(T item)": (self: ListValue, value: Value, host: Host) => self.remove(value, host),
  "int RemoveWhere(Predicate<T> match)": (self: ListValue, match: Test, host: Host) =>
    self.keep((item) => match(item) !== true, host),
  "void UnionWith(IEnumerable<T> other)": (self: ListValue, source: Iterable<Value> | null, host: Host) =>
    void fill(self, source, host),
  "void IntersectWith(IEnumerable<T> other)": (
    self: ListValue,
    source: Iterable<Value> | null,
    host: Host,
  ) => {
    const keys = keysOf(self, source, host);
    self.keep((item) => keys.has(self.keyOf(item, host)), host);
  },
  "void ExceptWith(IEnumerable<T> other)": (self: ListValue, source: Iterable<Value> | null, host: Host) => {
    const keys = keysOf(self, source, host);
    self.keep((item) => !keys.has(self.keyOf(item, host)), host);
  },
  "bool Overlaps(IEnumerable<T> other)": (self: ListValue, source: Iterable<Value> | null, host: Host) =>
    [...elements(source, "other")].some((value) => self.holds(value, host)),
  "bool IsSubsetOf(IEnumerable<T> other)": (self: ListValue, source: Iterable<Value> | null, host: Host) => {
    const keys = keysOf(self, source, host);
    return self.items.every((item) => keys.has(self.keyOf(item, host)));
  },
  "bool IsSupersetOf(IEnumerable<T> other)": (self: ListValue, source: Iterable<Value> | null, host: Host) =>
    [...elements(source, "other")].every((value) => self.holds(value, host)),
  "bool SetEquals(IEnumerable<T> other)": (self: ListValue, source: Iterable<Value> | null, host: Host) => {
    const keys = keysOf(self, source, host);
    return keys.size === self.items.length && self.items.every((item) => keys.has(self.keyOf(item, host)));
  },
};

function elementOf(list: ListValue): string {
  return list.staticType.arguments[0]?.text ?? "object";
}

function takeFrom(list: ListValue, what: string, take: (items: Value[]) => Value | undefined): Value {
  if (list.items.length === 0) throw new DotnetException("InvalidOperationException", `${what} empty.`);
  return take(list.items) ?? null;
}

const queueMembers: Members = {
  ...make("Queue"),
  ...sized,
  "void Enqueue(T item)": (self: ListValue, value: Value, host: Host) => void self.add(value, host),
  "T Dequeue()": (self: ListValue) =>
    takeFrom(self, "Queue", (items) => {
      spend(items.length / 512);
      return items.shift();
    }),
  "T Peek()": (self: ListValue) => takeFrom(self, "Queue", (items) => items[0]),
};

const stackMembers: Members = {
  ...make("Stack"),
  ...sized,
  "void Push(T item)": (self: ListValue, value: Value, host: Host) => void self.add(value, host),
  "T Pop()": (self: ListValue) => takeFrom(self, "Stack", (items) => items.pop()),
  "T Peek()": (self: ListValue) => takeFrom(self, "Stack", (items) => items.at(-1)),
  "T[] ToArray()": (self: ListValue, host: Host) => {
    host.allocate(self.items.length);
    return self.items.toReversed();
  },
};

function makeDictionary(ignoresCase: boolean, [key = "object", value = "object"]: Names): DictionaryValue {
  return new DictionaryValue(key, value, "Dictionary", ignoresCase);
}

/** `StringComparer`: those whose comparison is odd ignore the case. */
interface Comparer {
  readonly comparison: number;
}

function isOdd({ comparison }: Comparer): boolean {
  return comparison % 2 === 1;
}

function copy(target: DictionaryValue, source: DictionaryValue | null, host: Host): DictionaryValue {
  if (source === null) throw argumentNull("dictionary");
  for (const pair of source.pairs()) {
    const [key = null, value = null] = (pair as ItemsValue).comparedItems;
    target.add(key, value, host);
  }
  return target;
}

const readMembers: Members = {
  "int Count": (self: DictionaryValue) => self.count,
  "TValue this[TKey key] { get; set; }": {
    get: (self: DictionaryValue, key: Value, host: Host) => self.get(key, host),
    set: (self: DictionaryValue, key: Value, value: Value, host: Host) => self.set(key, value, host),
  },
  "bool ContainsKey(TKey key)": (self: DictionaryValue, key: Value, host: Host) =>
    self.find(key, host) !== undefined,
  "bool TryGetValue(TKey key, out TValue value)": (
    self: DictionaryValue,
    key: Value,
    cell: OutCell,
    host: Host,
  ) => {
    const found = self.find(key, host);
    cell.value =
      found === undefined ? host.defaultOf(self.staticType.arguments[1]?.text ?? "object") : found.value;
    return found !== undefined;
  },
  "IEnumerable<TKey> Keys": (self: DictionaryValue) => self.keys(),
  "IEnumerable<TValue> Values": (self: DictionaryValue) => self.values(),
};

const dictionaryMembers: Members = {
  "new()": (_host: Host, names: Names) => makeDictionary(false, names),
  "new(int capacity)": (_size: number, _host: Host, names: Names) => makeDictionary(false, names),
  "new(StringComparer comparer)": (comparer: Comparer, _host: Host, names: Names) =>
    makeDictionary(isOdd(comparer), names),
  "new(IDictionary<TKey, TValue> dictionary)": (source: DictionaryValue | null, host: Host, names: Names) =>
    copy(makeDictionary(false, names), source, host),
  "new(IDictionary<TKey, TValue> dictionary, StringComparer comparer)": (
    source: DictionaryValue | null,
    comparer: Comparer,
    host: Host,
    names: Names,
  ) => copy(makeDictionary(isOdd(comparer), names), source, host),
  ...readMembers,
  "void Add(TKey key, TValue value)": (self: DictionaryValue, key: Value, value: Value, host: Host) =>
    self.add(key, value, host),
  "bool Remove(TKey key)": (self: DictionaryValue, key: Value, host: Host) => self.remove(key, host),
  "bool ContainsValue(TValue value)": (self: DictionaryValue, value: Value, host: Host) =>
    [...chargedElements(self.values())].some((one) => host.equals(one, value)),
  "void Clear()": (self: DictionaryValue) => self.clear(),
};

function list(name: string, members: Members): TypeDescription {
  return {
    name: `${generic}.${name}<T>`,
    kind: "class",
    interfaces:
      name === "List" ? ["IList<T>", "IReadOnlyList<T>"] : ["ICollection<T>", "IReadOnlyCollection<T>"],
    is: isList(name),
    members,
    enumerate:
      name === "Stack" ? (self: ListValue) => self.items.toReversed() : (self: ListValue) => self.items,
  };
}

function countOf(self: Value): number {
  if (self instanceof ListValue || self instanceof ArrayValue) return self.items.length;
  if (self instanceof DictionaryValue) return self.count;
  return (self as { readonly length?: number }).length ?? 0;
}

const elementAt = (self: Value, index: number): Value => {
  if (self instanceof ListValue) return self.get(index);
  const item = (self as ArrayValue).items[index];
  if (item === undefined)
    throw new DotnetException("IndexOutOfRangeException", "Index was outside the bounds of the array.");
  return item;
};

function face(name: string, interfaces: readonly string[], members: Members = {}): TypeDescription {
  return { name: `${generic}.${name}`, kind: "interface", interfaces, members };
}

const listFace: Members = {
  "T this[int index] { get; set; }": {
    get: elementAt,
    set: (self: ListValue | ArrayValue, index: number, value: Value) => {
      elementAt(self, index);
      self.items[index] = value;
    },
  },
  "int IndexOf(T item)": (self: ListValue | ArrayValue, value: Value, host: Host) =>
    self instanceof ListValue
      ? self.placeOf(value, host)
      : [...chargedElements(self.items)].findIndex((item) => host.equals(item, value)),
};

const collectionFace: Members = {
  "int Count": countOf,
  "void Add(T item)": (self: Value, value: Value, host: Host) => {
    if (!(self instanceof ListValue))
      throw new DotnetException("NotSupportedException", "Collection was of a fixed size.");
    self.add(value, host);
  },
  "bool Remove(T item)": (self: ListValue, value: Value, host: Host) => self.remove(value, host),
  "void Clear()": (self: ListValue) => self.clear(),
  "bool Contains(T item)": (self: Value, value: Value, host: Host) =>
    [...(host.enumerate(self) ?? [])].some((item) => host.equals(item, value)),
};

/** `System.Collections.Generic`, and arrays. */
export const collectionTypes: readonly TypeDescription[] = [
  { name: "System.Collections.IEnumerable", kind: "interface" },
  face("IEnumerable<T>", ["IEnumerable"]),
  face("IReadOnlyCollection<T>", ["IEnumerable<T>"], { "int Count": countOf }),
  face("IReadOnlyList<T>", ["IReadOnlyCollection<T>"], { "T this[int index]": elementAt }),
  face("ICollection<T>", ["IEnumerable<T>"], collectionFace),
  face("IList<T>", ["ICollection<T>"], listFace),
  face("ISet<T>", ["ICollection<T>"], {
    "bool Add(T item)": (self: ListValue, value: Value, host: Host) => self.add(value, host),
  }),
  face("IDictionary<TKey, TValue>", ["ICollection<KeyValuePair<TKey, TValue>>"], {
    ...readMembers,
    "void Add(TKey key, TValue value)": (self: DictionaryValue, key: Value, value: Value, host: Host) =>
      self.add(key, value, host),
    "bool Remove(TKey key)": (self: DictionaryValue, key: Value, host: Host) => self.remove(key, host),
  }),
  list("List", listMembers),
  list("HashSet", setMembers),
  list("Queue", queueMembers),
  list("Stack", stackMembers),
  {
    name: `${generic}.Dictionary<TKey, TValue>`,
    kind: "class",
    interfaces: ["IDictionary<TKey, TValue>", "IReadOnlyDictionary<TKey, TValue>"],
    is: (value) => value instanceof DictionaryValue,
    members: dictionaryMembers,
    enumerate: (self: DictionaryValue) => self.pairs(),
  },
  {
    name: `${generic}.KeyValuePair<TKey, TValue>`,
    kind: "struct",
    members: {
      "TKey Key": (self: ItemsValue) => self.comparedItems[0] ?? null,
      "TValue Value": (self: ItemsValue) => self.comparedItems[1] ?? null,
      "string ToString()": (self: ItemsValue, host: Host) =>
        `[${host.text(self.comparedItems[0] ?? null)}, ${host.text(self.comparedItems[1] ?? null)}]`,
    },
  },
];
