import { argumentException, argumentNull, argumentOutOfRange } from "./exceptions.ts";

/** The values of `System.StringComparison`. */
export const stringComparisons = {
  CurrentCulture: 0,
  CurrentCultureIgnoreCase: 1,
  InvariantCulture: 2,
  InvariantCultureIgnoreCase: 3,
  Ordinal: 4,
  OrdinalIgnoreCase: 5,
} as const;

/** Whether a `StringComparison` tells upper and lower case apart. */
export function ignoresCase(comparison: number): boolean {
  return comparison % 2 === 1;
}

/** `ToUpperInvariant`: each code unit by itself, so that `ß` stays `ß`; `ſ` and `ı` do not become `S` and `I`. */
export function upperInvariant(text: string): string {
  return simpleCase(text, "toUpperCase");
}

/** `ToLowerInvariant`: each code unit by itself. */
export function lowerInvariant(text: string): string {
  return simpleCase(text, "toLowerCase");
}

function simpleCase(text: string, method: "toUpperCase" | "toLowerCase"): string {
  const whole = text[method]();
  if (whole.length === text.length && /^[\p{Cc}\u0020-\u00ff]*$/u.test(text)) return whole;
  let result = "";
  for (let index = 0; index < text.length; index++) {
    const unit = text[index] ?? "";
    const changed = unit[method]();
    // .NET's upper case of a letter outside ASCII stays outside ASCII.
    const leaves = method === "toUpperCase" && unit > "\u007f" && changed <= "\u007f";
    result += changed.length === 1 && !leaves ? changed : unit;
  }
  return result;
}

/** The text as an ordinal comparison that ignores case sees it. */
export function folded(text: string, comparison: number): string {
  return ignoresCase(comparison) ? upperInvariant(text) : text;
}

const collator = new Intl.Collator("en", { sensitivity: "variant", caseFirst: "lower" });
const caselessCollator = new Intl.Collator("en", { sensitivity: "accent" });

/** `string.Compare`: by code units for the ordinal comparisons, else by the rules of the language (`a` before `B`). */
export function compareText(left: string | null, right: string | null, comparison: number): number {
  if (left === null || right === null) return left === right ? 0 : left === null ? -1 : 1;
  if (comparison < stringComparisons.Ordinal) {
    return Math.sign((ignoresCase(comparison) ? caselessCollator : collator).compare(left, right));
  }
  const [first, second] = [folded(left, comparison), folded(right, comparison)];
  return first < second ? -1 : first > second ? 1 : 0;
}

/** Equality of two texts under a comparison. */
export function equalText(left: string | null, right: string | null, comparison: number): boolean {
  if (left === null || right === null) return left === right;
  return folded(left, comparison) === folded(right, comparison);
}

/** `Substring`. Throws an `ArgumentOutOfRangeException` with .NET's text. */
export function substring(text: string, start: number, length: number | null = null): string {
  if (start < 0) throw argumentOutOfRange("startIndex", "StartIndex cannot be less than zero.");
  if (start > text.length) {
    throw argumentOutOfRange("startIndex", "startIndex cannot be larger than length of string.");
  }
  if (length === null) return text.slice(start);
  if (length < 0) throw argumentOutOfRange("length", "Length cannot be less than zero.");
  if (start + length > text.length) {
    throw argumentOutOfRange("length", "Index and length must refer to a location within the string.");
  }
  return text.slice(start, start + length);
}

/** `Remove`. Throws an `ArgumentOutOfRangeException` with .NET's text. */
export function removed(text: string, start: number, count: number | null = null): string {
  if (start < 0) throw argumentOutOfRange("startIndex", "StartIndex cannot be less than zero.");
  if (count === null) {
    if (start >= text.length) {
      throw argumentOutOfRange("startIndex", "startIndex must be less than length of string.");
    }
    return text.slice(0, start);
  }
  if (count < 0) throw argumentOutOfRange("count", "Count cannot be less than zero.");
  if (start + count > text.length) {
    throw argumentOutOfRange("count", "Index and count must refer to a location within the string.");
  }
  return text.slice(0, start) + text.slice(start + count);
}

