import { describe, expect, it } from "vitest";
import { parseDate, parseDateExactly } from "../../../expressions/dotnet/date-parse.ts";
import { DateTime } from "../../../expressions/dotnet/date-time.ts";
import {
  DateTimeOffset,
  toDateTime,
  toDateTimeOffset,
} from "../../../expressions/dotnet/date-time-offset.ts";
import { TimeSpan } from "../../../expressions/dotnet/time-span.ts";

/*
 * Results are those of https://learn.microsoft.com/dotnet/standard/base-types/standard-date-and-time-format-strings,
 * custom-date-and-time-format-strings, standard-timespan-format-strings and the pages of DateTime, DateTimeOffset and TimeSpan, in the
 * culture en-US.
 */

const date = DateTime.of([2009, 6, 15, 13, 45, 30, 617]);
const utc = DateTime.of([2009, 6, 15, 13, 45, 30], "Utc");
const now = DateTime.of([2026, 11, 28, 23, 16, 58], "Utc");

const formats: readonly [string, string][] = [
  ["d", "6/15/2009"],
  ["D", "Monday, June 15, 2009"],
  ["f", "Monday, June 15, 2009 1:45 PM"],
  ["F", "Monday, June 15, 2009 1:45:30 PM"],
  ["g", "6/15/2009 1:45 PM"],
  ["G", "6/15/2009 1:45:30 PM"],
  ["M", "June 15"],
  ["o", "2009-06-15T13:45:30.6170000"],
  ["R", "Mon, 15 Jun 2009 13:45:30 GMT"],
  ["s", "2009-06-15T13:45:30"],
  ["t", "1:45 PM"],
  ["T", "1:45:30 PM"],
  ["u", "2009-06-15 13:45:30Z"],
  ["y", "June 2009"],
  ["%d", "15"],
  ["ddd dddd", "Mon Monday"],
  ["fff", "617"],
  ["ss.FFFFFFF", "30.617"],
  ["h:mm tt", "1:45 PM"],
  ["yy yyyyy", "09 02009"],
  ["yyyy-MM-ddTHH:mm:ssZ", "2009-06-15T13:45:30Z"],
  ["yyyy-MM-ddTHH:mm:ss.fff", "2009-06-15T13:45:30.617"],
  ["'o''clock' \\h", "oclock h"],
  ["MMM MMMM", "Jun June"],
];

const parsed: readonly [string, string][] = [
  ["2020-01-02", "2020-01-02T00:00:00.0000000"],
  ["2020-01-02T03:04:05", "2020-01-02T03:04:05.0000000"],
  ["2020-01-02T03:04:05Z", "2020-01-02T03:04:05.0000000+00:00"],
  ["2020-01-02T03:04:05.1234567Z", "2020-01-02T03:04:05.1234567+00:00"],
  ["2020-01-02T03:04:05.123+02:00", "2020-01-02T01:04:05.1230000+00:00"],
  ["2020-01-02T03:04:05 -07:00", "2020-01-02T10:04:05.0000000+00:00"],
  ["01/02/2020", "2020-01-02T00:00:00.0000000"],
  ["1/2/2020 3:04 PM", "2020-01-02T15:04:00.0000000"],
  ["1/2/2020 12:04 AM", "2020-01-02T00:04:00.0000000"],
  ["01/02/20", "2020-01-02T00:00:00.0000000"],
  ["2020/01/02", "2020-01-02T00:00:00.0000000"],
  ["Thu, 02 Jan 2020 03:04:05 GMT", "2020-01-02T03:04:05.0000000+00:00"],
  ["2 January 2020", "2020-01-02T00:00:00.0000000"],
  ["January 2, 2020", "2020-01-02T00:00:00.0000000"],
  ["Jan 2 2020 3:04pm", "2020-01-02T15:04:00.0000000"],
  ["02-Jan-2020", "2020-01-02T00:00:00.0000000"],
  ["Jan 2020", "2020-01-01T00:00:00.0000000"],
  ["2020-01", "2020-01-01T00:00:00.0000000"],
  ["10:30", "2026-11-28T10:30:00.0000000"],
];

const exact: readonly [string, string, string][] = [
  ["2009-06-15", "yyyy-MM-dd", "2009-06-15T00:00:00.0000000"],
  ["15/06/2009 01:45 PM", "dd/MM/yyyy hh:mm tt", "2009-06-15T13:45:00.0000000"],
  ["20090615134530", "yyyyMMddHHmmss", "2009-06-15T13:45:30.0000000"],
  ["Mon, 15 Jun 2009 13:45:30 GMT", "R", "2009-06-15T13:45:30.0000000+00:00"],
  ["2009-06-15T13:45:30.6170000Z", "o", "2009-06-15T13:45:30.6170000+00:00"],
];

