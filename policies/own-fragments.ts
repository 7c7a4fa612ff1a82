import type { XmlElement as ParsedElement } from "@rgrove/parse-xml";
import { UnreadableXml } from "../expressions/raw-xml.ts";
import { contentOf, everyElement, type PlacedText, parsedPolicy } from "./placed-text.ts";

/** The policy fragments of a program, by id. */
export type FragmentTexts = Readonly<Record<string, string>>;

/** A text with the line ends and the beginning that are read. */
export function withPlainLineEnds(text: string): string {
  return text.replace(/^\uFEFF/, "").replace(/\r\n?/g, "\n");
}

/** The element of a fragment that a program knows and that can be read; its id's letter case does not count. */
export function knownFragment(id: string, fragments: FragmentTexts): ParsedElement | undefined {
  const found = fragmentNamed(id, fragments);
  return found && readable(withPlainLineEnds(found[1]))?.root;
}

/** The text of a document with the program's fragments in the places where it includes them; the others stay included. */
export function withFragments(
  source: string,
  fragments: FragmentTexts,
  entered: readonly string[] = [],
): string {
  const { root, sourceIndex } = parsedPolicy(source);
  const includes = everyElement(root).filter(({ name }) => name === "include-fragment");
  let text = source;
  // From the end, so that the places before stay right.
  for (const { start, end, attributes } of includes.toReversed()) {
    const content = contentOfFragment(attributes["fragment-id"] ?? "", fragments, entered);
    if (content !== undefined)
      text = `${text.slice(0, sourceIndex(start))}${content}${text.slice(sourceIndex(end))}`;
  }
  return text;
}

function contentOfFragment(
  id: string,
  fragments: FragmentTexts,
  entered: readonly string[],
): string | undefined {
  const [name, text = ""] = fragmentNamed(id, fragments) ?? [];
  const written = name === undefined ? undefined : readable(withPlainLineEnds(text));
  if (name === undefined || written === undefined || entered.includes(name)) return undefined;
  const { start, end } = contentOf(written.root, written.xml);
  // A fragment of its own, so that its content can be read by itself.
  return withFragments(`<fragment>${written.sourceOf(start, end)}</fragment>`, fragments, [...entered, name])
    .slice("<fragment>".length, -"</fragment>".length)
    .trim();
}

/** Ids of the fragments that include themselves, by way of others. */
export function circularFragments(fragments: FragmentTexts): readonly string[] {
  const reaches = (from: string, id: string, seen: Set<string>): boolean =>
    includedIn(from, fragments).some((other) => {
      if (other === id) return true;
      if (seen.has(other)) return false;
      seen.add(other);
      return reaches(other, id, seen);
    });
  return Object.keys(fragments).filter((id) => reaches(id, id, new Set()));
}

/** Ids of the program's fragments that one of them includes. */
function includedIn(id: string, fragments: FragmentTexts): readonly string[] {
  const root = knownFragment(id, fragments);
  return (root === undefined ? [] : everyElement(root))
    .filter(({ name }) => name === "include-fragment")
    .flatMap(({ attributes }) => fragmentNamed(attributes["fragment-id"] ?? "", fragments)?.[0] ?? []);
}

function fragmentNamed(
  id: string,
  fragments: FragmentTexts,
): readonly [id: string, text: string] | undefined {
  return Object.entries(fragments).find(([name]) => name.toLowerCase() === id.trim().toLowerCase());
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
