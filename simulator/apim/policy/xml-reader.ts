import { type XmlElement as ParsedElement, parseXml, XmlElement, XmlError, XmlText } from "@rgrove/parse-xml";
import {
  assertReadable,
  type EncodedXml,
  encodeExpressions,
  lastAtMost,
  UnreadableXml,
} from "../../../expressions/raw-xml.ts";
import { SimulatorError } from "../../kernel/error.ts";

/** An element of a policy document as it was written, with its place. */
export interface PolicyElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly PolicyElement[];
  /** The text between the tags, entities decoded. */
  readonly text: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  /**
   * The place of a letter in the document as it was written.
   *
   * @param attribute The attribute whose value the letter is of; `undefined` for the element's text.
   * @param offset Index in the value or the text.
   */
  readonly placeAt: (attribute: string | undefined, offset: number) => PolicyPlace;
  /** What stands between the tags as it was written, child elements and comments with it, entities undecoded. */
  readonly innerXml: () => string;
}

/** Line and column in a policy document, both from 1. */
export interface PolicyPlace {
  readonly line: number;
  readonly column: number;
}

/** How a policy document is written: as XML, or with raw quotes, `<` and `&` in its expressions. */
export type PolicyFormat = "xml" | "rawxml";

/**
 * Reads policy XML.
 *
 * Assumed of Azure: a `rawxml` document that is well-formed XML as it stands is taken, even with an `@(` in it that never ends.
 *
 * @throws {SimulatorError} `ValidationError` when it is not well-formed, or has a document type.
 * @see https://learn.microsoft.com/rest/api/apimanagement/api-policy/create-or-update#policycontentformat
 */
export function readPolicyXml(xml: string, format: PolicyFormat = "rawxml"): PolicyElement {
  const source = normalised(xml);
  const lines = lineStarts(source);
  const { root, text, sourceIndex } = parsePolicy(source, format);
  return convert(root, {
    xml: text,
    placeOf: (index) => placeIn(lines, sourceIndex(index)),
    sourceOf: (start, end) => source.slice(sourceIndex(start), sourceIndex(end)),
  });
}

/**
 * A policy document as well-formed XML: raw quotes, `<` and `&` in the expressions of a `rawxml` document written as entities.
 *
 * @throws {SimulatorError} `ValidationError` when it cannot be read.
 */
export function wellFormedXml(xml: string, format: PolicyFormat): string {
  return parsePolicy(normalised(xml), format).text;
}

// As a parser does it first; indexes are then the same before and after.
function normalised(xml: string): string {
  return xml.replace(/^\uFEFF/, "").replace(/\r\n?/g, "\n");
}

interface ParsedPolicy {
  readonly root: ParsedElement;
  /** The text that was parsed. */
  readonly text: string;
  readonly sourceIndex: (index: number) => number;
}

function parsePolicy(source: string, format: PolicyFormat): ParsedPolicy {
  try {
    if (format === "xml") return parseAsItStands(source);
    const encoded = encodeExpressions(source);
    return parse(encoded);
  } catch (error) {
    if (!(error instanceof UnreadableXml)) throw error;
    const read = format === "rawxml" ? parsedAsItStands(source) : undefined;
    if (read !== undefined) return read;
    const { line, column } = placeIn(lineStarts(source), error.index);
    const message = `Policy XML ${error.isMalformed ? "is not well-formed" : "cannot be read"}, on line ${line}, column ${column}: ${error.message}`;
    throw new SimulatorError("ValidationError", message, { cause: error });
  }
}

function parsedAsItStands(source: string): ParsedPolicy | undefined {
  try {
    return parseAsItStands(source);
  } catch (error) {
    if (error instanceof UnreadableXml) return undefined;
    throw error;
  }
}

function parseAsItStands(source: string): ParsedPolicy {
  assertReadable(source);
  return parse({ xml: source, sourceIndex: (index) => index });
}

