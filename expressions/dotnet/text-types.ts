import { DotnetException } from "../exception.ts";
import { chargedElements, spend } from "../meter.ts";
import type { Host, Implementation, TypeDescription } from "../type-description.ts";
import { CharValue, type Value } from "../value.ts";
import { compositeFormat } from "./composite-format.ts";
import { Encoding } from "./encoding.ts";
import { argumentException, argumentOutOfRange, required } from "./exceptions.ts";
import { scalarText } from "./scalar-text.ts";
import {
  compareText,
  equalText,
  indexOfText,
  inserted,
  isWhiteSpace,
  lowerInvariant,
  removed,
  replaced,
  splitText,
  stringComparisons,
  substring,
  textHashCode,
  trimmedText,
  upperInvariant,
} from "./text.ts";

type Members = Readonly<Record<string, Implementation>>;

const current = stringComparisons.CurrentCulture;
const ordinal = stringComparisons.Ordinal;

function allocated(text: string, host: Host): string {
  host.allocate(text.length);
  return text;
}

/** `string.Format`: what is no scalar is written by its own `ToString()`. */
function format(pattern: string | null, values: readonly Value[] | null, host: Host): string {
  const list = required(values, "args");
  const write = (index: number, style: string | null) => {
    const value = list[index] ?? null;
    return value === null ? "" : (scalarText(value, style) ?? host.text(value));
  };
  return compositeFormat(pattern, list.length, write, (size) => host.allocate(size));
}

function joined(separator: string | null, values: Iterable<Value> | null, host: Host): string {
  const parts: string[] = [];
  for (const value of chargedElements(required(values, "values"))) {
    const text = host.text(value);
    host.allocate(text.length + (separator ?? "").length);
    parts.push(text);
  }
  return parts.join(separator ?? "");
}

function concatenated(values: Iterable<Value> | null, host: Host): string {
  return joined("", values, host);
}

function repeated(char: string, count: number, host: Host): string {
  if (count < 0) throw argumentOutOfRange("count", "'count' must be non-negative.");
  host.allocate(count);
  return char.repeat(count);
}

function padded(text: string, width: number, char: string, left: boolean, host: Host): string {
  if (width < 0) throw argumentOutOfRange("totalWidth", "Non-negative number required.");
  host.allocate(width);
  return left ? text.padStart(width, char) : text.padEnd(width, char);
}

const stringStatics: Members = {
  "new(char c, int count)": repeated,
  "new(char[] value)": (chars: readonly Value[] | null, host: Host) => charsText(chars, host),
  "new(char[] value, int startIndex, int length)": (
    chars: readonly Value[] | null,
    start: number,
    length: number,
    host: Host,
  ) => charsText(chars?.slice(start, start + length) ?? null, host),
  "static string Empty": () => "",
  "static bool IsNullOrEmpty(string value)": (text: string | null) => text === null || text === "",
  "static bool IsNullOrWhiteSpace(string value)": (text: string | null) =>
    text === null || isWhiteSpace(text),
  "static string Format(string format, params object[] args)": format,
  "static string Join(string separator, params object[] values)": joined,
  "static string Join(string separator, params string[] value)": joined,
  "static string Join(string separator, IEnumerable<string> values)": joined,
  "static string Join<T>(string separator, IEnumerable<T> values)": joined,
  "static string Concat(params object[] args)": concatenated,
  "static string Concat(params string[] values)": concatenated,
  "static string Concat(IEnumerable<string> values)": concatenated,
  "static string Concat<T>(IEnumerable<T> values)": concatenated,
  "static string Copy(string str)": (text: string | null) => required(text, "str"),
  "static bool Equals(string a, string b)": (left: string | null, right: string | null) => left === right,
  "static bool Equals(string a, string b, StringComparison comparisonType)": equalText,
  "static int Compare(string strA, string strB)": (left: string | null, right: string | null) =>
    compareText(left, right, current),
  "static int Compare(string strA, string strB, bool ignoreCase)": (
    left: string | null,
    right: string | null,
    ignoreCase: boolean,
  ) => compareText(left, right, current + Number(ignoreCase)),
  "static int Compare(string strA, string strB, StringComparison comparisonType)": compareText,
  "static int CompareOrdinal(string strA, string strB)": (left: string | null, right: string | null) =>
    compareText(left, right, ordinal),
};

function charsText(chars: readonly Value[] | null, host: Host): string {
  const list = chars ?? [];
  host.allocate(list.length);
  spend(list.length / 2);
  return list
    .map((char) => (char instanceof CharValue ? String.fromCharCode(char.code) : String(char)))
    .join("");
}

