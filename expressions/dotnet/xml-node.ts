import { DotnetException } from "../exception.ts";
import type { Value } from "../value.ts";
import { argumentException, argumentNull, invalidOperation, NotSimulatedError } from "./exceptions.ts";
import { scalarText } from "./scalar-text.ts";

const mostDepth = 500;

/** Refuses a depth that would end the stack. */
export function checkXmlDepth(depth: number): void {
  if (depth > mostDepth) throw new NotSimulatedError(`XML that is nested more than ${mostDepth} levels deep`);
}

/** `System.Xml.Linq.XNamespace`. */
export class XmlNamespace {
  readonly uri: string;

  constructor(uri: string | null) {
    if (uri === null) throw argumentNull("namespaceName");
    this.uri = uri;
  }

  static readonly none = new XmlNamespace("");
  static readonly xml = new XmlNamespace("http://www.w3.org/XML/1998/namespace");
  static readonly xmlns = new XmlNamespace("http://www.w3.org/2000/xmlns/");
}

/** `System.Xml.Linq.XName`: `{namespace}local`. */
export class XmlName {
  readonly uri: string;
  readonly local: string;

  constructor(local: string, uri = "") {
    if (!/^[\p{L}_][\p{L}\p{N}\p{M}._-]*$/u.test(local)) {
      const bad = /[^\p{L}\p{N}\p{M}._-]/u.exec(local)?.[0] ?? local[0] ?? "";
      throw new DotnetException(
        "System.Xml.XmlException",
        local === ""
          ? "The empty string '' is not a valid name."
          : `The '${bad}' character, hexadecimal value 0x${(bad.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(2, "0")}, cannot be included in a name.`,
      );
    }
    this.local = local;
    this.uri = uri;
  }

  /** Reads `{namespace}local`. */
  static parse(text: string | null): XmlName {
    if (text === null) throw argumentNull("name");
    if (text === "") throw argumentException("Invalid name.");
    const match = /^\{([^}]+)\}([\s\S]+)$/.exec(text);
    return match === null ? new XmlName(text) : new XmlName(match[2] ?? "", match[1]);
  }

  /** Whether it is the same name. */
  equals(other: XmlName | null): boolean {
    return other !== null && this.local === other.local && this.uri === other.uri;
  }

  /** Its text. */
  toString(): string {
    return this.uri === "" ? this.local : `{${this.uri}}${this.local}`;
  }
}

/** `System.Xml.Linq.XObject`: what a parent holds. */
export abstract class XmlObject {
  parent: XmlContainer | null = null;
}

/** `System.Xml.Linq.XAttribute`. */
export class XmlAttribute extends XmlObject {
  readonly name: XmlName;
  value: string;

  constructor(name: XmlName, value: string) {
    super();
    this.name = name;
    this.value = value;
  }

  /** It declares a namespace: `xmlns` or `xmlns:prefix`. */
  get isDeclaration(): boolean {
    return this.name.uri === XmlNamespace.xmlns.uri || (this.name.uri === "" && this.name.local === "xmlns");
  }

  /** Takes it out of its parent; throws an `InvalidOperationException` without one. */
  remove(): void {
    if (!(this.parent instanceof XmlElement)) throw invalidOperation("The parent is missing.");
    this.parent.removeAttribute(this);
  }
}

/** `System.Xml.Linq.XNode`. */
export abstract class XmlNode extends XmlObject {
  /** A copy without a parent. */
  abstract copy(depth?: number): XmlNode;

  /** Takes it out of its parent; throws an `InvalidOperationException` without one. */
  remove(): void {
    if (this.parent === null) throw invalidOperation("The parent is missing.");
    this.parent.removeNode(this);
  }

  /** `ReplaceWith(content)`. */
  replaceWith(content: Value): void {
    const { parent } = this;
    if (parent === null) throw invalidOperation("The parent is missing.");
    const place = parent.nodes.indexOf(this);
    parent.removeNode(this);
    parent.insert(place, content);
  }

  /** `AddAfterSelf` (1) and `AddBeforeSelf` (0). */
  addBeside(content: Value, offset: 0 | 1): void {
    const { parent } = this;
    if (parent === null) throw invalidOperation("The parent is missing.");
    parent.insert(parent.nodes.indexOf(this) + offset, content);
  }

