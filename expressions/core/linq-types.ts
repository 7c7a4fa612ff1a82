import { argumentNull } from "../dotnet/exceptions.ts";
import { upperInvariant } from "../dotnet/text.ts";
import { DotnetException } from "../exception.ts";
import { chargedElements } from "../meter.ts";
import { checkedSum, numberOperator, promoted, rawOf } from "../numeric.ts";
import type { Host, Implementation, TypeDescription } from "../type-description.ts";
import { NumberValue, type SequenceValue, type Value } from "../value.ts";
import { DictionaryValue } from "./dictionary.ts";
import { ListValue, outOfRange } from "./list.ts";
import { GroupingValue, OrderedValue } from "./sequence.ts";

type Source = Iterable<Value> | null;
type Select = (...values: Value[]) => Value;
type Names = readonly string[];
type Members = Readonly<Record<string, Implementation>>;

/** A sequence that is computed each time it is enumerated. */
function lazily(make: () => Iterator<Value>): Iterable<Value> {
  return { [Symbol.iterator]: make };
}

function given(source: Source, parameter = "source"): Iterable<Value> {
  if (source === null) throw argumentNull(parameter);
  return chargedElements(source);
}

function noElements(): DotnetException {
  return new DotnetException("InvalidOperationException", "Sequence contains no elements");
}

function noMatch(): DotnetException {
  return new DotnetException("InvalidOperationException", "Sequence contains no matching element");
}

function* filtered(source: Iterable<Value>, test: Select): Generator<Value> {
  let index = 0;
  for (const item of source) if (test(item, index++) === true) yield item;
}

function* mapped(source: Iterable<Value>, select: Select): Generator<Value> {
  let index = 0;
  for (const item of source) yield select(item, index++);
}

function* flattened(source: Iterable<Value>, select: Select, host: Host): Generator<Value> {
  for (const item of source) for (const inner of host.enumerate(select(item)) ?? []) yield inner;
}

function* taken(source: Iterable<Value>, count: number): Generator<Value> {
  let left = count;
  if (left <= 0) return;
  for (const item of source) {
    yield item;
    if (--left <= 0) return;
  }
}

function* skipped(source: Iterable<Value>, count: number): Generator<Value> {
  let index = 0;
  for (const item of source) if (index++ >= count) yield item;
}

function* takenWhile(source: Iterable<Value>, test: Select): Generator<Value> {
  for (const item of source) {
    if (test(item) !== true) return;
    yield item;
  }
}

function* skippedWhile(source: Iterable<Value>, test: Select): Generator<Value> {
  let skips = true;
  for (const item of source) {
    skips &&= test(item) === true;
    if (!skips) yield item;
  }
}

function* joined(first: Iterable<Value>, second: Iterable<Value>): Generator<Value> {
  yield* first;
  yield* second;
}

function* distinct(
  source: Iterable<Value>,
  host: Host,
  key: Select = (item) => item ?? null,
): Generator<Value> {
  const seen = new Set<unknown>();
  for (const item of source) {
    const own = host.key(key(item));
    if (seen.has(own)) continue;
    seen.add(own);
    yield item;
  }
}

function* without(
  first: Iterable<Value>,
  second: Iterable<Value>,
  host: Host,
  keeps: boolean,
): Generator<Value> {
  const others = new Set([...second].map((item) => host.key(item)));
  for (const item of distinct(first, host)) if (others.has(host.key(item)) === keeps) yield item;
}

function* zipped(first: Iterable<Value>, second: Iterable<Value>, select: Select): Generator<Value> {
  const others = second[Symbol.iterator]();
  for (const item of first) {
    const other = others.next();
    if (other.done === true) return;
    yield select(item, other.value);
  }
}

/** Collects, and counts what is collected. */
function collected(source: Iterable<Value>, host: Host): Value[] {
  const items = [...source];
  host.allocate(items.length);
  return items;
}

