import type { Host, Implementation, TypeDescription } from "../type-description.ts";
import { NumberValue, type Value } from "../value.ts";
import { DateTime } from "./date-time.ts";
import { argumentException, argumentNull, required } from "./exceptions.ts";
import { castToken, valueOfToken } from "./json-cast.ts";
import { toJson } from "./json-convert.ts";
import { defaultScalar, fromJson } from "./json-object.ts";
import { selectToken, selectTokens } from "./json-path.ts";
import { parseJson } from "./json-reader.ts";
import { jsonText, tokenText } from "./json-text.ts";
import {
  deepEquals,
  descendantsOf,
  JsonArray,
  JsonContainer,
  JsonObject,
  JsonProperty,
  JsonToken,
  JsonValue,
  jsonTokenTypes,
  type MergeArrayHandling,
  mergeJson,
} from "./json-token.ts";
import { ignoresCase } from "./text.ts";

type Members = Readonly<Record<string, Implementation>>;

const space = "Newtonsoft.Json.Linq";

function spender(host: Host): (steps: number) => void {
  return (steps) => host.spend(steps);
}

function written(token: JsonToken, indented: boolean, host: Host): string {
  const text = jsonText(token, indented, spender(host));
  host.allocate(text.length);
  return text;
}

/** `FromObject`: always a new token. */
function freshJson(value: Value, host: Host): JsonToken {
  if (value === null) throw argumentNull("o");
  return value instanceof JsonToken ? value.deepClone() : toJson(value, host);
}

function clock(host: Host): DateTime {
  return DateTime.fromUnix(host.now());
}

/** The types that a token is cast to, and whether each takes a question mark. */
const castTypes: Readonly<Record<string, boolean>> = {
  string: false,
  bool: true,
  int: true,
  long: true,
  short: true,
  byte: true,
  uint: true,
  ulong: true,
  double: true,
  float: true,
  decimal: true,
  DateTime: true,
  DateTimeOffset: true,
  Guid: true,
  TimeSpan: true,
  Uri: false,
  "byte[]": false,
};

function castLine(type: string, nullable: boolean): [string, Implementation] {
  const target = nullable ? `${type}?` : type;
  return [
    `static explicit operator ${target}(JToken value)`,
    (token: JsonToken | null, host: Host) => castToken(token, type, nullable, clock(host)),
  ];
}

const casts: Members = Object.fromEntries(
  Object.entries(castTypes).flatMap(([type, mayBeNullable]) =>
    mayBeNullable ? [castLine(type, false), castLine(type, true)] : [castLine(type, false)],
  ),
);

/** A number that the language handed over without its type, with it again; a whole number is a `long`, as `JValue` holds it. */
function valueOfType(value: unknown, type: string): Value {
  if (typeof value === "bigint") return new NumberValue("long", value);
  if (typeof value !== "number") return value;
  if (type === "double" || type === "float") return new NumberValue(type, value);
  return new NumberValue("long", BigInt(value));
}

/** Types that become a token without a cast. */
const implicits: Members = Object.fromEntries(
  Object.keys(castTypes).flatMap((type): [string, Implementation][] => {
    const line = (target: string): [string, Implementation] => [
      `static implicit operator JToken(${target} value)`,
      (value: unknown, host: Host) => toJson(valueOfType(value, type), host),
    ];
    return castTypes[type] === true ? [line(type), line(`${type}?`)] : [line(type)];
  }),
);

function tokenValue(token: JsonToken | null, host: Host, types: readonly string[]): Value {
  return valueOfToken(token, types[0] ?? "JToken", defaultScalar, clock(host));
}

/** Adds what a `params object[]` or a single content holds. */
function contentOf(content: Value, host: Host): Value {
  if (content === null || content instanceof JsonToken || typeof content === "string") return content;
  if (content instanceof Uint8Array) return content;
  const elements = host.enumerate(content);
  return elements === undefined
    ? content
    : [...elements].map((each) => (Array.isArray(each) ? new JsonArray(each) : each));
}

function itemsOf(contents: readonly Value[], host: Host): Value {
  return contents.length === 1 ? contentOf(contents[0] ?? null, host) : contents;
}

function firstOf(token: JsonToken): JsonToken | null {
  return token.children()[0] ?? null;
}

