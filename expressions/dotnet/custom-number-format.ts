import { spend } from "../meter.ts";
import { type NumberDigits, roundDigits } from "./number-digits.ts";

/** One thing that a custom format holds: a digit's place, the point, a literal … */
interface FormatToken {
  readonly kind: "zero" | "hash" | "point" | "comma" | "percent" | "permille" | "exponent" | "literal";
  readonly text: string;
}

function quotedEnd(format: string, start: number): number {
  const end = format.indexOf(format[start] ?? "", start + 1);
  return end < 0 ? format.length : end;
}

const simpleTokens: Readonly<Record<string, FormatToken["kind"]>> = {
  "0": "zero",
  "#": "hash",
  ".": "point",
  ",": "comma",
  "%": "percent",
  "\u2030": "permille",
};

function tokenAt(format: string, index: number): FormatToken & { readonly end: number } {
  const char = format[index] ?? "";
  const kind = simpleTokens[char];
  if (kind !== undefined) return { kind, text: char, end: index + 1 };
  if (char === "'" || char === '"') {
    const end = quotedEnd(format, index);
    return { kind: "literal", text: format.slice(index + 1, end), end: end + 1 };
  }
  if (char === "\\") return { kind: "literal", text: format[index + 1] ?? "", end: index + 2 };
  const exponent = /^[Ee][+-]?0+/.exec(format.slice(index, index + 16));
  if (exponent !== null) return { kind: "exponent", text: exponent[0], end: index + exponent[0].length };
  return { kind: "literal", text: char, end: index + 1 };
}

/** The sections of a format, which `;` separates, as tokens. */
function sectionsOf(format: string): FormatToken[][] {
  spend(format.length * 4);
  const sections: FormatToken[][] = [[]];
  for (let index = 0; index < format.length; ) {
    if (format[index] === ";") {
      sections.push([]);
      index += 1;
      continue;
    }
    const { end, ...token } = tokenAt(format, index);
    sections.at(-1)?.push(token);
    index = end;
  }
  return sections;
}

interface Layout {
  readonly digitPlaces: number;
  readonly wholePlaces: number;
  /** Places in front of the point that are filled with zeros. */
  readonly leastWhole: number;
  readonly leastFraction: number;
  readonly grouped: boolean;
  /** The power of ten by which percent signs and scaling commas move the point. */
  readonly shift: number;
  readonly exponent: string | undefined;
}

function isDigit(token: FormatToken): boolean {
  return token.kind === "zero" || token.kind === "hash";
}

function layoutOf(tokens: readonly FormatToken[]): Layout {
  const points = tokens.findIndex((token) => token.kind === "point");
  const front = points < 0 ? tokens : tokens.slice(0, points);
  const whole = front.filter(isDigit);
  const fraction = points < 0 ? [] : tokens.slice(points).filter(isDigit);
  const firstZero = whole.findIndex((token) => token.kind === "zero");
  const lastZero = fraction.findLastIndex((token) => token.kind === "zero");
  const lastDigit = front.findLastIndex(isDigit);
  const firstDigit = front.findIndex(isDigit);
  const commaAt = (from: number, to: number) =>
    front.filter((token, index) => token.kind === "comma" && index > from && index < to).length;
  const scaling = lastDigit < 0 ? 0 : commaAt(lastDigit, front.length);
  const shifts = tokens.map((token) => (token.kind === "percent" ? 2 : token.kind === "permille" ? 3 : 0));
  return {
    digitPlaces: whole.length + fraction.length,
    wholePlaces: whole.length,
    leastWhole: firstZero < 0 ? 0 : whole.length - firstZero,
    leastFraction: lastZero + 1,
    grouped: commaAt(firstDigit, lastDigit) > 0,
    shift: shifts.reduce((sum: number, each) => sum + each, 0) - 3 * scaling,
    exponent: tokens.find((token) => token.kind === "exponent")?.text,
  };
}