function contains(text: string, part: string | null, comparison: number = ordinal): boolean {
  return indexOfText(text, required(part, "value"), comparison, 0) >= 0;
}

function startsWith(text: string, part: string | null, comparison: number = current): boolean {
  const wanted = required(part, "value");
  return equalText(text.slice(0, wanted.length), wanted, comparison);
}

function endsWith(text: string, part: string | null, comparison: number = current): boolean {
  const wanted = required(part, "value");
  return wanted === "" || equalText(text.slice(-wanted.length), wanted, comparison);
}

function indexOf(text: string, part: string | null, from: number, comparison: number): number {
  if (from < 0 || from > text.length) {
    throw argumentOutOfRange(
      "startIndex",
      "Index was out of range. Must be non-negative and less than the size of the collection.",
    );
  }
  return indexOfText(text, required(part, "value"), comparison, from);
}

function indexOfAny(text: string, chars: readonly Value[] | null, last: boolean): number {
  const list = required(chars, "anyOf");
  spend(text.length / 4 + list.length);
  const wanted = new Set(list.map((char) => (char instanceof CharValue ? char.code : -1)));
  for (let index = 0; index < text.length; index++) {
    const place = last ? text.length - 1 - index : index;
    if (wanted.has(text.charCodeAt(place))) return place;
  }
  return -1;
}

const searching: Members = {
  "bool Contains(string value)": (text: string, part: string | null) => contains(text, part),
  "bool StartsWith(string value)": (text: string, part: string | null) => startsWith(text, part),
  "bool StartsWith(string value, StringComparison comparisonType)": startsWith,
  "bool EndsWith(string value)": (text: string, part: string | null) => endsWith(text, part),
  "bool EndsWith(string value, StringComparison comparisonType)": endsWith,
  "bool Equals(string value)": (left: string, right: string | null) => left === right,
  "bool Equals(string value, StringComparison comparisonType)": equalText,
  "int CompareTo(string strB)": (left: string, right: string | null) => compareText(left, right, current),
  "int IndexOf(string value)": (text: string, part: string | null) => indexOf(text, part, 0, current),
  "int IndexOf(string value, int startIndex)": (text: string, part: string | null, from: number) =>
    indexOf(text, part, from, current),
  "int IndexOf(string value, StringComparison comparisonType)": (
    text: string,
    part: string | null,
    comparison: number,
  ) => indexOf(text, part, 0, comparison),
  "int IndexOf(string value, int startIndex, StringComparison comparisonType)": indexOf,
  "int IndexOf(char value)": (text: string, char: string) => text.indexOf(char),
  "int IndexOf(char value, int startIndex)": (text: string, char: string, from: number) =>
    indexOf(text, char, from, ordinal),
  "int IndexOfAny(char[] anyOf)": (text: string, chars: readonly Value[] | null) =>
    indexOfAny(text, chars, false),
  "int LastIndexOf(string value)": (text: string, part: string | null) =>
    indexOfText(text, required(part, "value"), current, text.length, true),
  "int LastIndexOf(string value, StringComparison comparisonType)": (
    text: string,
    part: string | null,
    comparison: number,
  ) => indexOfText(text, required(part, "value"), comparison, text.length, true),
  "int LastIndexOf(char value)": (text: string, char: string) => text.lastIndexOf(char),
  "int LastIndexOfAny(char[] anyOf)": (text: string, chars: readonly Value[] | null) =>
    indexOfAny(text, chars, true),
};

function separators(chars: readonly Value[] | null): string[] {
  spend((chars?.length ?? 0) * 2);
  return (chars ?? []).map((char) =>
    char instanceof CharValue ? String.fromCharCode(char.code) : String(char),
  );
}

function split(
  text: string,
  by: readonly string[],
  count: number | null,
  options: number,
  host: Host,
): string[] {
  const parts = splitText(text, by, { count, removeEmpty: options % 2 === 1, trim: options >= 2 });
  host.allocate(text.length + parts.length);
  return parts;
}

