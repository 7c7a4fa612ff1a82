import { argumentNull } from "../dotnet/exceptions.ts";
import type { Host, OutCell, TypeDescription } from "../type-description.ts";
import type { Value } from "../value.ts";
import { DictionaryValue, keyNotFound } from "./dictionary.ts";
import { HeaderLookup, type Lookup, MapLookup } from "./lookup.ts";

type Names = readonly string[];

function find(
  self: Lookup | DictionaryValue | null,
  key: Value,
  host: Host,
): { readonly value: Value } | undefined {
  if (self === null) throw argumentNull("dictionary");
  if (key === null) throw argumentNull("key");
  return self instanceof DictionaryValue ? self.find(key, host) : self.find(key);
}

function get(self: Lookup, key: Value, host: Host): Value {
  const found = find(self, key, host);
  if (found === undefined) throw keyNotFound();
  return found.value;
}

/** The values of a name, with commas between them, or the default. */
function joinedValues(
  self: HeaderLookup | DictionaryValue | null,
  name: string | null,
  missing: string | null,
  host: Host,
): string | null {
  if (self instanceof HeaderLookup && name !== null) {
    const values = self.context.get(name);
    return values === undefined ? missing : values.length === 1 ? (values[0] ?? null) : values.join(",");
  }
  const found = find(self, name, host);
  return found === undefined
    ? missing
    : [...(host.enumerate(found.value) ?? [])].map((item) => host.text(item)).join(",");
}

const reading = {
  "int Count": (self: Lookup) => self.count,
  "TValue this[TKey key]": get,
  "bool ContainsKey(TKey key)": (self: Lookup, key: Value, host: Host) => find(self, key, host) !== undefined,
  "bool TryGetValue(TKey key, out TValue value)": (self: Lookup, key: Value, cell: OutCell, host: Host) => {
    const found = find(self, key, host);
    cell.value =
      found === undefined ? host.defaultOf(self.staticType.arguments[1]?.text ?? "object") : found.value;
    return found !== undefined;
  },
  "IEnumerable<TKey> Keys": (self: Lookup) => self.keys(),
  "IEnumerable<TValue> Values": (self: Lookup) => self.values(),
};

/** Dictionaries that are only read, and `GetValueOrDefault`. */
export const lookupTypes: readonly TypeDescription[] = [
  {
    name: "System.Collections.Generic.IReadOnlyDictionary<TKey, TValue>",
    kind: "interface",
    interfaces: ["IReadOnlyCollection<KeyValuePair<TKey, TValue>>"],
    is: (value) => value instanceof HeaderLookup || value instanceof MapLookup,
    enumerate: (self: Lookup) => self.pairs(),
    members: reading,
  },
  {
    name: "Microsoft.Azure.ApiManagement.DictionaryExtensions",
    kind: "static",
    members: {
      "static string GetValueOrDefault(this IReadOnlyDictionary<string, string[]> values, string name, string defaultValue)":
        joinedValues,
      "static string GetValueOrDefault(this IReadOnlyDictionary<string, string[]> values, string name)": (
        self: HeaderLookup | DictionaryValue | null,
        name: string | null,
        host: Host,
      ) => joinedValues(self, name, null, host),
      "static T GetValueOrDefault<T>(this IReadOnlyDictionary<string, object> variables, string name)": (
        self: Lookup,
        name: string | null,
        host: Host,
        [type = "object"]: Names,
      ) => {
        const found = find(self, name, host);
        return found === undefined ? host.defaultOf(type) : host.cast(found.value, type);
      },
      "static T GetValueOrDefault<T>(this IReadOnlyDictionary<string, object> variables, string name, T defaultValue)":
        (self: Lookup, name: string | null, missing: Value, host: Host, [type = "object"]: Names) => {
          const found = find(self, name, host);
          return found === undefined ? missing : host.cast(found.value, type);
        },
      "static TValue GetValueOrDefault<TKey, TValue>(this IReadOnlyDictionary<TKey, TValue> dictionary, TKey key)":
        (self: Lookup, key: Value, host: Host, [, type = "object"]: Names) =>
          find(self, key, host)?.value ?? host.defaultOf(type),
      "static TValue GetValueOrDefault<TKey, TValue>(this IReadOnlyDictionary<TKey, TValue> dictionary, TKey key, TValue defaultValue)":
        (self: Lookup, key: Value, missing: Value, host: Host) => {
          const found = find(self, key, host);
          return found === undefined ? missing : found.value;
        },
    },
  },
];
