import { chargedElements } from "../meter.ts";
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
  JArray,
  JContainer,
  JObject,
  JProperty,
  JToken,
  JValue,
  jsonTokenTypes,
  type MergeArrayHandling,
  mergeJson,
} from "./json-token.ts";
import { ignoresCase } from "./text.ts";

type Members = Readonly<Record<string, Implementation>>;

const space = "Newtonsoft.Json.Linq";

function written(token: JToken, indented: boolean, host: Host): string {
  const text = jsonText(token, indented);
  host.allocate(text.length);
  return text;
}

/** `FromObject`: always a new token. */
function freshJson(value: Value, host: Host): JToken {
  if (value === null) throw argumentNull("o");
  return value instanceof JToken ? value.deepClone() : toJson(value, host);
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
    (token: JToken | null, host: Host) => castToken(token, type, nullable, clock(host)),
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

function tokenValue(token: JToken | null, host: Host, types: readonly string[]): Value {
  return valueOfToken(token, types[0] ?? "JToken", defaultScalar, clock(host));
}

/** Adds what a `params object[]` or a single content holds. */
function contentOf(content: Value, host: Host): Value {
  if (content === null || content instanceof JToken || typeof content === "string") return content;
  if (content instanceof Uint8Array) return content;
  const elements = host.enumerate(content);
  return elements === undefined
    ? content
    : [...elements].map((each) => (Array.isArray(each) ? new JArray(each) : each));
}

function itemsOf(contents: readonly Value[] | null, host: Host): Value {
  if (contents === null) return null;
  return contents.length === 1 ? contentOf(contents[0] ?? null, host) : contents;
}

function firstOf(token: JToken): JToken | null {
  return token.children()[0] ?? null;
}

function childrenOfType(tokens: Iterable<JToken>, type: string): JToken[] {
  return [...tokens].filter(
    (token) => type === "JToken" || token.className === type || isContainer(token, type),
  );
}

function isContainer(token: JToken, type: string): boolean {
  return type === "JContainer" && token instanceof JContainer;
}

function ancestors(token: JToken, own: boolean): JToken[] {
  const list: JToken[] = own ? [token] : [];
  for (let each = token.parent; each !== null; each = each.parent) list.push(each);
  return list;
}

function beside(token: JToken, after: boolean): JToken[] {
  const siblings = token.parent?.children() ?? [];
  const place = siblings.indexOf(token);
  return after ? siblings.slice(place + 1) : siblings.slice(0, Math.max(0, place));
}

const navigation: Members = {
  "JContainer Parent": (self: JToken) => self.parent,
  "JToken Root": (self: JToken) => self.root,
  "JToken First": firstOf,
  "JToken Last": (self: JToken) => self.children().at(-1) ?? null,
  "JToken Next": (self: JToken) => self.sibling(1),
  "JToken Previous": (self: JToken) => self.sibling(-1),
  "bool HasValues": (self: JToken) => self.hasValues,
  "JTokenType Type": (self: JToken) => jsonTokenTypes[self.type],
  "string Path": (self: JToken) => self.path,
  "IEnumerable<JToken> Children()": (self: JToken) => [...self.children()],
  "IEnumerable<T> Children<T>()": (self: JToken, _host: Host, types: readonly string[]) =>
    childrenOfType(self.children(), types[0] ?? "JToken"),
  "IEnumerable<JToken> Values()": (self: JToken) => valuesOf(self),
  "IEnumerable<T> Values<T>()": (self: JToken, host: Host, types: readonly string[]) =>
    valuesOf(self).map((token) => tokenValue(token, host, types)),
  "IEnumerable<JToken> Ancestors()": (self: JToken) => ancestors(self, false),
  "IEnumerable<JToken> AncestorsAndSelf()": (self: JToken) => ancestors(self, true),
  "IEnumerable<JToken> AfterSelf()": (self: JToken) => beside(self, true),
  "IEnumerable<JToken> BeforeSelf()": (self: JToken) => beside(self, false),
};

function valuesOf(token: JToken): JToken[] {
  return token.children().map((child) => (child instanceof JProperty ? child.value : child));
}

const tokenDescription: TypeDescription = {
  name: `${space}.JToken`,
  kind: "class",
  interfaces: ["IEnumerable<JToken>"],
  enumerate: (self: JToken) => self.children(),
  members: {
    ...navigation,
    ...casts,
    ...implicits,
    "static JToken Parse(string json)": (text: string | null) => parseJson(text, "JToken"),
    "static JToken FromObject(object o)": (value: Value, host: Host) => freshJson(value, host),
    "static bool DeepEquals(JToken t1, JToken t2)": (left: JToken | null, right: JToken | null) =>
      deepEquals(left, right),
    "JToken this[object key] { get; set; }": {
      get: (self: JToken, key: Value) => self.item(key),
      set: (self: JToken, key: Value, value: JToken | null) => self.setItem(key, value),
    },
    "T Value<T>(object key)": (self: JToken, key: Value, host: Host, types: readonly string[]) =>
      tokenValue(self.item(key), host, types),
    "JToken SelectToken(string path, bool errorWhenNoMatch = false)": selectToken,
    "IEnumerable<JToken> SelectTokens(string path, bool errorWhenNoMatch = false)": selectTokens,
    "T ToObject<T>()": (self: JToken, host: Host, types: readonly string[]) =>
      fromJson(self, types[0] ?? "object", host),
    "JToken DeepClone()": (self: JToken) => self.deepClone(),
    "void Remove()": (self: JToken) => self.remove(),
    "void Replace(JToken value)": (self: JToken, value: JToken | null) => self.replace(value),
    "void AddAfterSelf(object content)": (self: JToken, content: Value, host: Host) =>
      self.addBeside(contentOf(content, host), 1),
    "void AddBeforeSelf(object content)": (self: JToken, content: Value, host: Host) =>
      self.addBeside(contentOf(content, host), 0),
    "string ToString()": (self: JToken, host: Host) => {
      const text = tokenText(self);
      host.allocate(text.length);
      return text;
    },
    "string ToString(Formatting formatting)": (self: JToken, formatting: number, host: Host) =>
      written(self, formatting === 1, host),
  },
};

const containerDescription: TypeDescription = {
  name: `${space}.JContainer`,
  kind: "class",
  base: "JToken",
  members: {
    "int Count": (self: JContainer) => self.children().length,
    "void Add(object content)": (self: JContainer, content: Value, host: Host) => {
      host.allocate(1);
      self.add(contentOf(content, host));
    },
    "void AddFirst(object content)": (self: JContainer, content: Value, host: Host) =>
      self.insert(0, contentOf(content, host)),
    "void RemoveAll()": (self: JContainer) => self.clear(),
    "void ReplaceAll(object content)": (self: JContainer, content: Value, host: Host) => {
      self.clear();
      self.add(contentOf(content, host));
    },
    "IEnumerable<JToken> Descendants()": (self: JContainer) => [...descendantsOf(self)],
    "IEnumerable<JToken> DescendantsAndSelf()": (self: JContainer) => [self, ...descendantsOf(self)],
    "void Merge(object content)": (self: JContainer, content: Value, host: Host) =>
      mergeJson(self, toJson(content, host)),
    "void Merge(object content, JsonMergeSettings settings)": (
      self: JContainer,
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
  is: (value) => value instanceof JObject,
  members: {
    "new()": () => new JObject(),
    "new(params object[] content)": (contents: readonly Value[] | null, host: Host) =>
      new JObject(itemsOf(contents, host)),
    "static JObject Parse(string json)": (text: string | null) => parseJson(text, "JObject"),
    "static JObject FromObject(object o)": (value: Value, host: Host) => {
      const token = freshJson(value, host);
      if (token instanceof JObject) return token;
      throw argumentException(`Object serialized to ${token.type}. JObject instance expected.`);
    },
    "JToken this[string propertyName] { get; set; }": {
      get: (self: JObject, name: string | null) => self.get(required(name, "propertyName")),
      set: (self: JObject, name: string | null, value: JToken | null) =>
        self.set(required(name, "propertyName"), value),
    },
    "void Add(string propertyName, JToken value)": (
      self: JObject,
      name: string | null,
      value: JToken | null,
      host: Host,
    ) => {
      host.allocate(1);
      self.add(new JProperty(name, value));
    },
    "bool Remove(string propertyName)": (self: JObject, name: string | null) => self.removeProperty(name),
    "bool ContainsKey(string propertyName)": (self: JObject, name: string | null) =>
      self.property(required(name, "propertyName")) !== null,
    "bool TryGetValue(string propertyName, out JToken value)": (
      self: JObject,
      name: string | null,
      cell: { value: JToken | null },
    ) => {
      cell.value = self.property(name)?.value ?? null;
      return cell.value !== null;
    },
    "bool TryGetValue(string propertyName, StringComparison comparison, out JToken value)": (
      self: JObject,
      name: string | null,
      comparison: number,
      cell: { value: JToken | null },
    ) => {
      cell.value = self.property(name, ignoresCase(comparison))?.value ?? null;
      return cell.value !== null;
    },
    "JToken GetValue(string propertyName)": (self: JObject, name: string | null) =>
      self.property(name)?.value ?? null,
    "JToken GetValue(string propertyName, StringComparison comparison)": (
      self: JObject,
      name: string | null,
      comparison: number,
    ) => self.property(name, ignoresCase(comparison))?.value ?? null,
    "JProperty Property(string name)": (self: JObject, name: string | null) => self.property(name),
    "JProperty Property(string name, StringComparison comparison)": (
      self: JObject,
      name: string | null,
      comparison: number,
    ) => self.property(name, ignoresCase(comparison)),
    "IEnumerable<JProperty> Properties()": (self: JObject) => [...self.properties()],
    "IEnumerable<JToken> PropertyValues()": (self: JObject) => self.properties().map(({ value }) => value),
  },
};

const arrayDescription: TypeDescription = {
  name: `${space}.JArray`,
  kind: "class",
  base: "JContainer",
  is: (value) => value instanceof JArray,
  members: {
    "new()": () => new JArray(),
    "new(params object[] content)": (contents: readonly Value[] | null, host: Host) =>
      new JArray(itemsOf(contents, host)),
    "static JArray Parse(string json)": (text: string | null) => parseJson(text, "JArray"),
    "static JArray FromObject(object o)": (value: Value, host: Host) => {
      const token = freshJson(value, host);
      if (token instanceof JArray) return token;
      throw argumentException(`Object serialized to ${token.type}. JArray instance expected.`);
    },
    "JToken this[int index] { get; set; }": {
      get: (self: JArray, index: number) => self.item(index),
      set: (self: JArray, index: number, value: JToken | null) => self.setItem(index, value),
    },
    "void Add(JToken item)": (self: JArray, item: JToken | null, host: Host) => {
      host.allocate(1);
      self.add(item);
    },
    "void Insert(int index, JToken item)": (self: JArray, index: number, item: JToken | null) =>
      self.insert(index, item),
    "bool Remove(JToken item)": (self: JArray, item: JToken) => self.removeChild(item),
    "void RemoveAt(int index)": (self: JArray, index: number) => self.removeAt(index),
    "void Clear()": (self: JArray) => self.clear(),
    "bool Contains(JToken item)": (self: JArray, item: JToken) => self.placeOf(item) >= 0,
    "int IndexOf(JToken item)": (self: JArray, item: JToken) => self.placeOf(item),
  },
};

const propertyDescription: TypeDescription = {
  name: `${space}.JProperty`,
  kind: "class",
  base: "JContainer",
  is: (value) => value instanceof JProperty,
  members: {
    "new(string name, object content)": (name: string | null, content: Value, host: Host) =>
      new JProperty(name, contentOf(content, host)),
    "new(string name, params object[] content)": (
      name: string | null,
      contents: readonly Value[] | null,
      host: Host,
    ) => new JProperty(name, itemsOf(contents, host)),
    "string Name": (self: JProperty) => self.name,
    "JToken Value { get; set; }": {
      get: (self: JProperty) => self.value,
      set: (self: JProperty, value: JToken | null) => {
        self.value = value;
      },
    },
  },
};

const valueDescription: TypeDescription = {
  name: `${space}.JValue`,
  kind: "class",
  base: "JToken",
  is: (value) => value instanceof JValue,
  identity: (self: JValue) => `${self.type} ${self.text(self.type === "Date" ? "o" : null)}`,
  members: {
    "new(object value)": (value: Value) => new JValue(value instanceof JValue ? value.value : value),
    "object Value": (self: JValue) => self.value,
    "static JValue CreateNull()": () => new JValue(null),
    "static JValue CreateUndefined()": () => new JValue(null, "Undefined"),
    "static JValue CreateString(string value)": (value: string | null) => new JValue(value),
    "string ToString()": (self: JValue) => self.text(),
    "string ToString(string format)": (self: JValue, format: string | null) => self.text(format),
  },
};

const extensionsDescription: TypeDescription = {
  name: `${space}.Extensions`,
  kind: "static",
  members: {
    // Declared for any IEnumerable<JToken>, and refused for what is no token: so it is described for tokens.
    "static T Value<T>(this JToken value)": (token: JToken | null, host: Host, types: readonly string[]) =>
      tokenValue(token, host, types),
    "static IEnumerable<JToken> Children(this IEnumerable<JToken> source)": (source: Iterable<Value>) =>
      [...chargedElements(source)].flatMap((token) => (token instanceof JToken ? [...token.children()] : [])),
    "static IEnumerable<JProperty> Properties(this IEnumerable<JObject> source)": (source: Iterable<Value>) =>
      [...chargedElements(source)].flatMap((token) =>
        token instanceof JObject ? [...token.properties()] : [],
      ),
    "static IEnumerable<JToken> Values(this IEnumerable<JToken> source)": (source: Iterable<Value>) =>
      [...chargedElements(source)].flatMap((token) => (token instanceof JToken ? valuesOf(token) : [])),
    "static IEnumerable<JToken> Values(this IEnumerable<JToken> source, object key)": (
      source: Iterable<Value>,
      key: Value,
    ) => [...chargedElements(source)].flatMap((token) => keyed(token, key)),
    "static IEnumerable<U> Values<U>(this IEnumerable<JToken> source, object key)": (
      source: Iterable<Value>,
      key: Value,
      host: Host,
      types: readonly string[],
    ) =>
      [...chargedElements(source)]
        .flatMap((token) => keyed(token, key))
        .map((token) => tokenValue(token, host, types)),
    "static IEnumerable<JToken> Descendants(this IEnumerable<JContainer> source)": (
      source: Iterable<Value>,
    ) =>
      [...chargedElements(source)].flatMap((token) =>
        token instanceof JToken ? [...descendantsOf(token)] : [],
      ),
  },
};

function keyed(token: Value, key: Value): JToken[] {
  const found = token instanceof JToken ? token.item(key) : null;
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
  return fromJson(parseJson(text, "JToken"), type, host);
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
