import type { XmlElement as ParsedElement } from "@rgrove/parse-xml";
import { UnreadableXml } from "../expressions/raw-xml.ts";
import { type PlacedText, parsedPolicy } from "./placed-text.ts";

/** The policy fragments of a program, by id. */
export type FragmentTexts = Readonly<Record<string, string>>;

/** A text with the line ends and the beginning that are read. */
export function withPlainLineEnds(text: string): string {
  return text.replace(/^\uFEFF/, "").replace(/\r\n?/g, "\n");
}

/** The element of a fragment that a program knows and that can be read; its id's letter case does not count. */
export function knownFragment(id: string, fragments: FragmentTexts): ParsedElement | undefined {
  const found = Object.entries(fragments).find(([name]) => name.toLowerCase() === id.trim().toLowerCase());
  return found && readable(withPlainLineEnds(found[1]))?.root;
}

// What is wrong with a fragment is told where its own text is read.
function readable(text: string): PlacedText | undefined {
  try {
    return parsedPolicy(text);
  } catch (error) {
    if (error instanceof UnreadableXml) return undefined;
    throw error;
  }
}
