import { type XmlElement as ParsedElement, parseXml, XmlElement, XmlError, XmlText } from "@rgrove/parse-xml";
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
}

/**
 * Reads policy XML.
 *
 * Differs from Azure: `rawxml` must be well-formed XML; Azure also takes raw quotes and `<` inside policy expressions.
 *
 * @throws {SimulatorError} `ValidationError` when it is not well-formed, or has a document type.
 */
export function readPolicyXml(xml: string): PolicyElement {
  try {
    const document = parseXml(xml, { includeOffsets: true, preserveDocumentType: true });
    if (document.children.some((node) => node.type === "doctype")) {
      throw new SimulatorError(
        "ValidationError",
        "A policy document must not have a document type. Remove <!DOCTYPE …>.",
      );
    }
    const root = document.root;
    if (root === null)
      throw new SimulatorError("ValidationError", "The policy document has no element <policies>.");
    return convert(root, lineStarts(xml));
  } catch (error) {
    if (!(error instanceof XmlError)) throw error;
    throw new SimulatorError(
      "ValidationError",
      `Policy XML is not well-formed, on line ${error.line}, column ${error.column}: ${error.message.split("\n")[0]}`,
      { cause: error },
    );
  }
}

function convert(element: ParsedElement, starts: readonly number[]): PolicyElement {
  const line = starts.findLastIndex((start) => start <= element.start) + 1;
  return {
    name: element.name,
    attributes: { ...element.attributes },
    children: element.children
      .filter((node): node is ParsedElement => node instanceof XmlElement)
      .map((child) => convert(child, starts)),
    text: element.children.map((node) => (node instanceof XmlText ? node.text : "")).join(""),
    line,
    column: element.start - (starts[line - 1] ?? 0) + 1,
  };
}

function lineStarts(xml: string): readonly number[] {
  return [0, ...[...xml.matchAll(/\n/g)].map(({ index }) => index + 1)];
}
