import { chargedElements } from "../meter.ts";
import type { Host, Implementation, TypeDescription } from "../type-description.ts";
import type { Value } from "../value.ts";
import { DateTime } from "./date-time.ts";
import { argumentNull, required } from "./exceptions.ts";
import { scalarTo } from "./json-cast.ts";
import { defaultScalar } from "./json-object.ts";
import {
  XAttribute,
  XContainer,
  XDocument,
  XElement,
  XName,
  XNamespace,
  XNode,
  XObject,
  XText,
} from "./xml-node.ts";
import { parseXmlDocument, parseXmlElement } from "./xml-reader.ts";
import { xmlText } from "./xml-text.ts";

type Members = Readonly<Record<string, Implementation>>;

const space = "System.Xml.Linq";

function written(node: XNode, options: number, host: Host): string {
  const text = xmlText(node, options % 2 === 0);
  host.allocate(text.length);
  return text;
}

/** What a `params object[]` or a single content holds: lists are opened, texts and values stay. */
function contentOf(content: Value, host: Host): Value {
  if (content === null || content instanceof XObject || typeof content !== "object") return content;
  if (Array.isArray(content)) return content.map((part) => contentOf(part, host));
  const elements = host.enumerate(content);
  return elements === undefined ? content : [...elements].map((part) => contentOf(part, host));
}

function isScalarValue(value: string, type: string, host: Host): Value {
  const lower = type === "bool" && (value === "1" || value === "0") ? String(value === "1") : value;
  return scalarTo(lower, type, DateTime.fromUnix(host.now()));
}

const castTypes = [
  "string",
  "bool",
  "int",
  "long",
  "double",
  "decimal",
  "DateTime",
  "DateTimeOffset",
  "Guid",
  "TimeSpan",
];

function casts(type: "XElement" | "XAttribute"): Members {
  const textOf = (value: XElement | XAttribute) => (value instanceof XElement ? value.text : value.value);
  return Object.fromEntries(
    castTypes.flatMap((target): [string, Implementation][] => {
      const cast = (nullable: boolean) => (value: XElement | XAttribute | null, host: Host) => {
        if (value !== null) return isScalarValue(textOf(value), target, host);
        if (nullable || defaultScalar(target) === null) return null;
        throw argumentNull(type === "XElement" ? "element" : "attribute");
      };
      const line = (name: string) => `static explicit operator ${name}(${type} value)`;
      if (target === "string") return [[line(target), cast(true)]];
      return [
        [line(target), cast(false)],
        [line(`${target}?`), cast(true)],
      ];
    }),
  );
}

const nameDescriptions: readonly TypeDescription[] = [
  {
    name: `${space}.XName`,
    kind: "class",
    is: (value) => value instanceof XName,
    identity: (self: XName) => self.toString(),
    members: {
      "static XName Get(string expandedName)": XName.parse,
      "static XName Get(string localName, string namespaceName)": (local: string, uri: string | null) =>
        new XName(local, uri ?? ""),
      "static implicit operator XName(string expandedName)": (text: string | null) =>
        text === null ? null : XName.parse(text),
      "string LocalName": (self: XName) => self.local,
      "string NamespaceName": (self: XName) => self.uri,
      "XNamespace Namespace": (self: XName) => new XNamespace(self.uri),
      "string ToString()": (self: XName) => self.toString(),
      "static bool operator ==(XName left, XName right)": sameName,
      "static bool operator !=(XName left, XName right)": (left: XName | null, right: XName | null) =>
        !sameName(left, right),
    },
  },
  {
    name: `${space}.XNamespace`,
    kind: "class",
    is: (value) => value instanceof XNamespace,
    identity: (self: XNamespace) => self.uri,
    members: {
      "static XNamespace None": () => XNamespace.none,
      "static XNamespace Xml": () => XNamespace.xml,
      "static XNamespace Xmlns": () => XNamespace.xmlns,
      "static XNamespace Get(string namespaceName)": (uri: string | null) => new XNamespace(uri),
      "static implicit operator XNamespace(string namespaceName)": (uri: string | null) =>
        uri === null ? null : new XNamespace(uri),
      "static XName operator +(XNamespace ns, string localName)": (namespace: XNamespace, local: string) =>
        new XName(local, namespace.uri),
      "string NamespaceName": (self: XNamespace) => self.uri,
      "XName GetName(string localName)": (self: XNamespace, local: string) => new XName(local, self.uri),
      "string ToString()": (self: XNamespace) => self.uri,
    },
  },
];

