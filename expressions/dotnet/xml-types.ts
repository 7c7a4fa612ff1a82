import type { Host, Implementation, TypeDescription } from "../type-description.ts";
import type { Value } from "../value.ts";
import { DateTime } from "./date-time.ts";
import { argumentNull, required } from "./exceptions.ts";
import { scalarTo } from "./json-cast.ts";
import { defaultScalar } from "./json-object.ts";
import {
  XmlAttribute,
  XmlContainer,
  XmlDocument,
  XmlElement,
  XmlName,
  XmlNamespace,
  XmlNode,
  XmlObject,
  XmlText,
} from "./xml-node.ts";
import { parseXmlDocument, parseXmlElement } from "./xml-reader.ts";
import { xmlText } from "./xml-text.ts";

type Members = Readonly<Record<string, Implementation>>;

const space = "System.Xml.Linq";

function spender(host: Host): (steps: number) => void {
  return (steps) => host.spend(steps);
}

function written(node: XmlNode, options: number, host: Host): string {
  const text = xmlText(node, options % 2 === 0, spender(host));
  host.allocate(text.length);
  return text;
}

/** What a `params object[]` or a single content holds: lists are opened, texts and values stay. */
function contentOf(content: Value, host: Host): Value {
  if (content === null || content instanceof XmlObject || typeof content !== "object") return content;
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
  const textOf = (value: XmlElement | XmlAttribute) =>
    value instanceof XmlElement ? value.text : value.value;
  return Object.fromEntries(
    castTypes.flatMap((target): [string, Implementation][] => {
      const cast = (nullable: boolean) => (value: XmlElement | XmlAttribute | null, host: Host) => {
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
    is: (value) => value instanceof XmlName,
    identity: (self: XmlName) => self.toString(),
    members: {
      "static XName Get(string expandedName)": XmlName.parse,
      "static XName Get(string localName, string namespaceName)": (local: string, uri: string | null) =>
        new XmlName(local, uri ?? ""),
      "static implicit operator XName(string expandedName)": (text: string | null) =>
        text === null ? null : XmlName.parse(text),
      "string LocalName": (self: XmlName) => self.local,
      "string NamespaceName": (self: XmlName) => self.uri,
      "XNamespace Namespace": (self: XmlName) => new XmlNamespace(self.uri),
      "string ToString()": (self: XmlName) => self.toString(),
      "static bool operator ==(XName left, XName right)": sameName,
      "static bool operator !=(XName left, XName right)": (left: XmlName | null, right: XmlName | null) =>
        !sameName(left, right),
    },
  },
  {
    name: `${space}.XNamespace`,
    kind: "class",
    is: (value) => value instanceof XmlNamespace,
    identity: (self: XmlNamespace) => self.uri,
    members: {
      "static XNamespace None": () => XmlNamespace.none,
      "static XNamespace Xml": () => XmlNamespace.xml,
      "static XNamespace Xmlns": () => XmlNamespace.xmlns,
      "static XNamespace Get(string namespaceName)": (uri: string | null) => new XmlNamespace(uri),
      "static implicit operator XNamespace(string namespaceName)": (uri: string | null) =>
        uri === null ? null : new XmlNamespace(uri),
      "static XName operator +(XNamespace ns, string localName)": (namespace: XmlNamespace, local: string) =>
        new XmlName(local, namespace.uri),
      "string NamespaceName": (self: XmlNamespace) => self.uri,
      "XName GetName(string localName)": (self: XmlNamespace, local: string) => new XmlName(local, self.uri),
      "string ToString()": (self: XmlNamespace) => self.uri,
    },
  },
];

function sameName(left: XmlName | null, right: XmlName | null): boolean {
  return left === null ? right === null : left.equals(right);
}

function documentOf(self: XmlObject): XmlDocument | null {
  let node: XmlObject | null = self;
  while (node !== null && !(node instanceof XmlDocument)) node = node.parent;
  return node;
}

const textValue = {
  get: (self: XmlText) => self.value,
  set: (self: XmlText, value: string) => {
    self.value = value;
  },
};

const nodeDescriptions: readonly TypeDescription[] = [
  {
    name: `${space}.XObject`,
    kind: "class",
    members: {
      "XElement Parent": (self: XmlObject) => (self.parent instanceof XmlElement ? self.parent : null),
      "XDocument Document": documentOf,
    },
  },
  {
    name: `${space}.XNode`,
    kind: "class",
    base: "XObject",
    members: {
      "void Remove()": (self: XmlNode) => self.remove(),
      "void ReplaceWith(object content)": (self: XmlNode, content: Value, host: Host) =>
        self.replaceWith(contentOf(content, host)),
      "void AddAfterSelf(object content)": (self: XmlNode, content: Value, host: Host) =>
        self.addBeside(contentOf(content, host), 1),
      "void AddBeforeSelf(object content)": (self: XmlNode, content: Value, host: Host) =>
        self.addBeside(contentOf(content, host), 0),
      "XNode NextNode": (self: XmlNode) => self.sibling(1),
      "XNode PreviousNode": (self: XmlNode) => self.sibling(-1),
      "IEnumerable<XElement> Ancestors()": (self: XmlNode) => elementsAbove(self),
      "IEnumerable<XElement> Ancestors(XName name)": (self: XmlNode, name: XmlName) =>
        elementsAbove(self).filter((element) => element.name.equals(name)),
      "string ToString()": (self: XmlNode, host: Host) => written(self, 0, host),
      "string ToString(SaveOptions options)": written,
    },
  },
  {
    name: `${space}.XText`,
    kind: "class",
    base: "XNode",
    is: (value) => value instanceof XmlText && value.kind === "text",
    members: {
      "new(string value)": (text: string | null) => new XmlText(required(text, "value")),
      "string Value { get; set; }": textValue,
    },
  },
  {
    name: `${space}.XCData`,
    kind: "class",
    base: "XText",
    is: (value) => value instanceof XmlText && value.kind === "cdata",
    members: { "new(string value)": (text: string | null) => new XmlText(required(text, "value"), "cdata") },
  },
  {
    name: `${space}.XComment`,
    kind: "class",
    base: "XNode",
    is: (value) => value instanceof XmlText && value.kind === "comment",
    members: {
      "new(string value)": (text: string | null) => new XmlText(required(text, "value"), "comment"),
      "string Value { get; set; }": textValue,
    },
  },
];

function elementsAbove(node: XmlNode): XmlElement[] {
  const list: XmlElement[] = [];
  for (let each: XmlContainer | null = node.parent; each !== null; each = each.parent) {
    if (each instanceof XmlElement) list.push(each);
  }
  return list;
}

const containerDescription: TypeDescription = {
  name: `${space}.XContainer`,
  kind: "class",
  base: "XNode",
  members: {
    "void Add(object content)": (self: XmlContainer, content: Value, host: Host) => {
      host.allocate(1);
      self.add(contentOf(content, host));
    },
    "void Add(params object[] content)": (self: XmlContainer, contents: readonly Value[], host: Host) =>
      self.add(contentOf(contents, host)),
    "void AddFirst(object content)": (self: XmlContainer, content: Value, host: Host) =>
      self.insert(0, contentOf(content, host)),
    "XElement Element(XName name)": (self: XmlContainer, name: XmlName | null) =>
      self.elements(name)[0] ?? null,
    "IEnumerable<XElement> Elements()": (self: XmlContainer) => self.elements(),
    "IEnumerable<XElement> Elements(XName name)": (self: XmlContainer, name: XmlName | null) =>
      self.elements(name),
    "IEnumerable<XElement> Descendants()": (self: XmlContainer) => self.descendants(),
    "IEnumerable<XElement> Descendants(XName name)": (self: XmlContainer, name: XmlName | null) =>
      self.descendants(name),
    "IEnumerable<XNode> DescendantNodes()": (self: XmlContainer) => self.descendantNodes(),
    "IEnumerable<XNode> Nodes()": (self: XmlContainer) => [...self.nodes],
    "XNode FirstNode": (self: XmlContainer) => self.nodes[0] ?? null,
    "XNode LastNode": (self: XmlContainer) => self.nodes.at(-1) ?? null,
    "void RemoveNodes()": (self: XmlContainer) => self.removeNodes(),
    "void ReplaceNodes(object content)": (self: XmlContainer, content: Value, host: Host) => {
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
  is: (value) => value instanceof XmlElement,
  members: {
    ...casts("XElement"),
    "new(XName name)": (name: XmlName | null) => new XmlElement(required(name, "name")),
    "new(XName name, params object[] content)": (
      name: XmlName | null,
      contents: readonly Value[],
      host: Host,
    ) => new XmlElement(required(name, "name"), contentOf(contents, host)),
    "new(XElement other)": (other: XmlElement) => other.copy(),
    "static XElement Parse(string text)": (text: string | null, host: Host) =>
      parseXmlElement(text, false, spender(host)),
    "static XElement Parse(string text, LoadOptions options)": (
      text: string | null,
      options: number,
      host: Host,
    ) => parseXmlElement(text, options % 2 === 1, spender(host)),
    "XName Name { get; set; }": {
      get: (self: XmlElement) => self.name,
      set: (self: XmlElement, name: XmlName) => {
        self.name = name;
      },
    },
    "string Value { get; set; }": {
      get: (self: XmlElement) => self.text,
      set: (self: XmlElement, value: string | null) => self.setText(required(value, "value")),
    },
    "bool IsEmpty": (self: XmlElement) => self.nodes.length === 0 && self.closed,
    "bool HasElements": (self: XmlElement) => self.elements().length > 0,
    "bool HasAttributes": (self: XmlElement) => self.attributes.length > 0,
    "XAttribute Attribute(XName name)": (self: XmlElement, name: XmlName) => self.attribute(name),
    "IEnumerable<XAttribute> Attributes()": (self: XmlElement) => [...self.attributes],
    "IEnumerable<XAttribute> Attributes(XName name)": (self: XmlElement, name: XmlName) =>
      self.attributes.filter((attribute) => attribute.name.equals(name)),
    "XAttribute FirstAttribute": (self: XmlElement) => self.attributes[0] ?? null,
    "void SetAttributeValue(XName name, object value)": (self: XmlElement, name: XmlName, value: Value) =>
      self.setAttribute(name, value),
    "void SetElementValue(XName name, object value)": (self: XmlElement, name: XmlName, value: Value) =>
      self.setElement(name, value),
    "void SetValue(object value)": (self: XmlElement, value: Value, host: Host) =>
      self.setText(host.text(value)),
    "void RemoveAll()": (self: XmlElement) => {
      self.removeNodes();
      for (const attribute of [...self.attributes]) attribute.remove();
    },
    "void RemoveAttributes()": (self: XmlElement) => {
      for (const attribute of [...self.attributes]) attribute.remove();
    },
    "IEnumerable<XElement> DescendantsAndSelf()": (self: XmlElement) => [self, ...self.descendants()],
    "XNamespace GetDefaultNamespace()": (self: XmlElement) => new XmlNamespace(self.namespaceOf("") ?? ""),
    "XNamespace GetNamespaceOfPrefix(string prefix)": (self: XmlElement, prefix: string) => {
      const uri = self.namespaceOf(prefix);
      return uri === undefined ? null : new XmlNamespace(uri);
    },
  },
};

const attributeDescription: TypeDescription = {
  name: `${space}.XAttribute`,
  kind: "class",
  base: "XObject",
  is: (value) => value instanceof XmlAttribute,
  members: {
    ...casts("XAttribute"),
    "new(XName name, object value)": (name: XmlName | null, value: Value, host: Host) => {
      if (value === null) throw argumentNull("value");
      return new XmlAttribute(
        required(name, "name"),
        typeof value === "boolean" ? String(value) : host.text(value),
      );
    },
    "XName Name": (self: XmlAttribute) => self.name,
    "string Value { get; set; }": {
      get: (self: XmlAttribute) => self.value,
      set: (self: XmlAttribute, value: string | null) => {
        self.value = required(value, "value");
      },
    },
    "bool IsNamespaceDeclaration": (self: XmlAttribute) => self.isDeclaration,
    "void Remove()": (self: XmlAttribute) => self.remove(),
    "void SetValue(object value)": (self: XmlAttribute, value: Value, host: Host) => {
      self.value = host.text(value);
    },
    "string ToString()": (self: XmlAttribute) => attributeText(self),
  },
};

function attributeText(attribute: XmlAttribute): string {
  const element = new XmlElement(new XmlName("a"), new XmlAttribute(attribute.name, attribute.value));
  return xmlText(element, false).slice(3, -3);
}

const documentDescription: TypeDescription = {
  name: `${space}.XDocument`,
  kind: "class",
  base: "XContainer",
  is: (value) => value instanceof XmlDocument,
  members: {
    "new(params object[] content)": (contents: readonly Value[], host: Host) =>
      new XmlDocument(contentOf(contents, host)),
    "static XDocument Parse(string text)": (text: string | null, host: Host) =>
      parseXmlDocument(text, false, spender(host)),
    "static XDocument Parse(string text, LoadOptions options)": (
      text: string | null,
      options: number,
      host: Host,
    ) => parseXmlDocument(text, options % 2 === 1, spender(host)),
    "XElement Root": (self: XmlDocument) => self.root,
  },
};

const extensionsDescription: TypeDescription = {
  name: `${space}.Extensions`,
  kind: "static",
  members: {
    "static void Remove(this IEnumerable<XNode> source)": (source: Iterable<Value>) => {
      for (const node of [...source]) if (node instanceof XmlNode) node.remove();
    },
    "static IEnumerable<XElement> Elements(this IEnumerable<XContainer> source)": (source: Iterable<Value>) =>
      [...source].flatMap((node) => (node instanceof XmlContainer ? node.elements() : [])),
    "static IEnumerable<XElement> Elements(this IEnumerable<XContainer> source, XName name)": (
      source: Iterable<Value>,
      name: XmlName | null,
    ) => [...source].flatMap((node) => (node instanceof XmlContainer ? node.elements(name) : [])),
    "static IEnumerable<XElement> Descendants(this IEnumerable<XContainer> source, XName name)": (
      source: Iterable<Value>,
      name: XmlName | null,
    ) => [...source].flatMap((node) => (node instanceof XmlContainer ? node.descendants(name) : [])),
    "static IEnumerable<XAttribute> Attributes(this IEnumerable<XElement> source, XName name)": (
      source: Iterable<Value>,
      name: XmlName,
    ) => [...source].flatMap((node) => (node instanceof XmlElement ? (node.attribute(name) ?? []) : [])),
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