  /** The node beside it: `NextNode` (1) or `PreviousNode` (-1). */
  sibling(step: 1 | -1): XmlNode | null {
    const siblings = this.parent?.nodes ?? [];
    return siblings[siblings.indexOf(this) + step] ?? null;
  }
}

/** `System.Xml.Linq.XText`, `XCData` and `XComment`. */
export class XmlText extends XmlNode {
  value: string;
  readonly kind: "text" | "cdata" | "comment";

  constructor(value: string, kind: "text" | "cdata" | "comment" = "text") {
    super();
    this.value = value;
    this.kind = kind;
  }

  /** A copy without a parent. */
  copy(): XmlText {
    return new XmlText(this.value, this.kind);
  }
}

/** The text that a content of another type becomes; throws an `ArgumentException` for what has none. */
export function contentText(value: Value): string {
  if (typeof value === "boolean") return value ? "true" : "false";
  const text = scalarText(value, isDate(value) ? "yyyy-MM-ddTHH:mm:ss.FFFFFFFK" : null);
  if (text === undefined) throw argumentException("An XElement cannot hold a content of this type.");
  return text;
}

function isDate(value: Value): boolean {
  return typeof value === "object" && value !== null && "dayOfWeek" in value;
}

/** `System.Xml.Linq.XContainer`: an element or a document. */
export abstract class XmlContainer extends XmlNode {
  readonly nodes: XmlNode[] = [];

  /** Inserts nodes, attributes, texts, or each of an array of them; a node that has a parent is copied. */
  insert(index: number, content: Value): void {
    if (content === null) return;
    if (Array.isArray(content)) {
      let place = index;
      for (const part of content) {
        const before = this.nodes.length;
        this.insert(place, part);
        place += this.nodes.length - before;
      }
    } else if (content instanceof XmlAttribute) this.addAttribute(content);
    else if (content instanceof XmlDocument)
      throw argumentException("An XDocument cannot be added to content.");
    else this.insertNode(index, content instanceof XmlNode ? content : new XmlText(contentText(content)));
  }

  /** Takes an attribute. */
  protected addAttribute(_attribute: XmlAttribute): void {
    throw argumentException("An attribute cannot be added to content.");
  }

  private insertNode(index: number, node: XmlNode): void {
    const last = this.nodes[index - 1];
    if (node instanceof XmlText && node.kind === "text" && last instanceof XmlText && last.kind === "text") {
      last.value += node.value;
      return;
    }
    const loops = node === this || this.ancestors().some((each) => each === node);
    const placed = node.parent !== null || loops ? node.copy() : node;
    placed.parent = this;
    this.nodes.splice(index, 0, placed);
  }

  /** Adds at the end. */
  add(content: Value): void {
    this.insert(this.nodes.length, content);
  }

  /** Takes a node out. */
  removeNode(node: XmlNode): void {
    const index = this.nodes.indexOf(node);
    if (index >= 0) this.nodes.splice(index, 1);
    node.parent = null;
  }

  /** Takes all nodes out. */
  removeNodes(): void {
    for (const node of this.nodes) node.parent = null;
    this.nodes.length = 0;
  }

  /** The containers above, nearest first. */
  ancestors(): XmlContainer[] {
    const list: XmlContainer[] = [];
    for (let each = this.parent; each !== null; each = each.parent) list.push(each);
    return list;
  }

  /** The elements directly below, of one name when it is given. */
  elements(name?: XmlName | null): XmlElement[] {
    return this.nodes.filter((node): node is XmlElement => {
      return node instanceof XmlElement && (name === undefined || node.name.equals(name));
    });
  }

  /** Every element below, parents first. */
  descendants(name?: XmlName | null): XmlElement[] {
    return this.descendantNodes().filter((node): node is XmlElement => {
      return node instanceof XmlElement && (name === undefined || node.name.equals(name));
    });
  }

  /** Every node below, parents first. */
  descendantNodes(depth = 0): XmlNode[] {
    checkXmlDepth(depth);
    return this.nodes.flatMap((node) => [
      node,
      ...(node instanceof XmlContainer ? node.descendantNodes(depth + 1) : []),
    ]);
  }