function childrenOfType(tokens: Iterable<JsonToken>, type: string): JsonToken[] {
  return [...tokens].filter(
    (token) => type === "JToken" || token.className === type || isContainer(token, type),
  );
}

function isContainer(token: JsonToken, type: string): boolean {
  return type === "JContainer" && token instanceof JsonContainer;
}

function ancestors(token: JsonToken, own: boolean): JsonToken[] {
  const list: JsonToken[] = own ? [token] : [];
  for (let each = token.parent; each !== null; each = each.parent) list.push(each);
  return list;
}

function beside(token: JsonToken, after: boolean): JsonToken[] {
  const siblings = token.parent?.children() ?? [];
  const place = siblings.indexOf(token);
  return after ? siblings.slice(place + 1) : siblings.slice(0, Math.max(0, place));
}

const navigation: Members = {
  "JContainer Parent": (self: JsonToken) => self.parent,
  "JToken Root": (self: JsonToken) => self.root,
  "JToken First": firstOf,
  "JToken Last": (self: JsonToken) => self.children().at(-1) ?? null,
  "JToken Next": (self: JsonToken) => self.sibling(1),
  "JToken Previous": (self: JsonToken) => self.sibling(-1),
  "bool HasValues": (self: JsonToken) => self.hasValues,
  "JTokenType Type": (self: JsonToken) => jsonTokenTypes[self.type],
  "string Path": (self: JsonToken) => self.path,
  "IEnumerable<JToken> Children()": (self: JsonToken) => [...self.children()],
  "IEnumerable<T> Children<T>()": (self: JsonToken, _host: Host, types: readonly string[]) =>
    childrenOfType(self.children(), types[0] ?? "JToken"),
  "IEnumerable<JToken> Values()": (self: JsonToken) => valuesOf(self),
  "IEnumerable<T> Values<T>()": (self: JsonToken, host: Host, types: readonly string[]) =>
    valuesOf(self).map((token) => tokenValue(token, host, types)),
  "IEnumerable<JToken> Ancestors()": (self: JsonToken) => ancestors(self, false),
  "IEnumerable<JToken> AncestorsAndSelf()": (self: JsonToken) => ancestors(self, true),
  "IEnumerable<JToken> AfterSelf()": (self: JsonToken) => beside(self, true),
  "IEnumerable<JToken> BeforeSelf()": (self: JsonToken) => beside(self, false),
};

function valuesOf(token: JsonToken): JsonToken[] {
  return token.children().map((child) => (child instanceof JsonProperty ? child.value : child));
}

const tokenDescription: TypeDescription = {
  name: `${space}.JToken`,
  kind: "class",
  interfaces: ["IEnumerable<JToken>"],
  enumerate: (self: JsonToken) => self.children(),
  members: {
    ...navigation,
    ...casts,
    ...implicits,
    "static JToken Parse(string json)": (text: string | null, host: Host) =>
      parseJson(text, "JToken", spender(host)),
    "static JToken FromObject(object o)": (value: Value, host: Host) => freshJson(value, host),
    "static bool DeepEquals(JToken t1, JToken t2)": (left: JsonToken | null, right: JsonToken | null) =>
      deepEquals(left, right),
    "JToken this[object key] { get; set; }": {
      get: (self: JsonToken, key: Value) => self.item(key),
      set: (self: JsonToken, key: Value, value: JsonToken | null) => self.setItem(key, value),
    },
    "T Value<T>(object key)": (self: JsonToken, key: Value, host: Host, types: readonly string[]) =>
      tokenValue(self.item(key), host, types),
    "JToken SelectToken(string path, bool errorWhenNoMatch = false)": (
      self: JsonToken,
      path: string | null,
      strict: boolean,
      host: Host,
    ) => selectToken(self, path, strict, spender(host)),
    "IEnumerable<JToken> SelectTokens(string path, bool errorWhenNoMatch = false)": (
      self: JsonToken,
      path: string | null,
      strict: boolean,
      host: Host,
    ) => selectTokens(self, path, strict, spender(host)),
    "T ToObject<T>()": (self: JsonToken, host: Host, types: readonly string[]) =>
      fromJson(self, types[0] ?? "object", host),
    "JToken DeepClone()": (self: JsonToken) => self.deepClone(),
    "void Remove()": (self: JsonToken) => self.remove(),
    "void Replace(JToken value)": (self: JsonToken, value: JsonToken | null) => self.replace(value),
    "void AddAfterSelf(object content)": (self: JsonToken, content: Value, host: Host) =>
      self.addBeside(contentOf(content, host), 1),
    "void AddBeforeSelf(object content)": (self: JsonToken, content: Value, host: Host) =>
      self.addBeside(contentOf(content, host), 0),
    "string ToString()": (self: JsonToken, host: Host) => {
      const text = tokenText(self, spender(host));
      host.allocate(text.length);
      return text;
    },
    "string ToString(Formatting formatting)": (self: JsonToken, formatting: number, host: Host) =>
      written(self, formatting === 1, host),
  },
};