function sameName(left: XName | null, right: XName | null): boolean {
  return left === null ? right === null : left.equals(right);
}

function documentOf(self: XObject): XDocument | null {
  let node: XObject | null = self;
  while (node !== null && !(node instanceof XDocument)) node = node.parent;
  return node;
}

const textValue = {
  get: (self: XText) => self.value,
  set: (self: XText, value: string) => {
    self.value = value;
  },
};

const nodeDescriptions: readonly TypeDescription[] = [
  {
    name: `${space}.XObject`,
    kind: "class",
    members: {
      "XElement Parent": (self: XObject) => (self.parent instanceof XElement ? self.parent : null),
      "XDocument Document": documentOf,
    },
  },
  {
    name: `${space}.XNode`,
    kind: "class",
    base: "XObject",
    members: {
      "void Remove()": (self: XNode) => self.remove(),
      "void ReplaceWith(object content)": (self: XNode, content: Value, host: Host) =>
        self.replaceWith(contentOf(content, host)),
      "void AddAfterSelf(object content)": (self: XNode, content: Value, host: Host) =>
        self.addBeside(contentOf(content, host), 1),
      "void AddBeforeSelf(object content)": (self: XNode, content: Value, host: Host) =>
        self.addBeside(contentOf(content, host), 0),
      "XNode NextNode": (self: XNode) => self.sibling(1),
      "XNode PreviousNode": (self: XNode) => self.sibling(-1),
      "IEnumerable<XElement> Ancestors()": (self: XNode) => elementsAbove(self),
      "IEnumerable<XElement> Ancestors(XName name)": (self: XNode, name: XName) =>
        elementsAbove(self).filter((element) => element.name.equals(name)),
      "string ToString()": (self: XNode, host: Host) => written(self, 0, host),
      "string ToString(SaveOptions options)": written,
    },
  },
  {
    name: `${space}.XText`,
    kind: "class",
    base: "XNode",
    is: (value) => value instanceof XText && value.kind === "text",
    members: {
      "new(string value)": (text: string | null) => new XText(required(text, "value")),
      "string Value { get; set; }": textValue,
    },
  },
  {
    name: `${space}.XCData`,
    kind: "class",
    base: "XText",
    is: (value) => value instanceof XText && value.kind === "cdata",
    members: { "new(string value)": (text: string | null) => new XText(required(text, "value"), "cdata") },
  },
  {
    name: `${space}.XComment`,
    kind: "class",
    base: "XNode",
    is: (value) => value instanceof XText && value.kind === "comment",
    members: {
      "new(string value)": (text: string | null) => new XText(required(text, "value"), "comment"),
      "string Value { get; set; }": textValue,
    },
  },
];

function elementsAbove(node: XNode): XElement[] {
  const list: XElement[] = [];
  for (let each: XContainer | null = node.parent; each !== null; each = each.parent) {
    if (each instanceof XElement) list.push(each);
  }
  return list;
}