  /** The texts within, one after the other. */
  get text(): string {
    return this.descendantNodes()
      .map((node) => (node instanceof XmlText && node.kind !== "comment" ? node.value : ""))
      .join("");
  }
}

/**
 * `System.Xml.Linq.XElement`.
 *
 * @see https://learn.microsoft.com/dotnet/api/system.xml.linq.xelement
 */
export class XmlElement extends XmlContainer {
  name: XmlName;
  readonly attributes: XmlAttribute[] = [];
  /** Written as `<a />` although a text was set or read: `IsEmpty` of what has no nodes. */
  closed = true;

  constructor(name: XmlName, content: Value = null) {
    super();
    this.name = name;
    this.add(content);
  }

  /** Takes an attribute. */
  protected override addAttribute(attribute: XmlAttribute): void {
    if (this.attribute(attribute.name) !== null) throw invalidOperation("Duplicate attribute.");
    const placed = attribute.parent === null ? attribute : new XmlAttribute(attribute.name, attribute.value);
    placed.parent = this;
    this.attributes.push(placed);
  }

  /** The attribute of a name. */
  attribute(name: XmlName): XmlAttribute | null {
    return this.attributes.find((attribute) => attribute.name.equals(name)) ?? null;
  }

  /** Takes an attribute out. */
  removeAttribute(attribute: XmlAttribute): void {
    const index = this.attributes.indexOf(attribute);
    if (index >= 0) this.attributes.splice(index, 1);
    attribute.parent = null;
  }

  /** `SetAttributeValue`: null removes it. */
  setAttribute(name: XmlName, value: Value): void {
    const existing = this.attribute(name);
    if (value === null) {
      if (existing !== null) this.removeAttribute(existing);
    } else if (existing !== null) existing.value = contentText(value);
    else this.addAttribute(new XmlAttribute(name, contentText(value)));
  }

  /** `SetElementValue`: null removes the first such element. */
  setElement(name: XmlName, value: Value): void {
    const existing = this.elements(name)[0];
    if (value === null) existing?.remove();
    else if (existing === undefined) this.add(new XmlElement(name, value));
    else existing.setText(contentText(value));
  }

  /** Puts a text in the place of all nodes. */
  setText(value: string): void {
    this.removeNodes();
    this.closed = false;
    if (value !== "") this.add(new XmlText(value));
  }

  /** The namespace of a prefix at this place; the empty prefix is that of the default namespace. */
  namespaceOf(prefix: string): string | undefined {
    const wanted = prefix === "" ? new XmlName("xmlns") : new XmlName(prefix, XmlNamespace.xmlns.uri);
    const own = this.attribute(wanted);
    if (own !== null) return own.value;
    if (prefix === "xml") return XmlNamespace.xml.uri;
    return this.parent instanceof XmlElement ? this.parent.namespaceOf(prefix) : undefined;
  }

  /** The prefix that is declared for a namespace at this place. */
  prefixOf(uri: string): string | undefined {
    if (uri === XmlNamespace.xml.uri) return "xml";
    const declared = this.attributes.find(
      ({ name, value }) => name.uri === XmlNamespace.xmlns.uri && value === uri,
    );
    if (declared !== undefined) return declared.name.local;
    return this.parent instanceof XmlElement ? this.parent.prefixOf(uri) : undefined;
  }

  /** A copy without a parent. */
  copy(depth = 0): XmlElement {
    checkXmlDepth(depth);
    const element = new XmlElement(this.name);
    element.closed = this.closed;
    for (const { name, value } of this.attributes) element.addAttribute(new XmlAttribute(name, value));
    for (const node of this.nodes) {
      const child = node instanceof XmlElement ? node.copy(depth + 1) : node.copy();
      child.parent = element;
      element.nodes.push(child);
    }
    return element;
  }
}

/** `System.Xml.Linq.XDocument`. */
export class XmlDocument extends XmlContainer {
  /** The attributes of the XML declaration as they are written; `null` without one. */
  declaration: string | null = null;

  constructor(content: Value = null) {
    super();
    this.add(content);
  }

  get root(): XmlElement | null {
    return this.elements()[0] ?? null;
  }

  /** A copy without a parent. */
  copy(): XmlDocument {
    const document = new XmlDocument(this.nodes.map((node) => node.copy()));
    document.declaration = this.declaration;
    return document;
  }
}
