import { expressionEnd } from "./span.ts";

/** A policy document whose expressions are written as XML wants them. */
export interface EncodedXml {
  readonly xml: string;
  /** Index in the text as it was given of an index in {@link xml}. */
  readonly sourceIndex: (index: number) => number;
}

/** What keeps a text from being read as XML at all, with the index of its place. */
export class UnreadableXml extends Error {
  override readonly name = "UnreadableXml";
  readonly index: number;
  /** Whether it is no XML, as opposed to XML that must not be read. */
  readonly isMalformed: boolean;

  constructor(
    message: string,
    index: number,
    { isMalformed = false, ...options }: ErrorOptions & { isMalformed?: boolean } = {},
  ) {
    super(message, options);
    this.index = index;
    this.isMalformed = isMalformed;
  }
}

/** The most levels of elements that the local gateway reads; real documents have about ten. */
const mostLevels = 200;

/**
 * Writes the policy expressions of a `rawxml` document as XML: API Management takes raw quotes, `<` and `&` in them, in texts and in
 * attributes, even the quote that the attribute itself stands in. Everything else stays as it is, comments and CDATA sections with it.
 *
 * Assumed of Azure: an entity inside an expression of a `rawxml` document stands for its character, as it does outside.
 *
 * An expression in an attribute keeps its line ends: https://github.com/Azure/apiops/issues/14.
 *
 * @param source Text with line ends `\n` and no byte order mark.
 * @throws {UnreadableXml} when it has a document type or too many levels of elements, or an expression that never ends.
 * @see https://learn.microsoft.com/azure/api-management/api-management-policy-expressions
 */
export function encodeExpressions(source: string): EncodedXml {
  const writer = new SourceWriter(source);
  walkXml(source, (start, place) => {
    const end = encodedExpressionEnd(source, start);
    if (end === undefined) {
      throw new UnreadableXml(
        `The policy expression that begins with "${source.slice(start, start + 2)}" never ends: a bracket or a quote is missing. Close it.`,
        start,
        { isMalformed: true },
      );
    }
    writer.encode(start, end, place);
    return end;
  });
  return writer.done();
}

/**
 * Writes the policy expressions of well-formed XML as `rawxml` has them: the reverse of {@link encodeExpressions}.
 *
 * @throws {UnreadableXml} when it has a document type, or too many levels of elements.
 */
export function decodeExpressions(xml: string): string {
  const parts: string[] = [];
  let copied = 0;
  walkXml(xml, (start) => {
    const end = encodedExpressionEnd(xml, start);
    if (end === undefined) return start + 1;
    const code = xml.slice(start, end).replace(entity, decodedEntity);
    // What would be read as an entity, and is none, stays written as one.
    parts.push(
      xml.slice(copied, start),
      code.replace(new RegExp(entity, "g"), (written) => `&amp;${written.slice(1)}`),
    );
    copied = end;
    return end;
  });
  return [...parts, xml.slice(copied)].join("");
}

/**
 * Checks what must be refused before a parser sees it.
 *
 * @throws {UnreadableXml} when it has a document type, or too many levels of elements.
 */
export function assertReadable(source: string): void {
  walkXml(source, (start) => start + 1);
}

type Place = "text" | "attribute";