const containerDescription: TypeDescription = {
  name: `${space}.XContainer`,
  kind: "class",
  base: "XNode",
  members: {
    "void Add(object content)": (self: XContainer, content: Value, host: Host) => {
      host.allocate(1);
      self.add(contentOf(content, host));
    },
    "void Add(params object[] content)": (self: XContainer, contents: readonly Value[], host: Host) =>
      self.add(contentOf(contents, host)),
    "void AddFirst(object content)": (self: XContainer, content: Value, host: Host) =>
      self.insert(0, contentOf(content, host)),
    "XElement Element(XName name)": (self: XContainer, name: XName | null) => self.elements(name)[0] ?? null,
    "IEnumerable<XElement> Elements()": (self: XContainer) => self.elements(),
    "IEnumerable<XElement> Elements(XName name)": (self: XContainer, name: XName | null) =>
      self.elements(name),
    "IEnumerable<XElement> Descendants()": (self: XContainer) => self.descendants(),
    "IEnumerable<XElement> Descendants(XName name)": (self: XContainer, name: XName | null) =>
      self.descendants(name),
    "IEnumerable<XNode> DescendantNodes()": (self: XContainer) => self.descendantNodes(),
    "IEnumerable<XNode> Nodes()": (self: XContainer) => [...self.nodes],
    "XNode FirstNode": (self: XContainer) => self.nodes[0] ?? null,
    "XNode LastNode": (self: XContainer) => self.nodes.at(-1) ?? null,
    "void RemoveNodes()": (self: XContainer) => self.removeNodes(),
    "void ReplaceNodes(object content)": (self: XContainer, content: Value, host: Host) => {
      const opened = contentOf(content, host);
      self.removeNodes();
      self.add(opened);
    },
  },
};

const elementDescription: TypeDescription = {
  name: `${space}.XElement`,
  kind: "class",
  base: "XContainer",
  is: (value) => value instanceof XElement,
  members: {
    ...casts("XElement"),
    "new(XName name)": (name: XName | null) => new XElement(required(name, "name")),
    "new(XName name, params object[] content)": (
      name: XName | null,
      contents: readonly Value[],
      host: Host,
    ) => new XElement(required(name, "name"), contentOf(contents, host)),
    "new(XElement other)": (other: XElement) => other.copy(),
    "static XElement Parse(string text)": (text: string | null) => parseXmlElement(text),
    "static XElement Parse(string text, LoadOptions options)": (text: string | null, options: number) =>
      parseXmlElement(text, options % 2 === 1),
    "XName Name { get; set; }": {
      get: (self: XElement) => self.name,
      set: (self: XElement, name: XName) => {
        self.name = name;
      },
    },
    "string Value { get; set; }": {
      get: (self: XElement) => self.text,
      set: (self: XElement, value: string | null) => self.setText(required(value, "value")),
    },
    "bool IsEmpty": (self: XElement) => self.nodes.length === 0 && self.closed,
    "bool HasElements": (self: XElement) => self.elements().length > 0,
    "bool HasAttributes": (self: XElement) => self.attributes.length > 0,
    "XAttribute Attribute(XName name)": (self: XElement, name: XName) => self.attribute(name),
    "IEnumerable<XAttribute> Attributes()": (self: XElement) => [...self.attributes],
    "IEnumerable<XAttribute> Attributes(XName name)": (self: XElement, name: XName) =>
      self.attributes.filter((attribute) => attribute.name.equals(name)),
    "XAttribute FirstAttribute": (self: XElement) => self.attributes[0] ?? null,
    "void SetAttributeValue(XName name, object value)": (self: XElement, name: XName, value: Value) =>
      self.setAttribute(name, value),
    "void SetElementValue(XName name, object value)": (self: XElement, name: XName, value: Value) =>
      self.setElement(name, value),
    "void SetValue(object value)": (self: XElement, value: Value, host: Host) =>
      self.setText(host.text(value)),
    "void RemoveAll()": (self: XElement) => {
      self.removeNodes();
      for (const attribute of [...self.attributes]) attribute.remove();
    },
    "void RemoveAttributes()": (self: XElement) => {
      for (const attribute of [...self.attributes]) attribute.remove();
    },
    "IEnumerable<XElement> DescendantsAndSelf()": (self: XElement) => [self, ...self.descendants()],
    "XNamespace GetDefaultNamespace()": (self: XElement) => new XNamespace(self.namespaceOf("") ?? ""),
    "XNamespace GetNamespaceOfPrefix(string prefix)": (self: XElement, prefix: string) => {
      const uri = self.namespaceOf(prefix);
      return uri === undefined ? null : new XNamespace(uri);
    },
  },
};

