import { spend } from "../meter.ts";
import { dayNames, monthNames } from "./calendar.ts";
import { formatException } from "./exceptions.ts";
import { type TimeSpan, ticksPer } from "./time-span.ts";

/** What the fields of a format are written from. */
export interface DateFields {
  readonly ticks: bigint;
  readonly year: number;
  readonly month: number;
  readonly day: number;
  /** 0 for Sunday. */
  readonly dayOfWeek: number;
  readonly timeOfDay: TimeSpan;
}

/** A date to write, and what its zone specifiers show. */
export interface DateToFormat {
  readonly date: DateFields;
  /** Minutes ahead of UTC; `null` when the date says none. */
  readonly offsetMinutes: number | null;
  /** `K` writes `Z`. */
  readonly zulu: boolean;
  /** Of a `DateTimeOffset`, its universal time, which the formats `R` and `u` show. */
  readonly universal?: DateFields;
}

const longTime = "h:mm:ss tt";
const shortTime = "h:mm tt";
const longDate = "dddd, MMMM d, yyyy";
const shortDate = "M/d/yyyy";

/** The standard formats of the culture en-US. */
const standardPatterns: Readonly<Record<string, string>> = {
  d: shortDate,
  D: longDate,
  f: `${longDate} ${shortTime}`,
  F: `${longDate} ${longTime}`,
  g: `${shortDate} ${shortTime}`,
  G: `${shortDate} ${longTime}`,
  m: "MMMM d",
  M: "MMMM d",
  o: "yyyy'-'MM'-'dd'T'HH':'mm':'ss.fffffffK",
  O: "yyyy'-'MM'-'dd'T'HH':'mm':'ss.fffffffK",
  r: "ddd, dd MMM yyyy HH':'mm':'ss 'GMT'",
  R: "ddd, dd MMM yyyy HH':'mm':'ss 'GMT'",
  s: "yyyy'-'MM'-'dd'T'HH':'mm':'ss",
  t: shortTime,
  T: longTime,
  u: "yyyy'-'MM'-'dd HH':'mm':'ss'Z'",
  U: `${longDate} ${longTime}`,
  y: "MMMM yyyy",
  Y: "MMMM yyyy",
};

/** The custom pattern behind a standard format letter; `undefined` when the letter is none. */
export function standardDatePattern(letter: string): string | undefined {
  return Object.hasOwn(standardPatterns, letter) ? standardPatterns[letter] : undefined;
}

/** An offset from UTC as `+02:00`. */
export function offsetText(minutes: number): string {
  const hours = Math.floor(Math.abs(minutes) / 60)
    .toString()
    .padStart(2, "0");
  return `${minutes < 0 ? "-" : "+"}${hours}:${(Math.abs(minutes) % 60).toString().padStart(2, "0")}`;
}

function zone(value: DateToFormat, letters: string): string {
  if (letters.startsWith("K")) {
    if (value.offsetMinutes === null) return "";
    return value.zulu ? "Z" : offsetText(value.offsetMinutes);
  }
  const text = offsetText(value.offsetMinutes ?? 0);
  if (letters.length >= 3) return text;
  const hours = text.slice(1, 3);
  return text[0] + (letters.length === 1 ? Number(hours).toString() : hours);
}

function yearText(year: number, length: number): string {
  if (length <= 2) return (year % 100).toString().padStart(length, "0");
  return year.toString().padStart(length, "0");
}

function fieldText(value: DateToFormat, letters: string): string {
  const { date } = value;
  const padded = (number: number) => number.toString().padStart(Math.min(letters.length, 2), "0");
  const time = date.timeOfDay;
  const fraction = (date.ticks % ticksPer.second).toString().padStart(7, "0").slice(0, letters.length);
  switch (letters[0]) {
    case "d":
      if (letters.length <= 2) return padded(date.day);
      return (dayNames[date.dayOfWeek] ?? "").slice(0, letters.length === 3 ? 3 : undefined);
    case "M":
      if (letters.length <= 2) return padded(date.month);
      return (monthNames[date.month - 1] ?? "").slice(0, letters.length === 3 ? 3 : undefined);
    case "y":
      return yearText(date.year, letters.length);
    case "h":
      return padded(time.part("hour") % 12 === 0 ? 12 : time.part("hour") % 12);
    case "H":
      return padded(time.part("hour"));
    case "m":
      return padded(time.part("minute"));
    case "s":
      return padded(time.part("second"));
    case "f":
      return fraction;
    case "F":
      return fraction.replace(/0+$/, "");
    case "t":
      return (time.part("hour") < 12 ? "AM" : "PM").slice(0, letters.length);
    case "g":
      return "A.D.";
    default:
      return zone(value, letters);
  }
}

const field = /^(?:d+|M+|y+|h+|H+|m+|s+|f+|F+|t+|g+|z+|K)/;

/** Splits a custom date format into fields and literal texts. */
export function datePatternParts(pattern: string): { readonly field?: string; readonly literal?: string }[] {
  spend(pattern.length * 2);
  const parts: { readonly field?: string; readonly literal?: string }[] = [];
  for (let index = 0; index < pattern.length; ) {
    const rest = pattern.slice(index, index + 64);
    const match = field.exec(rest);
    const char = pattern[index] ?? "";
    if (match !== null) {
      if (/^[fF]{8}/.test(match[0])) throw formatException();
      parts.push({ field: match[0] });
      index += match[0].length;
    } else if (char === "'" || char === '"') {
      const end = pattern.indexOf(char, index + 1);
      if (end < 0)
        throw formatException(`Cannot find a matching quote character for the character '${char}'.`);
      parts.push({ literal: pattern.slice(index + 1, end) });
      index = end + 1;
    } else if (char === "\\" || char === "%") {
      if (index + 1 >= pattern.length || pattern[index + 1] === "%") throw formatException();
      if (char === "\\") parts.push({ literal: pattern[index + 1] ?? "" });
      index += char === "\\" ? 2 : 1;
    } else {
      parts.push({ literal: char });
      index += 1;
    }
  }
  return parts;
}

/**
 * `ToString(format)` of a date in the culture en-US: `o` → `2026-11-28T23:16:58.0000000Z`.
 *
 * @throws `System.FormatException` when a single letter is no standard format.
 * @see https://learn.microsoft.com/dotnet/standard/base-types/standard-date-and-time-format-strings
 */
export function formatDate(value: DateToFormat, format: string | null): string {
  if (format === null || format === "") {
    const suffix = value.universal === undefined ? "" : ` ${offsetText(value.offsetMinutes ?? 0)}`;
    return formatDate(value, "G") + suffix;
  }
  if (format.length > 1) return writePattern(value, format);
  const standard = standardDatePattern(format);
  if (standard === undefined || (format === "U" && value.universal !== undefined)) throw formatException();
  const date = /[rRu]/.test(format) ? (value.universal ?? value.date) : value.date;
  return writePattern({ ...value, date }, standard);
}

function writePattern(value: DateToFormat, pattern: string): string {
  let text = "";
  // The separators of the culture are "/" and ":", so that they stand for themselves.
  for (const part of datePatternParts(pattern)) {
    const written = part.field === undefined ? (part.literal ?? "") : fieldText(value, part.field);
    if (written === "" && part.field?.startsWith("F") && text.endsWith(".")) text = text.slice(0, -1);
    text += written;
  }
  return text;
}
