import { DotnetException } from "../exception.ts";
import { allocate, spend } from "../meter.ts";
import type { Value } from "../value.ts";
import { argumentException, argumentNull, invalidOperation, NotSimulatedError } from "./exceptions.ts";
import { scalarText } from "./scalar-text.ts";

const mostDepth = 500;

/** How many nodes of a list are moved or looked at in the time of one step. */
const shiftsOfStep = 128;

/** Refuses a depth that would end the stack. */
export function checkXmlDepth(depth: number): void {
  if (depth > mostDepth) throw new NotSimulatedError(`XML that is nested more than ${mostDepth} levels deep`);
}

/** `System.Xml.Linq.XNamespace`. */
export class XNamespace {
  readonly uri: string;

  constructor(uri: string | null) {
    if (uri === null) throw argumentNull("namespaceName");
    this.uri = uri;
  }

  static readonly none = new XNamespace("");
  static readonly xml = new XNamespace("http://www.w3.org/XML/1998/namespace");
  static readonly xmlns = new XNamespace("http://www.w3.org/2000/xmlns/");
}

/** `System.Xml.Linq.XName`: `{namespace}local`. */
export class XName {
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
  static parse(text: string | null): XName {
    if (text === null) throw argumentNull("name");
    if (text === "") throw argumentException("Invalid name.");
    const match = /^\{([^}]+)\}([\s\S]+)$/.exec(text);
    return match === null ? new XName(text) : new XName(match[2] ?? "", match[1]);
  }

  /** Whether it is the same name. */
  equals(other: XName | null): boolean {
    return other !== null && this.local === other.local && this.uri === other.uri;
  }

  /** Its text. */
  toString(): string {
    return this.uri === "" ? this.local : `{${this.uri}}${this.local}`;
  }
}

/** `System.Xml.Linq.XObject`: what a parent holds. */
export abstract class XObject {
  parent: XContainer | null = null;
}

/** `System.Xml.Linq.XAttribute`. */
export class XAttribute extends XObject {
  readonly name: XName;
  value: string;

  constructor(name: XName, value: string) {
    super();
    this.name = name;
    this.value = value;
  }

  /** It declares a namespace: `xmlns` or `xmlns:prefix`. */
  get isDeclaration(): boolean {
    return this.name.uri === XNamespace.xmlns.uri || (this.name.uri === "" && this.name.local === "xmlns");
  }

  /** Takes it out of its parent; throws an `InvalidOperationException` without one. */
  remove(): void {
    if (!(this.parent instanceof XElement)) throw invalidOperation("The parent is missing.");
    this.parent.removeAttribute(this);
  }
}

/** `System.Xml.Linq.XNode`. */
export abstract class XNode extends XObject {
  /** A copy without a parent. */
  abstract copy(depth?: number): XNode;

  /** Takes it out of its parent; throws an `InvalidOperationException` without one. */
  remove(): void {
    if (this.parent === null) throw invalidOperation("The parent is missing.");
    this.parent.removeNode(this);
  }

  /** `ReplaceWith(content)`. */
  replaceWith(content: Value): void {
    const { parent } = this;
    if (parent === null) throw invalidOperation("The parent is missing.");
    const place = parent.placeOf(this);
    parent.removeNode(this);
    parent.insert(place, content);
  }

  /** `AddAfterSelf` (1) and `AddBeforeSelf` (0). */
  addBeside(content: Value, offset: 0 | 1): void {
    const { parent } = this;
    if (parent === null) throw invalidOperation("The parent is missing.");
    parent.insert(parent.placeOf(this) + offset, content);
  }

  /** The node beside it: `NextNode` (1) or `PreviousNode` (-1). */
  sibling(step: 1 | -1): XNode | null {
    const { parent } = this;
    return parent?.nodes[parent.placeOf(this) + step] ?? null;
  }
}

/** `System.Xml.Linq.XText`, `XCData` and `XComment`. */
export class XText extends XNode {
  value: string;
  readonly kind: "text" | "cdata" | "comment";

  constructor(value: string, kind: "text" | "cdata" | "comment" = "text") {
    super();
    this.value = value;
    this.kind = kind;
  }

  /** A copy without a parent. */
  copy(): XText {
    spend(1);
    return new XText(this.value, this.kind);
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
export abstract class XContainer extends XNode {
  readonly nodes: XNode[] = [];

  /** Where a node stands below it; -1 when it does not. */
  placeOf(node: XNode): number {
    spend(this.nodes.length / shiftsOfStep);
    return this.nodes.indexOf(node);
  }

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
    } else if (content instanceof XAttribute) this.addAttribute(content);
    else if (content instanceof XDocument)
      throw argumentException("An XDocument cannot be added to content.");
    else this.insertNode(index, content instanceof XNode ? content : new XText(contentText(content)));
  }

  /** Takes an attribute. */
  protected addAttribute(_attribute: XAttribute): void {
    throw argumentException("An attribute cannot be added to content.");
  }

  private insertNode(index: number, node: XNode): void {
    const last = this.nodes[index - 1];
    if (node instanceof XText && node.kind === "text" && last instanceof XText && last.kind === "text") {
      allocate(node.value.length);
      last.value += node.value;
      return;
    }
    const loops = node === this || this.ancestors().some((each) => each === node);
    const placed = node.parent !== null || loops ? node.copy() : node;
    placed.parent = this;
    spend((this.nodes.length - index) / shiftsOfStep);
    this.nodes.splice(index, 0, placed);
  }

  /** Adds at the end. */
  add(content: Value): void {
    this.insert(this.nodes.length, content);
  }

