import { spend } from "../meter.ts";
import { newLine } from "./exceptions.ts";
import {
  checkXmlDepth,
  type XAttribute,
  XDocument,
  XElement,
  type XName,
  XNamespace,
  type XNode,
  XText,
} from "./xml-node.ts";

function escapedText(text: string): string {
  spend(text.length / 16);
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll("\r", "&#xD;");
}

function escapedAttribute(text: string): string {
  return escapedText(text).replaceAll('"', "&quot;").replaceAll("\n", "&#xA;").replaceAll("\t", "&#x9;");
}

/** The declarations that are in force where an element is written. */
type Scope = ReadonlyMap<string, string>;

/** A prefix for a namespace: one that is declared, else a new one, which is added to the element's declarations. */
function prefixFor(uri: string, scope: Map<string, string>, added: string[], isAttribute: boolean): string {
  for (const [prefix, namespace] of scope) {
    if (namespace === uri && (!isAttribute || prefix !== "")) return prefix;
  }
  if (!isAttribute) {
    scope.set("", uri);
    added.push(`xmlns="${escapedAttribute(uri)}"`);
    return "";
  }
  const prefix = `p${scope.size + 1}`;
  scope.set(prefix, uri);
  added.push(`xmlns:${prefix}="${escapedAttribute(uri)}"`);
  return prefix;
}

function qualified(name: XName, prefix: string): string {
  return prefix === "" ? name.local : `${prefix}:${name.local}`;
}

function declare(attribute: XAttribute, scope: Map<string, string>): void {
  scope.set(attribute.name.uri === "" ? "" : attribute.name.local, attribute.value);
}

function attributeText(attribute: XAttribute, scope: Map<string, string>, added: string[]): string {
  const { name, value } = attribute;
  if (name.uri === XNamespace.xmlns.uri) return `xmlns:${name.local}="${escapedAttribute(value)}"`;
  const prefix = name.uri === "" ? "" : prefixFor(name.uri, scope, added, true);
  return `${qualified(name, prefix)}="${escapedAttribute(value)}"`;
}

function startTag(
  element: XElement,
  scope: Map<string, string>,
): { readonly name: string; readonly tag: string } {
  for (const attribute of element.attributes.filter(({ isDeclaration }) => isDeclaration))
    declare(attribute, scope);
  const added: string[] = [];
  const { uri } = element.name;
  const plain = uri === "" && (scope.get("") ?? "") === "";
  const name = qualified(element.name, plain ? "" : prefixFor(uri, scope, added, false));
  const attributes = element.attributes.map((attribute) => attributeText(attribute, scope, added));
  return { name, tag: [name, ...attributes, ...added].join(" ") };
}

function elementText(element: XElement, scope: Scope, indent: number | null): string {
  spend(1 + element.attributes.length + scope.size / 4);
  const inner = new Map(scope);
  const { name, tag } = startTag(element, inner);
  if (element.nodes.length === 0) return element.closed ? `<${tag} />` : `<${tag}></${name}>`;
  const mixed = element.nodes.some((node) => node instanceof XText && node.kind !== "comment");
  const deeper = indent === null || mixed ? null : indent + 1;
  const parts = element.nodes.map((node) => nodeText(node, inner, deeper, (indent ?? 0) + 1));
  if (deeper === null) return `<${tag}>${parts.join("")}</${name}>`;
  const lines = parts.map((part) => newLine + "  ".repeat(deeper) + part).join("");
  return `<${tag}>${lines}${newLine}${"  ".repeat(deeper - 1)}</${name}>`;
}

function nodeText(node: XNode, scope: Scope, indent: number | null, depth: number): string {
  checkXmlDepth(depth);
  spend(1);
  if (node instanceof XElement) return elementText(node, scope, indent);
  if (!(node instanceof XText)) return "";
  if (node.kind === "cdata") return `<![CDATA[${node.value}]]>`;
  return node.kind === "comment" ? `<!--${node.value}-->` : escapedText(node.value);
}

/** The declarations above a node, which its text need not repeat. */
const standardScope: Scope = new Map([["xml", XNamespace.xml.uri]]);

/**
 * `ToString()` of a node: indented by two spaces unless `SaveOptions.DisableFormatting`. A document is written without its declaration,
 * as .NET does.
 */
export function xmlText(node: XNode, indented: boolean): string {
  const indent = indented ? 0 : null;
  if (!(node instanceof XDocument)) return nodeText(node, standardScope, indent, 0);
  const parts = node.nodes.map((child) => nodeText(child, standardScope, indent, 0));
  return parts.join(indented ? newLine : "");
}