const lazy: Members = {
  "static IEnumerable<TSource> Where<TSource>(this IEnumerable<TSource> source, Func<TSource, bool> predicate)":
    (source: Source, test: Select) => lazily(() => filtered(given(source), (item) => test(item))),
  "static IEnumerable<TSource> Where<TSource>(this IEnumerable<TSource> source, Func<TSource, int, bool> predicate)":
    (source: Source, test: Select) => lazily(() => filtered(given(source), test)),
  "static IEnumerable<TResult> Select<TSource, TResult>(this IEnumerable<TSource> source, Func<TSource, TResult> selector)":
    (source: Source, select: Select) => lazily(() => mapped(given(source), (item) => select(item))),
  "static IEnumerable<TResult> Select<TSource, TResult>(this IEnumerable<TSource> source, Func<TSource, int, TResult> selector)":
    (source: Source, select: Select) => lazily(() => mapped(given(source), select)),
  "static IEnumerable<TResult> SelectMany<TSource, TResult>(this IEnumerable<TSource> source, Func<TSource, IEnumerable<TResult>> selector)":
    (source: Source, select: Select, host: Host) => lazily(() => flattened(given(source), select, host)),
  "static IEnumerable<TSource> Take<TSource>(this IEnumerable<TSource> source, int count)": (
    source: Source,
    count: number,
  ) => lazily(() => taken(given(source), count)),
  "static IEnumerable<TSource> Skip<TSource>(this IEnumerable<TSource> source, int count)": (
    source: Source,
    count: number,
  ) => lazily(() => skipped(given(source), count)),
  "static IEnumerable<TSource> TakeWhile<TSource>(this IEnumerable<TSource> source, Func<TSource, bool> predicate)":
    (source: Source, test: Select) => lazily(() => takenWhile(given(source), test)),
  "static IEnumerable<TSource> SkipWhile<TSource>(this IEnumerable<TSource> source, Func<TSource, bool> predicate)":
    (source: Source, test: Select) => lazily(() => skippedWhile(given(source), test)),
  "static IEnumerable<TSource> Concat<TSource>(this IEnumerable<TSource> first, IEnumerable<TSource> second)":
    (first: Source, second: Source) => lazily(() => joined(given(first, "first"), given(second, "second"))),
  "static IEnumerable<TSource> Append<TSource>(this IEnumerable<TSource> source, TSource element)": (
    source: Source,
    element: Value,
  ) => lazily(() => joined(given(source), [element])),
  "static IEnumerable<TSource> Prepend<TSource>(this IEnumerable<TSource> source, TSource element)": (
    source: Source,
    element: Value,
  ) => lazily(() => joined([element], given(source))),
  "static IEnumerable<TSource> Distinct<TSource>(this IEnumerable<TSource> source)": (
    source: Source,
    host: Host,
  ) => lazily(() => distinct(given(source), host)),
  "static IEnumerable<TSource> Union<TSource>(this IEnumerable<TSource> first, IEnumerable<TSource> second)":
    (first: Source, second: Source, host: Host) =>
      lazily(() => distinct(joined(given(first, "first"), given(second, "second")), host)),
  "static IEnumerable<TSource> Intersect<TSource>(this IEnumerable<TSource> first, IEnumerable<TSource> second)":
    (first: Source, second: Source, host: Host) =>
      lazily(() => without(given(first, "first"), given(second, "second"), host, true)),
  "static IEnumerable<TSource> Except<TSource>(this IEnumerable<TSource> first, IEnumerable<TSource> second)":
    (first: Source, second: Source, host: Host) =>
      lazily(() => without(given(first, "first"), given(second, "second"), host, false)),
  "static IEnumerable<TResult> Zip<TFirst, TSecond, TResult>(this IEnumerable<TFirst> first, IEnumerable<TSecond> second, Func<TFirst, TSecond, TResult> resultSelector)":
    (first: Source, second: Source, select: Select) =>
      lazily(() => zipped(given(first, "first"), given(second, "second"), select)),
  "static IEnumerable<TSource> Reverse<TSource>(this IEnumerable<TSource> source)": (
    source: Source,
    host: Host,
  ) => lazily(() => collected(given(source), host).reverse()[Symbol.iterator]()),
  "static IEnumerable<TSource> AsEnumerable<TSource>(this IEnumerable<TSource> source)": (source: Source) =>
    given(source),
  "static IEnumerable<TSource> DefaultIfEmpty<TSource>(this IEnumerable<TSource> source, TSource defaultValue = null)":
    (source: Source, value: Value) =>
      lazily(function* () {
        let isEmpty = true;
        for (const item of given(source)) {
          isEmpty = false;
          yield item;
        }
        if (isEmpty) yield value;
      }),
};

