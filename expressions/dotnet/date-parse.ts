import { daysInMonth, monthNames } from "./calendar.ts";
import { datePatternParts, standardDatePattern } from "./date-format.ts";
import { formatException, required } from "./exceptions.ts";

/** The parts of a date that were read from a text. */
export interface ParsedDate {
  /** `null` when the text is a time alone. */
  readonly date: { readonly year: number; readonly month: number; readonly day: number } | null;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  /** The fraction of a second, in ticks. */
  readonly fractionTicks: number;
  /** Minutes ahead of UTC; `null` when the text says none. */
  readonly offsetMinutes: number | null;
}

function unrecognized() {
  return formatException("String was not recognized as a valid DateTime.");
}

function unrepresentable() {
  return formatException(
    "The DateTime represented by the string is not supported in calendar System.Globalization.GregorianCalendar.",
  );
}

const longestDate = 200;

/** Years of two digits are of 1930 to 2029, as in .NET Framework. */
function fullYear(text: string): number {
  const year = Number(text);
  if (text.length > 2) return year;
  return year < 30 ? 2000 + year : 1900 + year;
}

function monthOf(name: string): number {
  const wanted = name.toLowerCase();
  const index = monthNames.findIndex(
    (month) => month.toLowerCase() === wanted || month.slice(0, 3).toLowerCase() === wanted,
  );
  if (index < 0) throw unrecognized();
  return index + 1;
}

const monthWord = "(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*";

/** The orders in which the culture en-US reads a date. */
const dateShapes: readonly { readonly shape: RegExp; readonly order: string }[] = [
  { shape: /^(\d{3,4})[-/.](\d{1,2})[-/.](\d{1,2})(?=$|[TtZz\s,])/, order: "ymd" },
  { shape: /^(\d{4})[-/](\d{1,2})$/, order: "ym" },
  { shape: /^(\d{1,2})[-/.](\d{1,2})[-/.](\d{1,4})(?=$|[\s,])/, order: "mdy" },
  {
    shape: new RegExp(`^(\\d{1,2})[-\\s/,]*(${monthWord})\\.?[-\\s/,]*(\\d{2,4})(?=$|[\\s,])`, "i"),
    order: "dny",
  },
  {
    shape: new RegExp(`^(${monthWord})\\.?[-\\s/,]*(\\d{1,2})[-\\s/,]+(\\d{4})(?=$|[\\s,])`, "i"),
    order: "ndy",
  },
  {
    shape: new RegExp(`^(\\d{4})[-\\s/,]*(${monthWord})\\.?[-\\s/,]*(\\d{1,2})(?=$|[\\s,])`, "i"),
    order: "ynd",
  },
  { shape: new RegExp(`^(${monthWord})\\.?[-\\s/,]*(\\d{4})$`, "i"), order: "ny" },
];

function readDate(text: string) {
  for (const { shape, order } of dateShapes) {
    const match = shape.exec(text);
    if (match === null) continue;
    const part = (letter: string) => match[order.indexOf(letter) + 1] ?? "";
    const month = order.includes("n") ? monthOf(part("n")) : Number(part("m"));
    const day = order.includes("d") ? Number(part("d")) : 1;
    return { date: { year: fullYear(part("y")), month, day }, rest: text.slice(match[0].length) };
  }
  return undefined;
}

const timeShape =
  /^(\d{1,2})(?::(\d{1,2})(?::(\d{1,2})(?:[.,](\d{1,30}))?)?)?\s*([AaPp](?:[Mm])?)?\s*(Z|GMT|UTC|[+-]\d{1,2}(?::?\d{2})?)?$/i;

function offsetOf(text: string | undefined): number | null {
  if (text === undefined) return null;
  const match = /^([+-])(\d{1,2}):?(\d{2})?$/.exec(text);
  if (match === null) return 0;
  const minutes = Number(match[2]) * 60 + Number(match[3] ?? 0);
  if (minutes > 14 * 60) throw unrecognized();
  return match[1] === "-" ? -minutes : minutes;
}

function hourOf(text: string, half: string | undefined): number {
  const hour = Number(text);
  if (half === undefined) return hour;
  if (hour > 12) throw unrecognized();
  return (hour % 12) + (half.toLowerCase().startsWith("p") ? 12 : 0);
}

function fractionTicks(digits: string): number {
  return Math.round(Number(`0.${digits}`) * 10_000_000);
}

function checked(parsed: ParsedDate): ParsedDate {
  const { date, hour, minute, second } = parsed;
  const wrongDate =
    date !== null &&
    (date.month < 1 ||
      date.month > 12 ||
      date.day < 1 ||
      date.year < 1 ||
      date.year > 9999 ||
      date.day > daysInMonth(date.year, date.month));
  if (wrongDate) throw unrecognized();
  if (hour > 23 || minute > 59 || second > 59) throw unrepresentable();
  return parsed;
}

function readTime(text: string): Omit<ParsedDate, "date"> {
  const match = timeShape.exec(text);
  if (match === null) throw unrecognized();
  const [, hour = "", minute, second = "0", fraction = "", half, offset] = match;
  // A number alone is no time.
  if (minute === undefined && half === undefined) throw unrecognized();
  return {
    hour: hourOf(hour, half),
    minute: Number(minute ?? 0),
    second: Number(second),
    fractionTicks: fractionTicks(fraction),
    offsetMinutes: offsetOf(offset),
  };
}