function parse({ xml, sourceIndex }: EncodedXml): ParsedPolicy {
  try {
    const { root } = parseXml(xml, { includeOffsets: true });
    if (root === null) throw new UnreadableXml("The policy document has no element.", 0);
    return { root, text: xml, sourceIndex };
  } catch (error) {
    if (!(error instanceof XmlError)) throw error;
    // The parser counts characters, and appends its own place.
    const index = [...xml].slice(0, error.pos).join("").length;
    const reason = (error.message.split("\n")[0] ?? "").replace(/ \(line \d+, column \d+\)$/, "");
    throw new UnreadableXml(`${reason}.`, sourceIndex(index), { cause: error, isMalformed: true });
  }
}

interface Written {
  readonly xml: string;
  readonly placeOf: (index: number) => PolicyPlace;
  readonly sourceOf: (start: number, end: number) => string;
}

function convert(element: ParsedElement, written: Written): PolicyElement {
  return {
    name: element.name,
    attributes: { ...element.attributes },
    children: element.children
      .filter((node): node is ParsedElement => node instanceof XmlElement)
      .map((child) => convert(child, written)),
    text: texts(element).join(""),
    ...written.placeOf(element.start),
    placeAt: (attribute, offset) =>
      written.placeOf(
        attribute === undefined
          ? indexInText(element, written.xml, offset)
          : indexInAttribute(element, written.xml, { attribute, offset }),
      ),
    innerXml: () => inside(element, written),
  };
}

function inside({ name, start, end }: ParsedElement, { xml, sourceOf }: Written): string {
  const restOfTag = /(?:\s+[^\s=]+\s*=\s*(?:"[^"]*"|'[^']*'))*\s*\/?>/y;
  restOfTag.lastIndex = start + 1 + name.length;
  restOfTag.exec(xml);
  return restOfTag.lastIndex === end ? "" : sourceOf(restOfTag.lastIndex, xml.lastIndexOf("</", end - 1));
}

function texts(element: ParsedElement): readonly string[] {
  return element.children.map((node) => (node instanceof XmlText ? node.text : ""));
}

function indexInText(element: ParsedElement, xml: string, offset: number): number {
  let rest = offset;
  for (const node of element.children) {
    if (!(node instanceof XmlText)) continue;
    if (rest < node.text.length) return indexAfter(xml, node.start, rest);
    rest -= node.text.length;
  }
  return element.end - `</${element.name}>`.length;
}

function indexInAttribute(
  element: ParsedElement,
  xml: string,
  { attribute, offset }: { attribute: string; offset: number },
): number {
  const pair = /\s+([^\s=]+)\s*=\s*(?:"[^"]*"|'[^']*')/y;
  pair.lastIndex = element.start + 1 + element.name.length;
  for (let found = pair.exec(xml); found !== null; found = pair.exec(xml)) {
    if (found[1] !== attribute) continue;
    const start = xml.slice(found.index, pair.lastIndex).search(/["']/) + found.index + 1;
    return Math.min(indexAfter(xml, start, offset), pair.lastIndex - 1);
  }
  return element.start;
}

/** Index of the letter that follows `count` letters, each perhaps written as an entity or in a CDATA section. */
function indexAfter(xml: string, start: number, count: number): number {
  const piece = /<!--[\s\S]*?-->|<!\[CDATA\[|\]\]>|&[^;]*;|[\s\S]/y;
  piece.lastIndex = start;
  for (let left = count; left > 0; ) {
    const found = piece.exec(xml)?.[0];
    if (found === undefined) return xml.length;
    if (!/^(?:<!|\]\]>)/.test(found)) left -= 1;
  }
  return piece.lastIndex;
}

function placeIn(starts: readonly number[], index: number): PolicyPlace {
  const line = lastAtMost(starts, index);
  return { line: line + 1, column: index - (starts[line] ?? 0) + 1 };
}

function lineStarts(text: string): readonly number[] {
  return [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)];
}