const containerDescription: TypeDescription = {
  name: `${space}.JContainer`,
  kind: "class",
  base: "JToken",
  members: {
    "int Count": (self: JsonContainer) => self.children().length,
    "void Add(object content)": (self: JsonContainer, content: Value, host: Host) => {
      host.allocate(1);
      self.add(contentOf(content, host));
    },
    "void AddFirst(object content)": (self: JsonContainer, content: Value, host: Host) =>
      self.insert(0, contentOf(content, host)),
    "void RemoveAll()": (self: JsonContainer) => self.clear(),
    "void ReplaceAll(object content)": (self: JsonContainer, content: Value, host: Host) => {
      self.clear();
      self.add(contentOf(content, host));
    },
    "IEnumerable<JToken> Descendants()": (self: JsonContainer) => [...descendantsOf(self)],
    "IEnumerable<JToken> DescendantsAndSelf()": (self: JsonContainer) => [self, ...descendantsOf(self)],
    "void Merge(object content)": (self: JsonContainer, content: Value, host: Host) =>
      mergeJson(self, toJson(content, host)),
    "void Merge(object content, JsonMergeSettings settings)": (
      self: JsonContainer,
      content: Value,
      settings: MergeSettings,
      host: Host,
    ) => mergeJson(self, toJson(content, host), settings.arrays),
  },
};

/** `JsonMergeSettings`. */
class MergeSettings {
  arrays: MergeArrayHandling = "Concat";
}

const mergeNames: readonly MergeArrayHandling[] = ["Concat", "Union", "Replace", "Merge"];

const objectDescription: TypeDescription = {
  name: `${space}.JObject`,
  kind: "class",
  base: "JContainer",
  is: (value) => value instanceof JsonObject,
  members: {
    "new()": () => new JsonObject(),
    "new(params object[] content)": (contents: readonly Value[], host: Host) =>
      new JsonObject(itemsOf(contents, host)),
    "static JObject Parse(string json)": (text: string | null, host: Host) =>
      parseJson(text, "JObject", spender(host)),
    "static JObject FromObject(object o)": (value: Value, host: Host) => {
      const token = freshJson(value, host);
      if (token instanceof JsonObject) return token;
      throw argumentException(`Object serialized to ${token.type}. JObject instance expected.`);
    },
    "JToken this[string propertyName] { get; set; }": {
      get: (self: JsonObject, name: string | null) => self.get(required(name, "propertyName")),
      set: (self: JsonObject, name: string | null, value: JsonToken | null) =>
        self.set(required(name, "propertyName"), value),
    },
    "void Add(string propertyName, JToken value)": (
      self: JsonObject,
      name: string | null,
      value: JsonToken | null,
      host: Host,
    ) => {
      host.allocate(1);
      self.add(new JsonProperty(name, value));
    },
    "bool Remove(string propertyName)": (self: JsonObject, name: string | null) => self.removeProperty(name),
    "bool ContainsKey(string propertyName)": (self: JsonObject, name: string | null) =>
      self.property(required(name, "propertyName")) !== null,
    "bool TryGetValue(string propertyName, out JToken value)": (
      self: JsonObject,
      name: string | null,
      cell: { value: JsonToken | null },
    ) => {
      cell.value = self.property(name)?.value ?? null;
      return cell.value !== null;
    },
    "bool TryGetValue(string propertyName, StringComparison comparison, out JToken value)": (
      self: JsonObject,
      name: string | null,
      comparison: number,
      cell: { value: JsonToken | null },
    ) => {
      cell.value = self.property(name, ignoresCase(comparison))?.value ?? null;
      return cell.value !== null;
    },
    "JToken GetValue(string propertyName)": (self: JsonObject, name: string | null) =>
      self.property(name)?.value ?? null,
    "JToken GetValue(string propertyName, StringComparison comparison)": (
      self: JsonObject,
      name: string | null,
      comparison: number,
    ) => self.property(name, ignoresCase(comparison))?.value ?? null,
    "JProperty Property(string name)": (self: JsonObject, name: string | null) => self.property(name),
    "JProperty Property(string name, StringComparison comparison)": (
      self: JsonObject,
      name: string | null,
      comparison: number,
    ) => self.property(name, ignoresCase(comparison)),
    "IEnumerable<JProperty> Properties()": (self: JsonObject) => [...self.properties()],
    "IEnumerable<JToken> PropertyValues()": (self: JsonObject) => self.properties().map(({ value }) => value),
  },
};