const casts: Members = {
  "static IEnumerable<TResult> Cast<TResult>(this IEnumerable source)": (
    source: Source,
    host: Host,
    [type = "object"]: Names,
  ) => lazily(() => mapped(given(source), (item) => host.cast(item ?? null, type))),
  "static IEnumerable<TResult> OfType<TResult>(this IEnumerable source)": (
    source: Source,
    host: Host,
    [type = "object"]: Names,
  ) => lazily(() => filtered(given(source), (item) => host.isInstance(item ?? null, type))),
};

function firstOf(source: Source, test: Select | undefined): { readonly value: Value } | undefined {
  for (const item of given(source)) if (test === undefined || test(item) === true) return { value: item };
  return undefined;
}

function lastOf(source: Source, test: Select | undefined): { readonly value: Value } | undefined {
  let found: { readonly value: Value } | undefined;
  for (const item of given(source)) if (test === undefined || test(item) === true) found = { value: item };
  return found;
}

function singleOf(source: Source, test: Select | undefined): { readonly value: Value } | undefined {
  let found: { readonly value: Value } | undefined;
  for (const item of given(source)) {
    if (test !== undefined && test(item) !== true) continue;
    if (found !== undefined)
      throw new DotnetException(
        "InvalidOperationException",
        test === undefined
          ? "Sequence contains more than one element"
          : "Sequence contains more than one matching element",
      );
    found = { value: item };
  }
  return found;
}

/** `First`, `Last`, `Single`, each with and without a test, with and without a default. */
function pickers(name: string, pick: typeof firstOf): Members {
  return {
    [`static TSource ${name}<TSource>(this IEnumerable<TSource> source)`]: (source: Source) => {
      const found = pick(source, undefined);
      if (found === undefined) throw noElements();
      return found.value;
    },
    [`static TSource ${name}<TSource>(this IEnumerable<TSource> source, Func<TSource, bool> predicate)`]: (
      source: Source,
      test: Select,
    ) => {
      const found = pick(source, test);
      if (found === undefined) throw noMatch();
      return found.value;
    },
    [`static TSource ${name}OrDefault<TSource>(this IEnumerable<TSource> source)`]: (
      source: Source,
      host: Host,
      [type]: Names,
    ) => pick(source, undefined)?.value ?? host.defaultOf(type ?? "object"),
    [`static TSource ${name}OrDefault<TSource>(this IEnumerable<TSource> source, Func<TSource, bool> predicate)`]:
      (source: Source, test: Select, host: Host, [type]: Names) =>
        pick(source, test)?.value ?? host.defaultOf(type ?? "object"),
  };
}

function count(source: Source, test?: Select): number {
  let found = 0;
  for (const item of given(source)) if (test === undefined || test(item) === true) found++;
  return found;
}

