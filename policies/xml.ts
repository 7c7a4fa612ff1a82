import { isPolicyCode, type Liquid, type Text } from "./expression.ts";
import { PolicyError } from "./policy-error.ts";

/** A value of an attribute, or the text of an element. */
export type XmlValue = Text | Liquid | number | boolean;

/** A value with a rule that it must keep, which is told the value's place. */
export interface CheckedValue {
  readonly value: XmlValue;
  /** @throws {PolicyError} when the value must not be written. */
  readonly check: (path: string) => void;
}

/** Attributes in the order in which they are written; `undefined` leaves one out. */
export type Attributes = Readonly<Record<string, XmlValue | CheckedValue | undefined>>;

/** An element before it is written: either child elements or a text, never both. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Attributes;
  readonly content: readonly XmlElement[] | XmlValue | CheckedValue;
  /** What must hold of its attributes and children together. @throws {PolicyError} when it does not. */
  readonly check?: (path: string) => void;
  /** Text of a document that is written in place of the element, as it stands. */
  readonly verbatim?: string;
}

/** `element("set-header", { name: "Accept" }, [element("value", {}, "text/plain")])`. */
export function element(
  name: string,
  attributes: Attributes = {},
  content: XmlElement["content"] = [],
): XmlElement {
  return { name, attributes, content };
}

/**
 * Writes an element as canonical XML: two spaces a level, `\n` at each line's end, attributes in the given order, no
 * white space added to a text. The same input gives the same bytes.
 *
 * This is the only place that writes policy text. No value can change the structure, and no text can start a policy
 * expression (`@(`, `@{`) or a named value (`{{`): those are made by `expression` and `namedValue` alone.
 *
 * @throws {PolicyError} `PROHIBITED_CHARACTER`, `EXPRESSION_IN_TEXT` with the value's place.
 * @see https://learn.microsoft.com/azure/api-management/api-management-policy-expressions
 */
export function writeXml(root: XmlElement): string {
  return `${lines(root, root.name, "").join("\n")}\n`;
}

function lines(node: XmlElement, path: string, indent: string): string[] {
  node.check?.(path);
  if (node.verbatim !== undefined) return verbatimLines(node.verbatim);
  const { name, attributes, content } = node;
  const tag = indent + startTag(name, attributes, path, indent);
  if (!isElements(content)) {
    const text = escapeText(checkedValue(content, path), path);
    return [text === "" ? `${tag} />` : `${tag}>${text}</${name}>`];
  }
  if (content.length === 0) return [`${tag} />`];
  const names = content.map((child) => child.name);
  const children = content.flatMap((child, index) =>
    lines(child, placeAmong(path, names, index), `${indent}  `),
  );
  return [`${tag}>`, ...children, `${indent}</${name}>`];
}

/** Whether an element has elements in it, and no text. */
export function isElements(content: XmlElement["content"]): content is readonly XmlElement[] {
  return Array.isArray(content);
}

// With its own indentation: white space in it may mean something.
function verbatimLines(verbatim: string): string[] {
  const text = verbatim.replace(/^\s*\n/, "").trimEnd();
  return text === "" ? [] : [text];
}

function startTag(name: string, attributes: Attributes, path: string, indent: string): string {
  const written = Object.entries(attributes).flatMap(([key, value]) =>
    value === undefined ? [] : [` ${key}=${quoted(value, `${path}/@${key}`, indent)}`],
  );
  return `<${name}${written.join("")}`;
}

function checkedValue(value: XmlValue | CheckedValue, path: string): XmlValue {
  if (typeof value !== "object" || !("check" in value)) return value;
  value.check(path);
  return value.value;
}

function quoted(written: XmlValue | CheckedValue, path: string, indent: string): string {
  const value = checkedValue(written, path);
  if (isPolicyCode(value)) return quotedCode(textOf(value, path), indent);
  return `"${escapeAttribute(String(value), path)}"`;
}

/** Well-formed XML, so that every tool reads it, with the quotes of C# as they are where that can be. */
function quotedCode(text: string, indent: string): string {
  const code = text.replace(/[&<>\t]/g, (character) => attributeEntities[character] ?? character);
  // A comment up to its line's end, or a text of C# that may hold line ends, needs them as they are; elsewhere they are white space.
  const lines = /\/\/|@\$?"/.test(text)
    ? code.replaceAll("\n", "&#xA;")
    : code.replaceAll("\n", `\n${indent}`);
  return lines.includes("'") ? `"${lines.replaceAll('"', "&quot;")}"` : `'${lines}'`;
}

/** The place of one sibling: `placeAmong("inbound", ["base", "cors", "cors"], 2)` → `inbound/cors[2]`. */
export function placeAmong(path: string, names: readonly string[], index: number): string {
  const name = names[index] ?? "";
  const isName = (other: string) => other === name;
  const place = names.slice(0, index + 1).filter(isName).length;
  return `${path}/${name}${names.filter(isName).length > 1 ? `[${place}]` : ""}`;
}

// A parser folds a bare line end or tab in an attribute into a space, and a carriage return in a text into a line feed.
const attributeEntities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "\t": "&#x9;",
  "\n": "&#xA;",
  "\r": "&#xD;",
};
const textEntities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  "\r": "&#xD;",
};

function escapeAttribute(value: string, path: string): string {
  return textOf(value, path).replace(
    /[&<>"\t\n\r]/g,
    (character) => attributeEntities[character] ?? character,
  );
}

function escapeText(value: XmlValue, path: string): string {
  return textOf(isPolicyCode(value) ? value : String(value), path).replace(
    /[&<>\r]/g,
    (character) => textEntities[character] ?? character,
  );
}

function textOf(value: Text, path: string): string {
  const text = typeof value === "string" ? value : value.text;
  assertCharacters(text, path);
  if (typeof value === "string") assertLiteral(value, path);
  return text;
}

// https://www.w3.org/TR/xml/#charsets
const outsideXml = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u;

// API Management reads `@(` and `@{` anywhere in a value as code, `{{` as a named value, and has no escape for them.
const codeInText = /@[({]|\{\{/;

function assertCharacters(value: string, path: string): void {
  const prohibited = outsideXml.exec(value)?.[0];
  if (prohibited !== undefined) {
    const code = (prohibited.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
    throw new PolicyError(
      "PROHIBITED_CHARACTER",
      path,
      `must hold characters that XML 1.0 can carry; got U+${code}. Remove it from the value.`,
    );
  }
}

function assertLiteral(value: string, path: string): void {
  const start = codeInText.exec(value)?.[0];
  if (start !== undefined) {
    throw new PolicyError(
      "EXPRESSION_IN_TEXT",
      path,
      `must be a plain text; got "${start}", which API Management would run as ${start === "{{" ? "a named value" : "a policy expression"}. Remove it from the value.`,
    );
  }
}
