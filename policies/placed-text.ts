import { type XmlElement as ParsedElement, parseXml, XmlElement, XmlError, XmlText } from "@rgrove/parse-xml";
import { encodeExpressions, UnreadableXml } from "../expressions/raw-xml.ts";

/** A text of `rawxml` with the places of its elements in the text as it was written. */
export interface PlacedText {
  readonly root: ParsedElement;
  /** The text as it was written. */
  readonly source: string;
  /** The text that was parsed: every expression is written as XML wants it. */
  readonly xml: string;
  /** A part of the text as it was written, by indexes in {@link xml}. */
  readonly sourceOf: (start: number, end: number) => string;
  /** Index in the text as it was written. */
  readonly sourceIndex: (index: number) => number;
}

/** Takes a problem down. @param index In the text as it was written. */
export type ProblemAt = (index: number, message: string) => void;

/** Parses a text as API Management takes `rawxml`. @throws {UnreadableXml} with the place. */
export function parsedPolicy(source: string): PlacedText {
  const { xml, sourceIndex } = encodeExpressions(source);
  try {
    const { root } = parseXml(xml, { includeOffsets: true });
    if (root === null) throw new UnreadableXml("The document has no element.", 0);
    const sourceOf = (start: number, end: number) => source.slice(sourceIndex(start), sourceIndex(end));
    return { root, source, xml, sourceIndex, sourceOf };
  } catch (error) {
    if (!(error instanceof XmlError)) throw error;
    // The parser counts characters, and appends its own place.
    const index = sourceIndex([...xml].slice(0, error.pos).join("").length);
    const reason = (error.message.split("\n")[0] ?? "").replace(/ \(line \d+, column \d+\)$/, "");
    throw new UnreadableXml(`It is not well-formed XML: ${reason}. Correct it.`, index, { cause: error });
  }
}

/** The elements directly in another one. */
export function elementsIn(element: ParsedElement): readonly ParsedElement[] {
  return element.children.filter((node): node is ParsedElement => node instanceof XmlElement);
}

/** The element and all elements in it, in the order in which they begin. */
export function everyElement(element: ParsedElement): readonly ParsedElement[] {
  return [element, ...elementsIn(element).flatMap(everyElement)];
}

/** The text directly in an element. */
export function textIn(element: ParsedElement): string {
  return element.children
    .filter((node) => node instanceof XmlText)
    .map(({ text }) => text)
    .join("");
}

/** Where the content of an element stands in {@link PlacedText.xml}; nowhere in one that has none. */
export function contentOf(
  { name, start, end }: ParsedElement,
  xml: string,
): { readonly start: number; readonly end: number } {
  const restOfTag = /(?:\s+[^\s=]+\s*=\s*(?:"[^"]*"|'[^']*'))*\s*\/?>/y;
  restOfTag.lastIndex = start + 1 + name.length;
  restOfTag.exec(xml);
  const from = restOfTag.lastIndex;
  return from === end ? { start: end, end } : { start: from, end: xml.lastIndexOf("</", end - 1) };
}