function roundedFor(value: NumberDigits, layout: Layout): NumberDigits {
  if (value.digits === "") return value;
  const shifted = { ...value, point: value.point + layout.shift };
  const position =
    layout.exponent === undefined
      ? shifted.point + layout.digitPlaces - layout.wholePlaces
      : layout.digitPlaces;
  return roundDigits(shifted, position);
}

function exponentOf(pattern: string, exponent: number): string {
  const letter = pattern[0] ?? "E";
  const least = pattern.replace(/[^0]/g, "").length;
  const plus = pattern[1] === "+" ? "+" : "";
  return letter + (exponent < 0 ? "-" : plus) + Math.abs(exponent).toString().padStart(least, "0");
}

/** Gives out the digits of the whole part, the surplus at the first place. */
class WholePart {
  private readonly digits: string;
  private readonly places: number;
  private readonly grouped: boolean;
  private place = 0;

  constructor(digits: string, places: number, grouped: boolean) {
    this.digits = digits.padStart(places, " ");
    this.places = places;
    this.grouped = grouped;
  }

  /** The digits that the next place shows. */
  next(): string {
    const surplus = this.digits.length - this.places;
    const from = this.place === 0 ? 0 : this.place + surplus;
    const to = this.place + surplus + 1;
    this.place += 1;
    let text = "";
    for (let index = from; index < to; index++) {
      const digit = this.digits[index] ?? "";
      const left = this.digits.length - index - 1;
      if (digit !== " ") text += digit + (this.grouped && left > 0 && left % 3 === 0 ? "," : "");
    }
    return text;
  }
}

function writeSection(tokens: readonly FormatToken[], value: NumberDigits, layout: Layout): string {
  const scientific = layout.exponent !== undefined;
  const point = scientific ? layout.wholePlaces : value.point;
  const padded = value.digits.padEnd(Math.max(point, 0), "0");
  const whole = (point > 0 && value.digits !== "" ? padded.slice(0, point) : "").padStart(
    layout.leastWhole,
    "0",
  );
  const behind =
    point > 0 ? padded.slice(point) : "0".repeat(value.digits === "" ? 0 : -point) + value.digits;
  const fraction = behind.padEnd(layout.leastFraction, "0");
  const wholePart = new WholePart(whole, layout.wholePlaces, layout.grouped);
  let [text, afterPoint, place] = ["", false, 0];
  for (const token of tokens) {
    if (isDigit(token)) {
      text += afterPoint ? (fraction[place++] ?? "") : wholePart.next();
    } else if (token.kind === "point") {
      if (!afterPoint) text += (layout.wholePlaces === 0 ? whole : "") + (fraction === "" ? "" : ".");
      afterPoint = true;
    } else if (token.kind === "exponent") {
      text += exponentOf(token.text, value.digits === "" ? 0 : value.point - layout.wholePlaces);
    } else if (token.kind !== "comma") text += token.text;
  }
  return text;
}

/**
 * Writes a number by a custom format in the culture en-US: `1234.5` with `#,##0.00` → `1,234.50`.
 *
 * @see https://learn.microsoft.com/dotnet/standard/base-types/custom-numeric-format-strings
 */
export function customNumberText(value: NumberDigits, format: string): string {
  const sections = sectionsOf(format);
  const pick = (index: number) => {
    const section = sections[index];
    return section === undefined || section.length === 0 ? undefined : section;
  };
  const first = sections[0] ?? [];
  const negativeSection = value.negative && value.digits !== "" ? pick(1) : undefined;
  let section = value.digits === "" ? (pick(2) ?? first) : (negativeSection ?? first);
  let layout = layoutOf(section);
  let rounded = roundedFor(value, layout);
  if (rounded.digits === "" && value.digits !== "" && pick(2) !== undefined) {
    section = pick(2) ?? first;
    layout = layoutOf(section);
    rounded = roundedFor({ ...value, digits: "" }, layout);
  }
  const sign = value.negative && negativeSection === undefined && rounded.digits !== "" ? "-" : "";
  return sign + writeSection(section, rounded, layout);
}
