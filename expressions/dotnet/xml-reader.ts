import {
  type XmlDocument as ParsedDocument,
  XmlElement as ParsedElement,
  type XmlNode as ParsedNode,
  XmlText as ParsedText,
  parseXml,
  XmlCdata,
  XmlComment,
} from "@rgrove/parse-xml";
import { DotnetException } from "../exception.ts";
import { spend } from "../meter.ts";
import { NotSimulatedError, required } from "./exceptions.ts";
import { checkXmlDepth, XAttribute, XDocument, XElement, XName, XNamespace, XText } from "./xml-node.ts";

function xmlException(message: string): DotnetException {
  return new DotnetException("System.Xml.XmlException", message);
}

/** `.NET`'s words for the commonest mistake, the parser's own for others. */
function translated(error: Error, text: string): DotnetException {
  const place = error as Error & { readonly line?: number; readonly column?: number };
  if (text.trim() === "") return xmlException("Root element is missing.");
  const where = ` Line ${place.line ?? 1}, position ${place.column ?? 1}.`;
  if (!text.trimStart().startsWith("<")) return xmlException(`Data at the root level is invalid.${where}`);
  const first = error.message.split("\n")[0] ?? "";
  return xmlException(`${first.replace(/ \(line \d+, column \d+\)$/, "").replace(/\.?$/, ".")}${where}`);
}

function parsed(text: string): ParsedDocument {
  try {
    return parseXml(text, {
      includeOffsets: true,
      preserveCdata: true,
      preserveComments: true,
      preserveXmlDeclaration: true,
    });
  } catch (error) {
    if (error instanceof RangeError) throw new NotSimulatedError("XML that is nested that deep");
    throw error instanceof Error ? translated(error, text) : error;
  }
}

/** Turns what the parser read into nodes with namespaces. */
class NodeBuilder {
  private readonly source: string;
  private readonly keepsSpace: boolean;

  constructor(source: string, keepsSpace: boolean) {
    this.source = source;
    this.keepsSpace = keepsSpace;
  }

  private name(qualified: string, element: XElement, isAttribute: boolean): XName {
    const [first = "", second] = qualified.split(":");
    if (second === undefined) {
      return new XName(first, isAttribute ? "" : (element.namespaceOf("") ?? ""));
    }
    const uri = element.namespaceOf(first);
    if (uri === undefined) throw xmlException(`'${first}' is an undeclared prefix.`);
    return new XName(second, uri);
  }

  element(node: ParsedElement, parent: XElement | null, depth: number): XElement {
    checkXmlDepth(depth);
    spend(1);
    const element = new XElement(new XName("pending"));
    element.parent = parent;
    const entries = Object.entries(node.attributes);
    for (const [name, value] of entries) {
      if (name === "xmlns") element.add(new XAttribute(new XName("xmlns"), value));
      else if (name.startsWith("xmlns:")) {
        element.add(new XAttribute(new XName(name.slice(6), XNamespace.xmlns.uri), value));
      }
    }
    element.name = this.name(node.name, element, false);
    for (const [name, value] of entries) {
      if (!/^xmlns(?::|$)/.test(name)) element.add(new XAttribute(this.name(name, element, true), value));
    }
    element.closed = this.source.slice(node.end - 2, node.end) === "/>";
    this.children(node.children, element, depth);
    element.parent = null;
    return element;
  }

  private children(nodes: readonly ParsedNode[], element: XElement, depth: number): void {
    for (const child of nodes) {
      if (child instanceof ParsedElement) {
        const built = this.element(child, element, depth + 1);
        built.parent = element;
        element.nodes.push(built);
      } else if (child instanceof XmlCdata) element.add(new XText(child.text, "cdata"));
      else if (child instanceof ParsedText) {
        if (this.keepsSpace || child.text.trim() !== "") element.add(new XText(child.text));
      } else if (child instanceof XmlComment) element.add(new XText(child.content, "comment"));
    }
  }
}

/**
 * `XDocument.Parse`. White space between elements is left out unless `keepsSpace`. Entities of a document type are not expanded.
 *
 * @throws `System.Xml.XmlException` when the text is not well-formed.
 */
export function parseXmlDocument(text: string | null, keepsSpace = false): XDocument {
  const source = required(text, "text").replace(/\r\n?/g, "\n");
  spend(source.length / 2);
  const read = parsed(source);
  const builder = new NodeBuilder(source, keepsSpace);
  const document = new XDocument();
  for (const node of read.children) {
    if (node instanceof ParsedElement) document.add(builder.element(node, null, 0));
    else if (node instanceof XmlComment) document.add(new XText(node.content, "comment"));
  }
  const declaration = /^\s*<\?xml\s+([^?]*?)\s*\?>/.exec(source);
  document.declaration = declaration?.[1] ?? null;
  return document;
}

/** `XElement.Parse`: the root of the document. */
export function parseXmlElement(text: string | null, keepsSpace = false): XElement {
  const document = parseXmlDocument(text, keepsSpace);
  const { root } = document;
  if (root === null) throw xmlException("Root element is missing.");
  document.removeNode(root);
  return root;
}