describe("DateTime", () => {
  it.each(formats)("writes %j → %j", (format, text) => {
    expect(date.toString(format)).toBe(text);
  });

  it("writes the zone of a universal and of a local time", () => {
    expect(utc.toString("o")).toBe("2009-06-15T13:45:30.0000000Z");
    expect(utc.as("Local").toString("o")).toBe("2009-06-15T13:45:30.0000000+00:00");
    expect(date.toString("%K")).toBe("");
  });

  it.each(["x", "H", "%", "'open", "ffffffff"])("refuses the format %j", (format) => {
    expect(() => date.toString(format)).toThrow(
      format === "'open" ? "Cannot find a matching quote" : "Input string was not in a correct format.",
    );
  });

  it.each(parsed)("parses %j", (text, result) => {
    expect(toDateTime(parseDate(text), now).toString("o")).toBe(result);
  });

  it.each(["", "x", "10", "2020-13-01", "2020-02-30", "13/02/2020", "20200102"])(
    "refuses to parse %j",
    (text) => {
      expect(() => parseDate(text)).toThrow("String was not recognized as a valid DateTime.");
    },
  );

  it.each(exact)("parses %j by %j", (text, format, result) => {
    expect(toDateTime(parseDateExactly(text, format), now).toString("o")).toBe(result);
  });

  it("refuses a text that is not of the format", () => {
    expect(() => parseDateExactly("2009-6-15", "yyyy-MM-dd")).toThrow("not recognized as a valid DateTime");
  });

  it("adds months to the last day that there is, and refuses to leave the years 1 to 9999", () => {
    expect(DateTime.of([2020, 1, 31]).plusMonths(1).toString("s")).toBe("2020-02-29T00:00:00");
    expect(DateTime.of([2019, 12, 31]).plusMonths(-10).toString("s")).toBe("2019-02-28T00:00:00");
    expect(() => DateTime.of([9999, 12, 31]).plus(1, "day")).toThrow("un-representable DateTime");
    expect(() => date.plus(1e15, "day")).toThrow("Value to add was out of range.\r\nParameter name: value");
  });

  it("adds fractions of a unit, rounded to milliseconds", () => {
    expect(utc.plus(1.5, "minute").toString("s")).toBe("2009-06-15T13:47:00");
    expect(utc.plus(0.0004, "second").ticks - utc.ticks).toBe(0n);
  });

  it("knows its day", () => {
    expect([date.dayOfWeek, date.dayOfYear, date.date.toString("s")]).toEqual([
      1,
      166,
      "2009-06-15T00:00:00",
    ]);
  });

  it.each([
    [[2020, 13, 1], "Year, Month, and Day parameters describe an un-representable DateTime."],
    [[2021, 2, 29], "Year, Month, and Day parameters describe an un-representable DateTime."],
    [[2020, 1, 1, 25, 0, 0], "Hour, Minute, and Second parameters describe an un-representable DateTime."],
  ])("refuses the parts %j", (parts, message) => {
    expect(() => DateTime.of(parts)).toThrow(message);
  });
});

describe("DateTimeOffset", () => {
  const offset = new DateTimeOffset(DateTime.of([2009, 6, 15, 13, 45, 30]), TimeSpan.of(0, -7, 0, 0));

  it.each([
    ["", "6/15/2009 1:45:30 PM -07:00"],
    ["o", "2009-06-15T13:45:30.0000000-07:00"],
    ["R", "Mon, 15 Jun 2009 20:45:30 GMT"],
    ["u", "2009-06-15 20:45:30Z"],
    ["s", "2009-06-15T13:45:30"],
    ["z zz zzz", "-7 -07 -07:00"],
    ["%K", "-07:00"],
  ])("writes %j → %j", (format, text) => {
    expect(offset.toString(format)).toBe(text);
  });

  it("counts seconds since 1970 both ways", () => {
    expect(toDateTimeOffset(parseDate("2020-01-02T03:04:05+02:00"), now).universal.unixMilliseconds).toBe(
      1577927045000,
    );
    expect(DateTimeOffset.fromUnixMilliseconds(1580000000000n, "seconds").toString("o")).toBe(
      "2020-01-26T00:53:20.0000000+00:00",
    );
    expect(() => DateTimeOffset.fromUnixMilliseconds(99999999999999000n, "seconds")).toThrow(
      "Valid values are between -62135596800 and 253402300799, inclusive.\r\nParameter name: seconds",
    );
  });

  it("refuses an offset of more than 14 hours", () => {
    expect(() => new DateTimeOffset(date, TimeSpan.of(0, 20, 0, 0))).toThrow(
      "Offset must be within plus or minus 14 hours.",
    );
  });
});

describe("TimeSpan", () => {
  const span = TimeSpan.of(1, 2, 3, 4, 50);

  it.each([
    ["", "1.02:03:04.0500000"],
    ["c", "1.02:03:04.0500000"],
    ["g", "1:2:03:04.05"],
    ["G", "1:02:03:04.0500000"],
    ["d\\.hh\\:mm\\:ss\\.fff", "1.02:03:04.050"],
    ["hh':'mm", "02:03"],
    ["%h", "2"],
  ])("writes %j → %j", (format, text) => {
    expect(span.toString(format)).toBe(text);
  });

  it.each(["h", "hh:mm", "x"])("refuses the format %j", (format) => {
    expect(() => span.toString(format)).toThrow("Input string was not in a correct format.");
  });

  it.each([
    ["6", "6.00:00:00"],
    ["6:12", "06:12:00"],
    ["-6:12:14:45.3448", "-6.12:14:45.3448000"],
    ["1.02:03:04.5", "1.02:03:04.5000000"],
  ])("parses %j → %j", (text, result) => {
    expect(TimeSpan.parse(text).toString()).toBe(result);
  });

  it("tells a text that is none from a part that is out of its range", () => {
    expect(() => TimeSpan.parse("x")).toThrow("String was not recognized as a valid TimeSpan.");
    expect(() => TimeSpan.parse("24:00")).toThrow("at least one of the numeric components is out of range");
  });

  it("rounds to milliseconds, and counts in whole units and in fractions", () => {
    expect(TimeSpan.from(1.0005, "second").toString()).toBe("00:00:01.0010000");
    expect(TimeSpan.from(90, "minute").total("hour")).toBe(1.5);
    expect(TimeSpan.from(90, "minute").part("minute")).toBe(30);
    expect(() => TimeSpan.from(1e20, "day")).toThrow("TimeSpan overflowed because the duration is too long.");
  });
});