const attributeDescription: TypeDescription = {
  name: `${space}.XAttribute`,
  kind: "class",
  base: "XObject",
  is: (value) => value instanceof XAttribute,
  members: {
    ...casts("XAttribute"),
    "new(XName name, object value)": (name: XName | null, value: Value, host: Host) => {
      if (value === null) throw argumentNull("value");
      return new XAttribute(
        required(name, "name"),
        typeof value === "boolean" ? String(value) : host.text(value),
      );
    },
    "XName Name": (self: XAttribute) => self.name,
    "string Value { get; set; }": {
      get: (self: XAttribute) => self.value,
      set: (self: XAttribute, value: string | null) => {
        self.value = required(value, "value");
      },
    },
    "bool IsNamespaceDeclaration": (self: XAttribute) => self.isDeclaration,
    "void Remove()": (self: XAttribute) => self.remove(),
    "void SetValue(object value)": (self: XAttribute, value: Value, host: Host) => {
      self.value = host.text(value);
    },
    "string ToString()": (self: XAttribute) => attributeText(self),
  },
};

function attributeText(attribute: XAttribute): string {
  const element = new XElement(new XName("a"), new XAttribute(attribute.name, attribute.value));
  return xmlText(element, false).slice(3, -3);
}

const documentDescription: TypeDescription = {
  name: `${space}.XDocument`,
  kind: "class",
  base: "XContainer",
  is: (value) => value instanceof XDocument,
  members: {
    "new(params object[] content)": (contents: readonly Value[], host: Host) =>
      new XDocument(contentOf(contents, host)),
    "static XDocument Parse(string text)": (text: string | null) => parseXmlDocument(text),
    "static XDocument Parse(string text, LoadOptions options)": (text: string | null, options: number) =>
      parseXmlDocument(text, options % 2 === 1),
    "XElement Root": (self: XDocument) => self.root,
  },
};

const extensionsDescription: TypeDescription = {
  name: `${space}.Extensions`,
  kind: "static",
  members: {
    "static void Remove(this IEnumerable<XNode> source)": (source: Iterable<Value>) => {
      for (const node of [...chargedElements(source)]) if (node instanceof XNode) node.remove();
    },
    "static IEnumerable<XElement> Elements(this IEnumerable<XContainer> source)": (source: Iterable<Value>) =>
      [...chargedElements(source)].flatMap((node) => (node instanceof XContainer ? node.elements() : [])),
    "static IEnumerable<XElement> Elements(this IEnumerable<XContainer> source, XName name)": (
      source: Iterable<Value>,
      name: XName | null,
    ) =>
      [...chargedElements(source)].flatMap((node) => (node instanceof XContainer ? node.elements(name) : [])),
    "static IEnumerable<XElement> Descendants(this IEnumerable<XContainer> source, XName name)": (
      source: Iterable<Value>,
      name: XName | null,
    ) =>
      [...chargedElements(source)].flatMap((node) =>
        node instanceof XContainer ? node.descendants(name) : [],
      ),
    "static IEnumerable<XAttribute> Attributes(this IEnumerable<XElement> source, XName name)": (
      source: Iterable<Value>,
      name: XName,
    ) =>
      [...chargedElements(source)].flatMap((node) =>
        node instanceof XElement ? (node.attribute(name) ?? []) : [],
      ),
  },
};

/** `System.Xml.Linq`. */
export const xmlTypes: readonly TypeDescription[] = [
  ...nameDescriptions,
  ...nodeDescriptions,
  containerDescription,
  elementDescription,
  attributeDescription,
  documentDescription,
  extensionsDescription,
  { name: `${space}.SaveOptions`, kind: "enum", flags: true, values: { None: 0, DisableFormatting: 1 } },
  { name: `${space}.LoadOptions`, kind: "enum", flags: true, values: { None: 0, PreserveWhitespace: 1 } },
];