/** Walks over tags and texts, and calls back at each `@(` and `@{` in one; the answer is the index to go on from. */
function walkXml(source: string, onExpression: (start: number, place: Place) => number): void {
  const interesting = /<!--|<!\[CDATA\[|<!|<\?|<\/|<(?=[^\s<>/!?])|@[({]/g;
  let levels = 0;
  for (let found = interesting.exec(source); found !== null; found = interesting.exec(source)) {
    const { index } = found;
    const [word] = found;
    if (word === "<!")
      throw new UnreadableXml("A policy document must not have a document type. Remove <!DOCTYPE …>.", index);
    if (word.startsWith("@")) interesting.lastIndex = onExpression(index, "text");
    else if (word !== "<") {
      const end = source.indexOf(endOfMarkup[word] ?? ">", interesting.lastIndex);
      if (end < 0) return;
      interesting.lastIndex = end;
      if (word === "</") levels -= 1;
    } else {
      const end = walkTag(source, interesting.lastIndex, onExpression);
      if (end === undefined) return;
      interesting.lastIndex = end;
      if (source[end - 2] !== "/") levels += 1;
      if (levels > mostLevels) {
        throw new UnreadableXml(
          `The local gateway reads at most ${mostLevels} levels of elements; this one stands deeper. Nest less.`,
          index,
        );
      }
    }
  }
}

const endOfMarkup: Readonly<Record<string, string>> = { "<!--": "-->", "<![CDATA[": "]]>", "<?": "?>" };

/** Index past a start tag; `undefined` when it never ends. */
function walkTag(
  source: string,
  from: number,
  onExpression: (start: number, place: Place) => number,
): number | undefined {
  const interesting = /["'>]|@[({]/g;
  interesting.lastIndex = from;
  let quote: string | undefined;
  for (let found = interesting.exec(source); found !== null; found = interesting.exec(source)) {
    const [word] = found;
    if (quote === undefined) {
      if (word === ">") return interesting.lastIndex;
      if (word === '"' || word === "'") quote = word;
    } else if (word === quote) quote = undefined;
    else if (word.startsWith("@")) interesting.lastIndex = onExpression(found.index, "attribute");
  }
  return undefined;
}

const entity = /&(?:quot|apos|amp|lt|gt|#\d{1,7}|#x[\da-fA-F]{1,6});/g;

/** {@link expressionEnd} of a text in which quotes may be written as entities. */
function encodedExpressionEnd(source: string, start: number): number | undefined {
  // A part may end inside an expression, which is then read again: each part is four times as long, so it stays linear.
  for (let length = 128; ; length *= 4) {
    const part = source.slice(start, start + length);
    const shifts: { readonly at: number; readonly by: number }[] = [];
    let shortened = 0;
    const decoded = part.replace(entity, (written, at: number) => {
      const character = decodedEntity(written);
      shortened += written.length - character.length;
      shifts.push({ at: at + written.length - shortened, by: shortened });
      return character;
    });
    const end = expressionEnd(decoded, 0);
    if (end !== undefined) return start + end + (shifts.findLast(({ at }) => at <= end)?.by ?? 0);
    if (start + length >= source.length) return undefined;
  }
}

const named: Readonly<Record<string, string>> = { quot: '"', apos: "'", amp: "&", lt: "<", gt: ">" };

function decodedEntity(written: string): string {
  const name = written.slice(1, -1);
  if (!name.startsWith("#")) return named[name] ?? written;
  const code = name.startsWith("#x") ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
  return code <= 0x10_ff_ff ? String.fromCodePoint(code) : written;
}

const encodings: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
  "\n": "&#xA;",
  "\t": "&#x9;",
};

// Entities are found as well, so that their ampersands stay.
const specialInText = new RegExp(`${entity.source}|[&<>"']`, "g");
const specialInAttribute = new RegExp(`${entity.source}|[&<>"'\\n\\t]`, "g");

/** Writes the text anew, and remembers where it has become longer. */
class SourceWriter {
  readonly #source: string;
  readonly #parts: string[] = [];
  readonly #writtenAt: number[] = [0];
  readonly #sourceAt: number[] = [0];
  #read = 0;
  #written = 0;

  constructor(source: string) {
    this.#source = source;
  }

  encode(start: number, end: number, place: Place): void {
    const special = place === "attribute" ? specialInAttribute : specialInText;
    for (const found of this.#source.slice(start, end).matchAll(special)) {
      const replacement = encodings[found[0]];
      if (replacement === undefined) continue;
      this.#copy(start + found.index);
      this.#parts.push(replacement);
      this.#read += 1;
      this.#written += replacement.length;
      this.#writtenAt.push(this.#written);
      this.#sourceAt.push(this.#read);
    }
  }

  done(): EncodedXml {
    this.#copy(this.#source.length);
    const written = this.#writtenAt;
    return {
      xml: this.#parts.join(""),
      sourceIndex: (index) => {
        const last = lastAtMost(written, index);
        const next = this.#sourceAt[last + 1] ?? this.#source.length + 1;
        return Math.min((this.#sourceAt[last] ?? 0) + index - (written[last] ?? 0), next - 1);
      },
    };
  }

  #copy(until: number): void {
    this.#parts.push(this.#source.slice(this.#read, until));
    this.#written += until - this.#read;
    this.#read = until;
  }
}

/** Index of the last number that is at most `limit`, in numbers that grow. */
export function lastAtMost(numbers: readonly number[], limit: number): number {
  let low = 0;
  let high = numbers.length;
  while (low + 1 < high) {
    const middle = (low + high) >> 1;
    if ((numbers[middle] ?? 0) <= limit) low = middle;
    else high = middle;
  }
  return low;
}
