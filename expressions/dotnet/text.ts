import { allocate, spend } from "../meter.ts";
import { argumentException, argumentNull, argumentOutOfRange } from "./exceptions.ts";
import { indexIn, lastIndexIn, partsBetween } from "./text-search.ts";

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
  if (/^[\p{Cc}\u0020-\u007f]*$/u.test(text)) return text[method]();
  spend(text.length / 4);
  return text.replace(/[^\0-\u007f]|[a-zA-Z]+/g, (part) => {
    const changed = part[method]();
    // .NET's upper case of a letter outside ASCII stays outside ASCII.
    const leaves = method === "toUpperCase" && part > "\u007f" && changed <= "\u007f";
    return changed.length === part.length && !leaves ? changed : part;
  });
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
    spend((left.length + right.length) / 8);
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

/** `Replace`: every occurrence, by code units; the result is charged before it is built. */
export function replaced(text: string, old: string | null, value: string | null): string {
  if (old === null) throw argumentNull("oldValue");
  if (old === "") throw argumentException("String cannot be of zero length.", "oldValue");
  const parts = partsBetween(text, old);
  spend(parts.length / 4);
  allocate(text.length + (parts.length - 1) * ((value ?? "").length - old.length));
  return parts.join(value ?? "");
}

/** What .NET holds for white space: Unicode's separators, the control characters between tab and carriage return, and U+0085. */
const whiteSpaces =
  "\t\n\v\f\r \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000";
const whiteSpace = new RegExp(`^[${whiteSpaces}]*$`);

/** `string.IsNullOrWhiteSpace`. */
export function isWhiteSpace(text: string): boolean {
  return whiteSpace.test(text);
}

/** `Trim`, `TrimStart` or `TrimEnd`; white space when no characters are named. */
export function trimmedText(text: string, chars: string, side: "both" | "start" | "end"): string {
  const named = new Set(chars);
  const gone = (char: string) => (chars === "" ? isWhiteSpace(char) : named.has(char));
  let [start, end] = [0, text.length];
  if (side !== "end") while (start < end && gone(text[start] ?? "")) start += 1;
  if (side !== "start") while (end > start && gone(text[end - 1] ?? "")) end -= 1;
  spend((text.length - (end - start)) / 4);
  return text.slice(start, end);
}

/** How `Split` divides: `count` parts at most, empty ones left out when `removeEmpty`. */
export interface SplitRules {
  readonly count: number | null;
  readonly removeEmpty: boolean;
  /** Strips white space around each part. */
  readonly trim: boolean;
}

/** Finds the first separator that stands at a place; those of one character are found by a look, whatever their number. */
function separatorFinder(separators: readonly string[]): (text: string, at: number) => number {
  const byFirst = Map.groupBy(separators, (separator) => separator[0] ?? "");
  const only = new Set([...byFirst.keys()].filter((first) => byFirst.get(first)?.[0]?.length === 1));
  return (text, at) => {
    const first = text[at] ?? "";
    if (only.has(first)) return 1;
    const found = byFirst.get(first)?.find((separator) => {
      spend(separator.length / 64);
      return text.startsWith(separator, at);
    });
    return found?.length ?? 0;
  };
}

interface Separator {
  readonly at: number;
  readonly length: number;
}

function* separatorsIn(text: string, separators: readonly string[]): Generator<Separator> {
  const lengthAt = separatorFinder(separators);
  for (let at = 0; at < text.length; at++) {
    const length = lengthAt(text, at);
    if (length === 0) continue;
    yield { at, length };
    at += length - 1;
  }
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
  const by = separators.length === 0 ? [...whiteSpaces] : used;
  const most = count ?? Number.POSITIVE_INFINITY;
  if (most === 0 || (removeEmpty && text === "")) return [];
  spend(text.length / 4 + by.length);
  const clean = (part: string) => (trim ? trimmedText(part, "", "both") : part);
  const parts: string[] = [];
  let start = 0;
  for (const { at, length } of separatorsIn(text, by)) {
    // Behind the last part that may be cut off, only the empty ones are left out.
    const isFull = parts.length >= most - 1;
    if (isFull && !(removeEmpty && at === start)) break;
    const part = clean(text.slice(start, at));
    if (!isFull && (!removeEmpty || part !== "")) parts.push(part);
    start = at + length;
  }
  const last = clean(text.slice(start));
  if (!removeEmpty || last !== "") parts.push(last);
  spend(parts.length / 4);
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
  return last ? lastIndexIn(whole, wanted, from) : indexIn(whole, wanted, from);
}

/** `GetHashCode()` of .NET Framework on 64 bits, without its randomized variant. */
export function textHashCode(text: string): number {
  spend(text.length / 32);
  let [first, second] = [5381, 5381];
  for (let index = 0; index < text.length; index += 2) {
    first = (((first << 5) + first) | 0) ^ text.charCodeAt(index);
    if (index + 1 === text.length) break;
    second = (((second << 5) + second) | 0) ^ text.charCodeAt(index + 1);
  }
  return (first + Math.imul(second, 1_566_083_941)) | 0;
}