  /** Takes a node out. */
  removeNode(node: XNode): void {
    const index = this.placeOf(node);
    if (index >= 0) this.nodes.splice(index, 1);
    node.parent = null;
  }

  /** Takes all nodes out. */
  removeNodes(): void {
    spend(this.nodes.length / 16);
    for (const node of this.nodes) node.parent = null;
    this.nodes.length = 0;
  }

  /** The containers above, nearest first. */
  ancestors(): XContainer[] {
    const list: XContainer[] = [];
    for (let each = this.parent; each !== null; each = each.parent) list.push(each);
    return list;
  }

  /** The elements directly below, of one name when it is given. */
  elements(name?: XName | null): XElement[] {
    spend(this.nodes.length / 16);
    return this.nodes.filter((node): node is XElement => {
      return node instanceof XElement && (name === undefined || node.name.equals(name));
    });
  }

  /** Every element below, parents first. */
  descendants(name?: XName | null): XElement[] {
    return this.descendantNodes().filter((node): node is XElement => {
      return node instanceof XElement && (name === undefined || node.name.equals(name));
    });
  }

  /** Every node below, parents first. */
  descendantNodes(depth = 0, found: XNode[] = []): XNode[] {
    checkXmlDepth(depth);
    for (const node of this.nodes) {
      spend(1);
      found.push(node);
      if (node instanceof XContainer) node.descendantNodes(depth + 1, found);
    }
    return found;
  }

  /** The texts within, one after the other. */
  get text(): string {
    return this.descendantNodes()
      .map((node) => (node instanceof XText && node.kind !== "comment" ? node.value : ""))
      .join("");
  }
}

/**
 * `System.Xml.Linq.XElement`.
 *
 * @see https://learn.microsoft.com/dotnet/api/system.xml.linq.xelement
 */
export class XElement extends XContainer {
  name: XName;
  readonly attributes: XAttribute[] = [];
  /** Written as `<a />` although a text was set or read: `IsEmpty` of what has no nodes. */
  closed = true;

  constructor(name: XName, content: Value = null) {
    super();
    this.name = name;
    this.add(content);
  }

  /** Takes an attribute. */
  protected override addAttribute(attribute: XAttribute): void {
    if (this.attribute(attribute.name) !== null) throw invalidOperation("Duplicate attribute.");
    const placed = attribute.parent === null ? attribute : new XAttribute(attribute.name, attribute.value);
    placed.parent = this;
    this.attributes.push(placed);
  }

  /** The attribute of a name. */
  attribute(name: XName): XAttribute | null {
    spend(this.attributes.length / 16);
    return this.attributes.find((attribute) => attribute.name.equals(name)) ?? null;
  }

  /** Takes an attribute out. */
  removeAttribute(attribute: XAttribute): void {
    const index = this.attributes.indexOf(attribute);
    if (index >= 0) this.attributes.splice(index, 1);
    attribute.parent = null;
  }

  /** `SetAttributeValue`: null removes it. */
  setAttribute(name: XName, value: Value): void {
    const existing = this.attribute(name);
    if (value === null) {
      if (existing !== null) this.removeAttribute(existing);
    } else if (existing !== null) existing.value = contentText(value);
    else this.addAttribute(new XAttribute(name, contentText(value)));
  }

  /** `SetElementValue`: null removes the first such element. */
  setElement(name: XName, value: Value): void {
    const existing = this.elements(name)[0];
    if (value === null) existing?.remove();
    else if (existing === undefined) this.add(new XElement(name, value));
    else existing.setText(contentText(value));
  }

  /** Puts a text in the place of all nodes. */
  setText(value: string): void {
    this.removeNodes();
    this.closed = false;
    if (value !== "") this.add(new XText(value));
  }

  /** The namespace of a prefix at this place; the empty prefix is that of the default namespace. */
  namespaceOf(prefix: string): string | undefined {
    const wanted = prefix === "" ? new XName("xmlns") : new XName(prefix, XNamespace.xmlns.uri);
    const own = this.attribute(wanted);
    if (own !== null) return own.value;
    if (prefix === "xml") return XNamespace.xml.uri;
    return this.parent instanceof XElement ? this.parent.namespaceOf(prefix) : undefined;
  }

  /** The prefix that is declared for a namespace at this place. */
  prefixOf(uri: string): string | undefined {
    if (uri === XNamespace.xml.uri) return "xml";
    spend(this.attributes.length / 16);
    const declared = this.attributes.find(
      ({ name, value }) => name.uri === XNamespace.xmlns.uri && value === uri,
    );
    if (declared !== undefined) return declared.name.local;
    return this.parent instanceof XElement ? this.parent.prefixOf(uri) : undefined;
  }

  /** A copy without a parent. */
  copy(depth = 0): XElement {
    checkXmlDepth(depth);
    spend(1);
    const element = new XElement(this.name);
    element.closed = this.closed;
    for (const { name, value } of this.attributes) element.addAttribute(new XAttribute(name, value));
    for (const node of this.nodes) {
      const child = node instanceof XElement ? node.copy(depth + 1) : node.copy();
      child.parent = element;
      element.nodes.push(child);
    }
    return element;
  }
}

/** `System.Xml.Linq.XDocument`. */
export class XDocument extends XContainer {
  /** The attributes of the XML declaration as they are written; `null` without one. */
  declaration: string | null = null;

  constructor(content: Value = null) {
    super();
    this.add(content);
  }

  get root(): XElement | null {
    return this.elements()[0] ?? null;
  }

  /** A copy without a parent. */
  copy(): XDocument {
    const document = new XDocument(this.nodes.map((node) => node.copy()));
    document.declaration = this.declaration;
    return document;
  }
}