const tests: Members = {
  "static bool Any<TSource>(this IEnumerable<TSource> source)": (source: Source) =>
    firstOf(source, undefined) !== undefined,
  "static bool Any<TSource>(this IEnumerable<TSource> source, Func<TSource, bool> predicate)": (
    source: Source,
    test: Select,
  ) => firstOf(source, test) !== undefined,
  "static bool All<TSource>(this IEnumerable<TSource> source, Func<TSource, bool> predicate)": (
    source: Source,
    test: Select,
  ) => firstOf(source, (item) => test(item) !== true) === undefined,
  "static bool Contains<TSource>(this IEnumerable<TSource> source, TSource value)": (
    source: Source,
    value: Value,
    host: Host,
  ) => firstOf(source, (item) => host.equals(item, value)) !== undefined,
  "static bool Contains<TSource>(this IEnumerable<TSource> source, TSource value, StringComparer comparer)": (
    source: Source,
    value: Value,
    comparer: { readonly comparison: number },
    host: Host,
  ) => {
    const fold = (text: Value) =>
      comparer.comparison % 2 === 1 && typeof text === "string" ? upperInvariant(text) : text;
    return firstOf(source, (item) => host.equals(fold(item), fold(value))) !== undefined;
  },
  "static bool SequenceEqual<TSource>(this IEnumerable<TSource> first, IEnumerable<TSource> second)": (
    first: Source,
    second: Source,
    host: Host,
  ) => {
    const [left, right] = [collected(given(first, "first"), host), collected(given(second, "second"), host)];
    return (
      left.length === right.length && left.every((item, index) => host.equals(item, right[index] ?? null))
    );
  },
  "static int Count<TSource>(this IEnumerable<TSource> source)": (source: Source) => count(source),
  "static int Count<TSource>(this IEnumerable<TSource> source, Func<TSource, bool> predicate)": count,
  "static long LongCount<TSource>(this IEnumerable<TSource> source)": (source: Source) =>
    BigInt(count(source)),
  "static TSource ElementAt<TSource>(this IEnumerable<TSource> source, int index)": (
    source: Source,
    index: number,
  ) => {
    const found =
      index < 0
        ? undefined
        : firstOf(
            lazily(() => skipped(given(source), index)),
            undefined,
          );
    if (found === undefined)
      throw outOfRange(
        "index",
        "Index was out of range. Must be non-negative and less than the size of the collection.",
      );
    return found.value;
  },
  "static TSource ElementAtOrDefault<TSource>(this IEnumerable<TSource> source, int index)": (
    source: Source,
    index: number,
    host: Host,
    [type]: Names,
  ) =>
    firstOf(
      lazily(() => skipped(given(source), index)),
      undefined,
    )?.value ?? host.defaultOf(type ?? "object"),
};

/** Adds two numbers in the type that both become; `Enumerable.Sum` is checked. */
function sum(left: Value, right: Value, host: Host): Value {
  const [one, other] = [typeName(left), typeName(right)];
  const type = promoted(one, other);
  if (type === "int" || type === "long") return checkedSum(type, left, right);
  const add = type === undefined ? undefined : numberOperator("+", type);
  return add === undefined ? host.add(left, right) : add(left, right);
}

function typeName(value: Value): string {
  if (typeof value === "number") return "int";
  return value instanceof NumberValue ? value.type : "";
}

function total(source: Iterable<Value>, type: string | undefined, host: Host): Value {
  let result: Value = null;
  for (const item of source) if (item !== null) result = result === null ? item : sum(result, item, host);
  return result ?? host.defaultOf(type?.replace("?", "") ?? "int");
}

function average(source: Iterable<Value>, host: Host): Value {
  const items = collected(source, host).filter((item) => item !== null);
  if (items.length === 0) throw noElements();
  return new NumberValue(
    "double",
    items.reduce<number>((all, item) => all + Number(rawOf(item)), 0) / items.length,
  );
}

function extreme(source: Iterable<Value>, sign: number, host: Host): Value {
  let found: Value;
  for (const item of source)
    if (item !== null && (found === undefined || host.compare(item, found) * sign > 0)) found = item;
  if (found === undefined) throw noElements();
  return found;
}