const splitting: Members = {
  "string[] Split(params char[] separator)": (text: string, chars: readonly Value[] | null, host: Host) =>
    split(text, separators(chars), null, 0, host),
  "string[] Split(char[] separator, int count)": (
    text: string,
    chars: readonly Value[] | null,
    count: number,
    host: Host,
  ) => split(text, separators(chars), count, 0, host),
  "string[] Split(char[] separator, StringSplitOptions options)": (
    text: string,
    chars: readonly Value[] | null,
    options: number,
    host: Host,
  ) => split(text, separators(chars), null, options, host),
  "string[] Split(char[] separator, int count, StringSplitOptions options)": (
    text: string,
    chars: readonly Value[] | null,
    count: number,
    options: number,
    host: Host,
  ) => split(text, separators(chars), count, options, host),
  "string[] Split(string[] separator, StringSplitOptions options)": (
    text: string,
    by: readonly string[] | null,
    options: number,
    host: Host,
  ) => split(text, by ?? [], null, options, host),
  "string[] Split(string[] separator, int count, StringSplitOptions options)": (
    text: string,
    by: readonly string[] | null,
    count: number,
    options: number,
    host: Host,
  ) => split(text, by ?? [], count, options, host),
};

const changing: Members = {
  "string Substring(int startIndex)": (text: string, start: number) => substring(text, start),
  "string Substring(int startIndex, int length)": substring,
  "string Remove(int startIndex)": (text: string, start: number) => removed(text, start),
  "string Remove(int startIndex, int count)": removed,
  "string Insert(int startIndex, string value)": (
    text: string,
    start: number,
    value: string | null,
    host: Host,
  ) => allocated(inserted(text, start, value), host),
  "string Replace(string oldValue, string newValue)": (
    text: string,
    old: string | null,
    value: string | null,
  ) => replaced(text, old, value),
  "string Replace(char oldChar, char newChar)": (text: string, old: string, value: string) =>
    replaced(text, old, value),
  "string ToLower()": (text: string, host: Host) => allocated(lowerInvariant(text), host),
  "string ToLowerInvariant()": (text: string, host: Host) => allocated(lowerInvariant(text), host),
  "string ToUpper()": (text: string, host: Host) => allocated(upperInvariant(text), host),
  "string ToUpperInvariant()": (text: string, host: Host) => allocated(upperInvariant(text), host),
  "string Trim(params char[] trimChars)": (text: string, chars: readonly Value[] | null) =>
    trimmedText(text, separators(chars).join(""), "both"),
  "string TrimStart(params char[] trimChars)": (text: string, chars: readonly Value[] | null) =>
    trimmedText(text, separators(chars).join(""), "start"),
  "string TrimEnd(params char[] trimChars)": (text: string, chars: readonly Value[] | null) =>
    trimmedText(text, separators(chars).join(""), "end"),
  "string PadLeft(int totalWidth, char paddingChar = ' ')": (
    text: string,
    width: number,
    char: Value,
    host: Host,
  ) => padded(text, width, paddingOf(char), true, host),
  "string PadRight(int totalWidth, char paddingChar = ' ')": (
    text: string,
    width: number,
    char: Value,
    host: Host,
  ) => padded(text, width, paddingOf(char), false, host),
};

/** A default stands in the description as a value of the language, a given character as a text. */
function paddingOf(char: Value): string {
  return char instanceof CharValue ? String.fromCharCode(char.code) : String(char);
}

const stringDescription: TypeDescription = {
  name: "System.String",
  kind: "class",
  interfaces: ["IEnumerable<char>"],
  members: {
    ...stringStatics,
    ...searching,
    ...splitting,
    ...changing,
    "int Length": (text: string) => text.length,
    "char this[int index]": (text: string, index: number) => {
      const char = text[index];
      if (char !== undefined) return char;
      throw indexOutOfRange();
    },
    "char[] ToCharArray()": (text: string, host: Host) => {
      host.allocate(text.length);
      return Array.from({ length: text.length }, (_, index) => new CharValue(text.charCodeAt(index)));
    },
    "string ToString()": (text: string) => text,
    "object Clone()": (text: string) => text,
    "int GetHashCode()": textHashCode,
    "string Normalize()": (text: string, host: Host) => allocated(text.normalize("NFC"), host),
  },
};

function indexOutOfRange() {
  return new DotnetException("System.IndexOutOfRangeException", "Index was outside the bounds of the array.");
}

function charTest(pattern: RegExp): (char: string) => boolean {
  return (char) => pattern.test(char);
}