const arrayDescription: TypeDescription = {
  name: `${space}.JArray`,
  kind: "class",
  base: "JContainer",
  is: (value) => value instanceof JsonArray,
  members: {
    "new()": () => new JsonArray(),
    "new(params object[] content)": (contents: readonly Value[], host: Host) =>
      new JsonArray(itemsOf(contents, host)),
    "static JArray Parse(string json)": (text: string | null, host: Host) =>
      parseJson(text, "JArray", spender(host)),
    "static JArray FromObject(object o)": (value: Value, host: Host) => {
      const token = freshJson(value, host);
      if (token instanceof JsonArray) return token;
      throw argumentException(`Object serialized to ${token.type}. JArray instance expected.`);
    },
    "JToken this[int index] { get; set; }": {
      get: (self: JsonArray, index: number) => self.item(index),
      set: (self: JsonArray, index: number, value: JsonToken | null) => self.setItem(index, value),
    },
    "void Add(JToken item)": (self: JsonArray, item: JsonToken | null, host: Host) => {
      host.allocate(1);
      self.add(item);
    },
    "void Insert(int index, JToken item)": (self: JsonArray, index: number, item: JsonToken | null) =>
      self.insert(index, item),
    "bool Remove(JToken item)": (self: JsonArray, item: JsonToken) => self.removeChild(item),
    "void RemoveAt(int index)": (self: JsonArray, index: number) => self.removeAt(index),
    "void Clear()": (self: JsonArray) => self.clear(),
    "bool Contains(JToken item)": (self: JsonArray, item: JsonToken) => self.children().includes(item),
    "int IndexOf(JToken item)": (self: JsonArray, item: JsonToken) => self.children().indexOf(item),
  },
};

const propertyDescription: TypeDescription = {
  name: `${space}.JProperty`,
  kind: "class",
  base: "JContainer",
  is: (value) => value instanceof JsonProperty,
  members: {
    "new(string name, object content)": (name: string | null, content: Value, host: Host) =>
      new JsonProperty(name, contentOf(content, host)),
    "new(string name, params object[] content)": (
      name: string | null,
      contents: readonly Value[],
      host: Host,
    ) => new JsonProperty(name, itemsOf(contents, host)),
    "string Name": (self: JsonProperty) => self.name,
    "JToken Value { get; set; }": {
      get: (self: JsonProperty) => self.value,
      set: (self: JsonProperty, value: JsonToken | null) => {
        self.value = value;
      },
    },
  },
};

const valueDescription: TypeDescription = {
  name: `${space}.JValue`,
  kind: "class",
  base: "JToken",
  is: (value) => value instanceof JsonValue,
  identity: (self: JsonValue) => `${self.type} ${self.text(self.type === "Date" ? "o" : null)}`,
  members: {
    "new(object value)": (value: Value) => new JsonValue(value instanceof JsonValue ? value.value : value),
    "object Value": (self: JsonValue) => self.value,
    "static JValue CreateNull()": () => new JsonValue(null),
    "static JValue CreateUndefined()": () => new JsonValue(null, "Undefined"),
    "static JValue CreateString(string value)": (value: string | null) => new JsonValue(value),
    "string ToString()": (self: JsonValue) => self.text(),
    "string ToString(string format)": (self: JsonValue, format: string | null) => self.text(format),
  },
};