/** `Insert`. */
export function inserted(text: string, start: number, value: string | null): string {
  if (value === null) throw argumentNull("value");
  if (start < 0 || start > text.length) throw argumentOutOfRange("startIndex");
  return text.slice(0, start) + value + text.slice(start);
}

/** `Replace`: every occurrence, by code units. */
export function replaced(text: string, old: string | null, value: string | null): string {
  if (old === null) throw argumentNull("oldValue");
  if (old === "") throw argumentException("String cannot be of zero length.", "oldValue");
  return text.replaceAll(old, () => value ?? "");
}

// What .NET holds for white space: Unicode's separators, the control characters between tab and carriage return, and U+0085.
const whiteSpace = /^[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]*$/;

/** `string.IsNullOrWhiteSpace`. */
export function isWhiteSpace(text: string): boolean {
  return whiteSpace.test(text);
}

/** `Trim`, `TrimStart` or `TrimEnd`; white space when no characters are named. */
export function trimmedText(text: string, chars: string, side: "both" | "start" | "end"): string {
  const gone = (char: string) => (chars === "" ? isWhiteSpace(char) : chars.includes(char));
  let [start, end] = [0, text.length];
  if (side !== "end") while (start < end && gone(text[start] ?? "")) start += 1;
  if (side !== "start") while (end > start && gone(text[end - 1] ?? "")) end -= 1;
  return text.slice(start, end);
}

/** How `Split` divides: `count` parts at most, empty ones left out when `removeEmpty`. */
export interface SplitRules {
  readonly count: number | null;
  readonly removeEmpty: boolean;
  /** Strips white space around each part. */
  readonly trim: boolean;
}

function splitAt(
  text: string,
  separators: readonly string[],
  from: number,
): { at: number; length: number } | undefined {
  for (let index = from; index < text.length; index++) {
    const found = separators.find((separator) => text.startsWith(separator, index));
    if (found !== undefined) return { at: index, length: found.length };
  }
  return undefined;
}

/**
 * `Split`: by any of the separators, by white space when there are none.
 *
 * @throws `System.ArgumentOutOfRangeException` when the count is negative.
 * @see https://learn.microsoft.com/dotnet/api/system.string.split
 */
export function splitText(text: string, separators: readonly string[], rules: SplitRules): string[] {
  const { count, removeEmpty, trim } = rules;
  if (count !== null && count < 0) throw argumentOutOfRange("count", "Count cannot be less than zero.");
  const used = separators.filter((separator) => separator !== "");
  const spaces = [...text].filter(isWhiteSpace);
  const by = separators.length === 0 ? [...new Set(spaces)] : used;
  const most = count ?? Number.POSITIVE_INFINITY;
  if (most === 0 || (removeEmpty && text === "")) return [];
  const clean = (part: string) => (trim ? trimmedText(part, "", "both") : part);
  const parts: string[] = [];
  let start = 0;
  while (parts.length < most - 1) {
    const found = splitAt(text, by, start);
    if (found === undefined) break;
    const part = clean(text.slice(start, found.at));
    if (!removeEmpty || part !== "") parts.push(part);
    start = found.at + found.length;
  }
  let rest = text.slice(start);
  if (removeEmpty) {
    for (let found = splitAt(rest, by, 0); found?.at === 0; found = splitAt(rest, by, 0))
      rest = rest.slice(found.length);
  }
  const last = clean(rest);
  if (!removeEmpty || last !== "") parts.push(last);
  return parts;
}

/** `IndexOf` and `LastIndexOf` of a text under a comparison; -1 when it is not there. */
export function indexOfText(
  text: string,
  part: string,
  comparison: number,
  from: number,
  last = false,
): number {
  const [whole, wanted] = [folded(text, comparison), folded(part, comparison)];
  return last ? whole.lastIndexOf(wanted, from) : whole.indexOf(wanted, from);
}

/** `GetHashCode()` of .NET Framework on 64 bits, without its randomized variant. */
export function textHashCode(text: string): number {
  let [first, second] = [5381, 5381];
  for (let index = 0; index < text.length; index += 2) {
    first = (((first << 5) + first) | 0) ^ text.charCodeAt(index);
    if (index + 1 === text.length) break;
    second = (((second << 5) + second) | 0) ^ text.charCodeAt(index + 1);
  }
  return (first + Math.imul(second, 1_566_083_941)) | 0;
}