const charDescription: TypeDescription = {
  name: "System.Char",
  kind: "struct",
  members: {
    "static char MaxValue": () => "\uffff",
    "static char MinValue": () => "\0",
    "static bool IsDigit(char c)": charTest(/^\p{Nd}$/u),
    "static bool IsNumber(char c)": charTest(/^\p{N}$/u),
    "static bool IsLetter(char c)": charTest(/^\p{L}$/u),
    "static bool IsLetterOrDigit(char c)": charTest(/^[\p{L}\p{Nd}]$/u),
    "static bool IsUpper(char c)": charTest(/^\p{Lu}$/u),
    "static bool IsLower(char c)": charTest(/^\p{Ll}$/u),
    "static bool IsPunctuation(char c)": charTest(/^\p{P}$/u),
    "static bool IsSymbol(char c)": charTest(/^\p{S}$/u),
    "static bool IsControl(char c)": charTest(/^\p{Cc}$/u),
    "static bool IsWhiteSpace(char c)": isWhiteSpace,
    "static char ToUpper(char c)": upperInvariant,
    "static char ToLower(char c)": lowerInvariant,
    "static char ToUpperInvariant(char c)": upperInvariant,
    "static char ToLowerInvariant(char c)": lowerInvariant,
    "static double GetNumericValue(char c)": (char: string) => (/^[0-9]$/.test(char) ? Number(char) : -1),
    "static char Parse(string s)": (text: string | null) => {
      if (required(text, "s").length === 1) return text;
      throw argumentException("String must be exactly one character long.");
    },
    "static string ToString(char c)": (char: string) => char,
    "string ToString()": (char: string | CharValue) =>
      char instanceof CharValue ? String.fromCharCode(char.code) : char,
    "int CompareTo(char value)": (left: string, right: string) => left.charCodeAt(0) - right.charCodeAt(0),
    "int GetHashCode()": (char: string) => char.charCodeAt(0) | (char.charCodeAt(0) << 16),
  },
};

const comparisonDescription: TypeDescription = {
  name: "System.StringComparison",
  kind: "enum",
  values: stringComparisons,
};

const splitOptionsDescription: TypeDescription = {
  name: "System.StringSplitOptions",
  kind: "enum",
  flags: true,
  values: { None: 0, RemoveEmptyEntries: 1 },
};

/** `System.StringComparer` of one of the comparisons. */
export class StringComparer {
  readonly comparison: number;

  constructor(comparison: number) {
    this.comparison = comparison;
  }
}

const comparerDescription: TypeDescription = {
  name: "System.StringComparer",
  kind: "class",
  is: (value) => value instanceof StringComparer,
  members: {
    ...Object.fromEntries(
      Object.entries(stringComparisons).map(([name, comparison]) => [
        `static StringComparer ${name}`,
        () => new StringComparer(comparison),
      ]),
    ),
    "bool Equals(string x, string y)": (self: StringComparer, left: string | null, right: string | null) =>
      equalText(left, right, self.comparison),
    "int Compare(string x, string y)": (self: StringComparer, left: string | null, right: string | null) =>
      compareText(left, right, self.comparison),
  },
};

const encodingDescription: TypeDescription = {
  name: "System.Text.Encoding",
  kind: "class",
  is: (value) => value instanceof Encoding,
  members: {
    "static Encoding UTF8": () => Encoding.utf8,
    "static Encoding ASCII": () => Encoding.ascii,
    "static Encoding Unicode": () => Encoding.unicode,
    "static Encoding BigEndianUnicode": () => Encoding.bigEndianUnicode,
    "static Encoding Default": () => Encoding.utf8,
    "static Encoding GetEncoding(string name)": Encoding.byName,
    "string WebName": (self: Encoding) => self.name,
    "byte[] GetBytes(string s)": (self: Encoding, text: string | null, host: Host) => {
      host.allocate(required(text, "s").length);
      return self.bytes(text ?? "");
    },
    "int GetByteCount(string s)": (self: Encoding, text: string | null) =>
      self.bytes(required(text, "s")).length,
    "string GetString(byte[] bytes)": (self: Encoding, bytes: Uint8Array | null, host: Host) => {
      host.allocate(required(bytes, "bytes").length);
      return self.text(bytes ?? new Uint8Array());
    },
    "string GetString(byte[] bytes, int index, int count)": (
      self: Encoding,
      bytes: Uint8Array | null,
      index: number,
      count: number,
      host: Host,
    ) => {
      const given = required(bytes, "bytes");
      if (index < 0 || count < 0 || index + count > given.length) throw argumentOutOfRange("bytes");
      host.allocate(count);
      return self.text(given.subarray(index, index + count));
    },
  },
};

/** `String`, `Char`, their enums, `StringComparer` and `Encoding`. */
export const textTypes: readonly TypeDescription[] = [
  stringDescription,
  charDescription,
  comparisonDescription,
  splitOptionsDescription,
  comparerDescription,
  encodingDescription,
];