const extensionsDescription: TypeDescription = {
  name: `${space}.Extensions`,
  kind: "static",
  members: {
    // Declared for any IEnumerable<JToken>, and refused for what is no token: so it is described for tokens.
    "static T Value<T>(this JToken value)": (token: JsonToken | null, host: Host, types: readonly string[]) =>
      tokenValue(token, host, types),
    "static IEnumerable<JToken> Children(this IEnumerable<JToken> source)": (source: Iterable<Value>) =>
      [...source].flatMap((token) => (token instanceof JsonToken ? [...token.children()] : [])),
    "static IEnumerable<JProperty> Properties(this IEnumerable<JObject> source)": (source: Iterable<Value>) =>
      [...source].flatMap((token) => (token instanceof JsonObject ? [...token.properties()] : [])),
    "static IEnumerable<JToken> Values(this IEnumerable<JToken> source)": (source: Iterable<Value>) =>
      [...source].flatMap((token) => (token instanceof JsonToken ? valuesOf(token) : [])),
    "static IEnumerable<JToken> Values(this IEnumerable<JToken> source, object key)": (
      source: Iterable<Value>,
      key: Value,
    ) => [...source].flatMap((token) => keyed(token, key)),
    "static IEnumerable<U> Values<U>(this IEnumerable<JToken> source, object key)": (
      source: Iterable<Value>,
      key: Value,
      host: Host,
      types: readonly string[],
    ) => [...source].flatMap((token) => keyed(token, key)).map((token) => tokenValue(token, host, types)),
    "static IEnumerable<JToken> Descendants(this IEnumerable<JContainer> source)": (
      source: Iterable<Value>,
    ) => [...source].flatMap((token) => (token instanceof JsonToken ? [...descendantsOf(token)] : [])),
  },
};

function keyed(token: Value, key: Value): JsonToken[] {
  const found = token instanceof JsonToken ? token.item(key) : null;
  return found === null ? [] : [found];
}

const convertDescription: TypeDescription = {
  name: "Newtonsoft.Json.JsonConvert",
  kind: "static",
  members: {
    "static string SerializeObject(object value)": (value: Value, host: Host) =>
      written(toJson(value, host), false, host),
    "static string SerializeObject(object value, Formatting formatting)": (
      value: Value,
      formatting: number,
      host: Host,
    ) => written(toJson(value, host), formatting === 1, host),
    "static object DeserializeObject(string value)": (text: string | null, host: Host) =>
      deserialize(text, "object", host),
    "static T DeserializeObject<T>(string value)": (
      text: string | null,
      host: Host,
      types: readonly string[],
    ) => deserialize(text, types[0] ?? "object", host),
  },
};

function deserialize(text: string | null, type: string, host: Host): Value {
  if (required(text, "value").trim() === "") return null;
  return fromJson(parseJson(text, "JToken", spender(host)), type, host);
}

/** `Newtonsoft.Json` and `Newtonsoft.Json.Linq`. */
export const jsonTypes: readonly TypeDescription[] = [
  tokenDescription,
  containerDescription,
  objectDescription,
  arrayDescription,
  propertyDescription,
  valueDescription,
  extensionsDescription,
  convertDescription,
  { name: `${space}.JTokenType`, kind: "enum", values: jsonTokenTypes },
  { name: "Newtonsoft.Json.Formatting", kind: "enum", values: { None: 0, Indented: 1 } },
  {
    name: `${space}.MergeArrayHandling`,
    kind: "enum",
    values: Object.fromEntries(mergeNames.map((name, index) => [name, index])),
  },
  {
    name: `${space}.JsonMergeSettings`,
    kind: "class",
    is: (value) => value instanceof MergeSettings,
    members: {
      "new()": () => new MergeSettings(),
      "MergeArrayHandling MergeArrayHandling { get; set; }": {
        get: (self: MergeSettings) => mergeNames.indexOf(self.arrays),
        set: (self: MergeSettings, value: number) => {
          self.arrays = mergeNames[value] ?? "Concat";
        },
      },
    },
  },
];