const aggregates: Members = {
  "static TSource Sum<TSource>(this IEnumerable<TSource> source)": (
    source: Source,
    host: Host,
    [type]: Names,
  ) => total(given(source), type, host),
  "static TResult Sum<TSource, TResult>(this IEnumerable<TSource> source, Func<TSource, TResult> selector)": (
    source: Source,
    select: Select,
    host: Host,
    [, type]: Names,
  ) =>
    total(
      mapped(given(source), (item) => select(item)),
      type,
      host,
    ),
  "static double Average<TSource>(this IEnumerable<TSource> source)": (source: Source, host: Host) =>
    average(given(source), host),
  "static double Average<TSource, TResult>(this IEnumerable<TSource> source, Func<TSource, TResult> selector)":
    (source: Source, select: Select, host: Host) =>
      average(
        mapped(given(source), (item) => select(item)),
        host,
      ),
  "static TSource Max<TSource>(this IEnumerable<TSource> source)": (source: Source, host: Host) =>
    extreme(given(source), 1, host),
  "static TResult Max<TSource, TResult>(this IEnumerable<TSource> source, Func<TSource, TResult> selector)": (
    source: Source,
    select: Select,
    host: Host,
  ) =>
    extreme(
      mapped(given(source), (item) => select(item)),
      1,
      host,
    ),
  "static TSource Min<TSource>(this IEnumerable<TSource> source)": (source: Source, host: Host) =>
    extreme(given(source), -1, host),
  "static TResult Min<TSource, TResult>(this IEnumerable<TSource> source, Func<TSource, TResult> selector)": (
    source: Source,
    select: Select,
    host: Host,
  ) =>
    extreme(
      mapped(given(source), (item) => select(item)),
      -1,
      host,
    ),
  "static TSource Aggregate<TSource>(this IEnumerable<TSource> source, Func<TSource, TSource, TSource> func)":
    (source: Source, fold: Select) => {
      let result: Value;
      for (const item of given(source)) result = result === undefined ? item : fold(result, item);
      if (result === undefined) throw noElements();
      return result;
    },
  "static TAccumulate Aggregate<TSource, TAccumulate>(this IEnumerable<TSource> source, TAccumulate seed, Func<TAccumulate, TSource, TAccumulate> func)":
    (source: Source, seed: Value, fold: Select) => {
      let result = seed;
      for (const item of given(source)) result = fold(result, item);
      return result;
    },
  "static TResult Aggregate<TSource, TAccumulate, TResult>(this IEnumerable<TSource> source, TAccumulate seed, Func<TAccumulate, TSource, TAccumulate> func, Func<TAccumulate, TResult> resultSelector)":
    (source: Source, seed: Value, fold: Select, select: Select) => {
      let result = seed;
      for (const item of given(source)) result = fold(result, item);
      return select(result);
    },
};

function toDictionary(source: Source, key: Select, value: Select, host: Host, names: Names): DictionaryValue {
  const made = new DictionaryValue(names[0] ?? "object", names[1] ?? "object");
  for (const item of given(source)) made.add(key(item), value(item), host);
  return made;
}

const conversions: Members = {
  "static TSource[] ToArray<TSource>(this IEnumerable<TSource> source)": (source: Source, host: Host) =>
    collected(given(source), host),
  "static List<TSource> ToList<TSource>(this IEnumerable<TSource> source)": (
    source: Source,
    host: Host,
    [type = "object"]: Names,
  ) => new ListValue("List", type, collected(given(source), host)),
  "static HashSet<TSource> ToHashSet<TSource>(this IEnumerable<TSource> source)": (
    source: Source,
    host: Host,
    [type = "object"]: Names,
  ) => {
    const made = new ListValue("HashSet", type, []);
    for (const item of given(source)) made.add(item, host);
    return made;
  },
  "static Dictionary<TKey, TSource> ToDictionary<TSource, TKey>(this IEnumerable<TSource> source, Func<TSource, TKey> keySelector)":
    (source: Source, key: Select, host: Host, [type = "object", keyType = "object"]: Names) =>
      toDictionary(source, key, (item) => item, host, [keyType, type]),
  "static Dictionary<TKey, TElement> ToDictionary<TSource, TKey, TElement>(this IEnumerable<TSource> source, Func<TSource, TKey> keySelector, Func<TSource, TElement> elementSelector)":
    (
      source: Source,
      key: Select,
      value: Select,
      host: Host,
      [, keyType = "object", type = "object"]: Names,
    ) => toDictionary(source, key, value, host, [keyType, type]),
  "static IEnumerable<int> Range(int start, int count)": (start: number, length: number, host: Host) => {
    if (length < 0) throw outOfRange("count", "Specified argument was out of the range of valid values.");
    return lazily(function* () {
      for (let index = 0; index < length; index++) {
        host.spend(1);
        yield (start + index) | 0;
      }
    });
  },
  "static IEnumerable<TResult> Repeat<TResult>(TResult element, int count)": (
    element: Value,
    length: number,
    host: Host,
  ) => {
    if (length < 0) throw outOfRange("count", "Specified argument was out of the range of valid values.");
    return lazily(function* () {
      for (let index = 0; index < length; index++) {
        host.spend(1);
        yield element;
      }
    });
  },
  "static IEnumerable<TResult> Empty<TResult>()": () => [],
};