/**
 * `DateTime.Parse` in the culture en-US: ISO 8601, RFC 1123, month before day in `11/28/2026`, names of months, and a time with an
 * optional offset.
 *
 * @throws `System.FormatException` when the text is no date.
 * @see https://learn.microsoft.com/dotnet/api/system.datetime.parse
 */
export function parseDate(source: string | null): ParsedDate {
  const whole = required(source, "s").trim();
  if (whole === "") throw unrecognized();
  const text = whole.slice(0, longestDate).replace(/^(?:sun|mon|tue|wed|thu|fri|sat)[a-z]*[,\s]+/i, "");
  const read = readDate(text);
  if (read === undefined) return checked({ date: null, ...readTime(text) });
  const rest = read.rest.replace(/^[Tt,\s]+/, "");
  const zoneAlone = /^(?:Z|GMT|UTC|[+-]\d{1,2}:\d{2})$/i.test(rest);
  const time = rest === "" || zoneAlone ? `0:00 ${rest}`.trim() : rest;
  return checked({ date: read.date, ...readTime(time) });
}

/** What each field of a format reads. */
const fieldShapes: readonly (readonly [RegExp, string])[] = [
  [/^yyyyy?$/, "\\d{4}"],
  [/^yyy$/, "\\d{3,4}"],
  [/^yy$/, "\\d{2}"],
  [/^y$/, "\\d{1,2}"],
  [/^MMM$/, "[A-Za-z]{3}"],
  [/^M{4,}$/, "[A-Za-z]{3,9}"],
  [/^ddd$/, "[A-Za-z]{3}"],
  [/^d{4,}$/, "[A-Za-z]{6,9}"],
  [/^(?:MM|dd|hh|HH|mm|ss)$/, "\\d{2}"],
  [/^[MdhHms]$/, "\\d{1,2}"],
  [/^t+$/, "[AaPp][Mm]?"],
  [/^K$/, "(?:Z|[+-]\\d{2}:\\d{2})?"],
  [/^zzz+$/, "[+-]\\d{1,2}:?\\d{2}"],
  [/^zz$/, "[+-]\\d{2}"],
  [/^z$/, "[+-]\\d{1,2}"],
  [/^g+$/, "A\\.D\\."],
];

function shapeOf(field: string): string {
  if (field.startsWith("f")) return `\\d{${field.length}}`;
  if (field.startsWith("F")) return `\\d{0,${field.length}}`;
  return fieldShapes.find(([name]) => name.test(field))?.[1] ?? "\\d{1,2}";
}

function literalShape(literal: string): string {
  return literal.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
}

/** Whether a format reads a text, and what each field read. */
function matchPattern(text: string, pattern: string): Map<string, string> | undefined {
  const parts = datePatternParts(pattern);
  const fields = parts.flatMap((part) => (part.field === undefined ? [] : [part.field]));
  const shape = parts.map((part) =>
    part.field === undefined ? literalShape(part.literal ?? "") : `(${shapeOf(part.field)})`,
  );
  const match = new RegExp(`^${shape.join("")}$`, "i").exec(text);
  if (match === null) return undefined;
  return new Map(
    fields.map((field, index) => [
      field[0] === "M" || field[0] === "d" ? field : (field[0] ?? ""),
      match[index + 1] ?? "",
    ]),
  );
}

/**
 * `DateTime.ParseExact` in the culture en-US.
 *
 * @throws `System.FormatException` when the text is not of that format.
 * @see https://learn.microsoft.com/dotnet/api/system.datetime.parseexact
 */
export function parseDateExactly(source: string | null, format: string | null): ParsedDate {
  const text = required(source, "s").slice(0, longestDate);
  const wanted = required(format, "format").slice(0, longestDate);
  const pattern = wanted.length === 1 ? standardDatePattern(wanted) : wanted;
  if (pattern === undefined) throw formatException();
  const read = matchPattern(text, pattern);
  if (read === undefined) throw unrecognized();
  const number = (...names: string[]) =>
    names.map((name) => read.get(name)).find((value) => value !== undefined);
  const monthName = number("MMM", "MMMM");
  const year = number("y");
  const month = monthName === undefined ? Number(number("M", "MM") ?? 1) : monthOf(monthName);
  const zone = number("K", "z");
  const utc = /^[rRu]$/.test(wanted) || zone?.toUpperCase() === "Z";
  const hasDate = year !== undefined || monthName !== undefined || number("M", "MM", "d", "dd") !== undefined;
  return checked({
    date: hasDate
      ? { year: year === undefined ? 1 : fullYear(year), month, day: Number(number("d", "dd") ?? 1) }
      : null,
    hour: hourOf(number("H", "h") ?? "0", number("t")),
    minute: Number(number("m") ?? 0),
    second: Number(number("s") ?? 0),
    fractionTicks: fractionTicks(number("f", "F") ?? "0"),
    offsetMinutes: utc ? 0 : zone === undefined || zone === "" ? null : offsetOf(zone),
  });
}