function order(name: string, sign: 1 | -1): Members {
  const result = "IOrderedEnumerable<TSource>";
  return {
    [`static ${result} OrderBy${name}<TSource, TKey>(this IEnumerable<TSource> source, Func<TSource, TKey> keySelector)`]:
      (source: Source, key: Select, host: Host, [type = "object"]: Names) =>
        new OrderedValue(type, given(source), [{ key, sign }], host),
    [`static ${result} ThenBy${name}<TSource, TKey>(this ${result} source, Func<TSource, TKey> keySelector)`]:
      (source: Value, key: Select, host: Host, [type = "object"]: Names) => {
        if (!(source instanceof OrderedValue)) throw argumentNull("source");
        return new OrderedValue(type, source.source, [...source.orders, { key, sign }], host);
      },
  };
}

function grouped(source: Source, key: Select, value: Select, host: Host, names: Names): Value[] {
  const groups = new Map<unknown, GroupingValue>();
  for (const item of given(source)) {
    const own = key(item);
    const group =
      groups.get(host.key(own)) ?? new GroupingValue(names[0] ?? "object", names[1] ?? "object", own);
    groups.set(host.key(own), group);
    group.items.push(value(item));
  }
  return [...groups.values()];
}

const groupings: Members = {
  ...order("", 1),
  ...order("Descending", -1),
  "static IEnumerable<IGrouping<TKey, TSource>> GroupBy<TSource, TKey>(this IEnumerable<TSource> source, Func<TSource, TKey> keySelector)":
    (source: Source, key: Select, host: Host, [type = "object", keyType = "object"]: Names) =>
      lazily(() => grouped(source, key, (item) => item, host, [keyType, type])[Symbol.iterator]()),
  "static IEnumerable<IGrouping<TKey, TElement>> GroupBy<TSource, TKey, TElement>(this IEnumerable<TSource> source, Func<TSource, TKey> keySelector, Func<TSource, TElement> elementSelector)":
    (
      source: Source,
      key: Select,
      value: Select,
      host: Host,
      [, keyType = "object", type = "object"]: Names,
    ) => lazily(() => grouped(source, key, value, host, [keyType, type])[Symbol.iterator]()),
};

/** `System.Linq.Enumerable` */
export const linqTypes: readonly TypeDescription[] = [
  {
    name: "System.Linq.Enumerable",
    kind: "static",
    members: {
      ...lazy,
      ...casts,
      ...pickers("First", firstOf),
      ...pickers("Last", lastOf),
      ...pickers("Single", singleOf),
      ...tests,
      ...aggregates,
      ...conversions,
      ...groupings,
    },
  },
  {
    name: "System.Linq.IOrderedEnumerable<T>",
    kind: "interface",
    interfaces: ["IEnumerable<T>"],
    is: (value) => value instanceof OrderedValue,
    enumerate: (self: OrderedValue | SequenceValue) =>
      self instanceof OrderedValue ? self.sorted() : self.iterable,
  },
  {
    name: "System.Linq.IGrouping<TKey, T>",
    kind: "interface",
    interfaces: ["IEnumerable<T>"],
    is: (value) => value instanceof GroupingValue,
    members: { "TKey Key": (self: GroupingValue) => self.key },
    enumerate: (self: GroupingValue) => self.items,
  },
];
