import type { Host, Implementation, OutCell, TypeDescription } from "../type-description.ts";
import { dayNames, daysInMonth, isLeapYear } from "./calendar.ts";
import { parseDate, parseDateExactly } from "./date-parse.ts";
import { DateTime, type DateTimeKind } from "./date-time.ts";
import { DateTimeOffset, toDateTime, toDateTimeOffset } from "./date-time-offset.ts";
import { argumentException, argumentOutOfRange } from "./exceptions.ts";
import { Guid } from "./guid.ts";
import { tryInto } from "./number-types.ts";
import { TimeSpan, ticksPer } from "./time-span.ts";

type Members = Readonly<Record<string, Implementation>>;

const kinds: readonly DateTimeKind[] = ["Unspecified", "Utc", "Local"];

function kindOf(number: number): DateTimeKind {
  return kinds[number] ?? "Unspecified";
}

function clock(host: Host): DateTime {
  return DateTime.fromUnix(host.now());
}

/** Comparison of a type whose values have a place on a line; of `DateTime` Azure allows the signs only. */
function comparisons<T>(type: string, place: (value: T) => bigint): Members {
  const tests: Readonly<Record<string, (left: bigint, right: bigint) => boolean>> = {
    "==": (left, right) => left === right,
    "!=": (left, right) => left !== right,
    "<": (left, right) => left < right,
    ">": (left, right) => left > right,
    "<=": (left, right) => left <= right,
    ">=": (left, right) => left >= right,
  };
  const order = (left: T, right: T) => {
    const [first, second] = [place(left), place(right)];
    return first < second ? -1 : first > second ? 1 : 0;
  };
  return {
    ...Object.fromEntries(
      Object.entries(tests).map(([sign, test]) => [
        `static bool operator ${sign}(${type} left, ${type} right)`,
        (left: T, right: T) => test(place(left), place(right)),
      ]),
    ),
    ...(type === "DateTime"
      ? {}
      : { [`static int Compare(${type} t1, ${type} t2)`]: order, [`int CompareTo(${type} value)`]: order }),
    [`bool Equals(${type} value)`]: (left: T, right: T) => place(left) === place(right),
  };
}

const unitNames = {
  Days: "day",
  Hours: "hour",
  Minutes: "minute",
  Seconds: "second",
  Milliseconds: "millisecond",
} as const;

type Unit = keyof typeof ticksPer;

function eachUnit(make: (name: string, unit: Unit) => [string, Implementation]): Members {
  return Object.fromEntries(Object.entries(unitNames).map(([name, unit]) => make(name, unit)));
}

function ticks(value: TimeSpan): bigint {
  return value.ticks;
}

function span(value: bigint): TimeSpan {
  return new TimeSpan(value);
}

const timeSpanDescription: TypeDescription = {
  name: "System.TimeSpan",
  kind: "struct",
  is: (value) => value instanceof TimeSpan,
  default: () => span(0n),
  identity: ticks,
  compare: (left: TimeSpan, right: TimeSpan) =>
    left.ticks < right.ticks ? -1 : left.ticks > right.ticks ? 1 : 0,
  members: {
    "new(long ticks)": span,
    "new(int hours, int minutes, int seconds)": (hours: number, minutes: number, seconds: number) =>
      TimeSpan.of(0, hours, minutes, seconds),
    "new(int days, int hours, int minutes, int seconds)": (
      days: number,
      hours: number,
      minutes: number,
      seconds: number,
    ) => TimeSpan.of(days, hours, minutes, seconds),
    "new(int days, int hours, int minutes, int seconds, int milliseconds)": TimeSpan.of,
    "static TimeSpan Zero": () => span(0n),
    "static TimeSpan MaxValue": () => span(2n ** 63n - 1n),
    "static TimeSpan MinValue": () => span(-(2n ** 63n)),
    ...eachUnit((name, unit) => [
      `static TimeSpan From${name}(double value)`,
      (value: number) => TimeSpan.from(value, unit),
    ]),
    "static TimeSpan FromTicks(long value)": span,
    ...eachUnit((name, unit) => [`int ${name}`, (self: TimeSpan) => self.part(unit)]),
    ...eachUnit((name, unit) => [`double Total${name}`, (self: TimeSpan) => self.total(unit)]),
    ...Object.fromEntries(
      Object.entries({
        Day: "day",
        Hour: "hour",
        Minute: "minute",
        Second: "second",
        Millisecond: "millisecond",
      }).map(([name, unit]) => [`static long TicksPer${name}`, () => ticksPer[unit as Unit]]),
    ),
    "long Ticks": ticks,
    "static TimeSpan Parse(string s)": TimeSpan.parse,
    "static bool TryParse(string s, out TimeSpan result)": (text: string | null, cell: OutCell<TimeSpan>) =>
      tryInto(cell, span(0n), () => TimeSpan.parse(text)),
    "string ToString(string format = null)": (self: TimeSpan, format: string | null) => self.toString(format),
    "TimeSpan Add(TimeSpan ts)": (self: TimeSpan, other: TimeSpan) => span(self.ticks + other.ticks),
    "TimeSpan Subtract(TimeSpan ts)": (self: TimeSpan, other: TimeSpan) => span(self.ticks - other.ticks),
    "TimeSpan Negate()": (self: TimeSpan) => span(-self.ticks),
    "TimeSpan Duration()": (self: TimeSpan) => span(self.ticks < 0n ? -self.ticks : self.ticks),
    "static TimeSpan operator +(TimeSpan left, TimeSpan right)": (left: TimeSpan, right: TimeSpan) =>
      span(left.ticks + right.ticks),
    "static TimeSpan operator -(TimeSpan left, TimeSpan right)": (left: TimeSpan, right: TimeSpan) =>
      span(left.ticks - right.ticks),
    "static TimeSpan operator -(TimeSpan value)": (value: TimeSpan) => span(-value.ticks),
    ...comparisons("TimeSpan", ticks),
  },
};

/** Members that a `DateTime` and a `DateTimeOffset` have alike, by way of the date on the clock. */
function sharedMembers<T>(
  type: string,
  date: (self: T) => DateTime,
  withDate: (self: T, date: DateTime) => T,
): Members {
  const part = (read: (date: DateTime) => unknown) => (self: T) => read(date(self));
  const changed = (change: (date: DateTime, value: never) => DateTime) => (self: T, value: never) =>
    withDate(self, change(date(self), value));
  return {
    "int Year": part((value) => value.year),
    "int Month": part((value) => value.month),
    "int Day": part((value) => value.day),
    "int Hour": part((value) => value.timeOfDay.part("hour")),
    "int Minute": part((value) => value.timeOfDay.part("minute")),
    "int Second": part((value) => value.timeOfDay.part("second")),
    "int Millisecond": part((value) => value.timeOfDay.part("millisecond")),
    "DayOfWeek DayOfWeek": part((value) => value.dayOfWeek),
    "int DayOfYear": part((value) => value.dayOfYear),
    "TimeSpan TimeOfDay": part((value) => value.timeOfDay),
    "long Ticks": part((value) => value.ticks),
    [`${type} Add(TimeSpan value)`]: changed((value, other: TimeSpan) => value.plusTicks(other.ticks)),
    ...eachUnit((name, unit) => [
      `${type} Add${name}(double value)`,
      changed((value, amount: number) => value.plus(amount, unit)),
    ]),
    [`${type} AddTicks(long value)`]: changed((value, amount: bigint) => value.plusTicks(amount)),
    [`${type} AddMonths(int months)`]: changed((value, months: number) => value.plusMonths(months)),
    [`${type} AddYears(int value)`]: changed((value, years: number) => {
      if (Math.abs(years) > 10_000)
        throw argumentOutOfRange("years", "Years value must be between +/-10000.");
      return value.plusMonths(years * 12);
    }),
    [`${type} Subtract(TimeSpan value)`]: changed((value, other: TimeSpan) => value.plusTicks(-other.ticks)),
    [`static ${type} operator +(${type} d, TimeSpan t)`]: changed((value, other: TimeSpan) =>
      value.plusTicks(other.ticks),
    ),
    [`static ${type} operator -(${type} d, TimeSpan t)`]: changed((value, other: TimeSpan) =>
      value.plusTicks(-other.ticks),
    ),
  };
}

function dateTicks(value: DateTime): bigint {
  return value.ticks;
}

function dateDifference(left: DateTime, right: DateTime): TimeSpan {
  return span(left.ticks - right.ticks);
}

const dateTimeStatics: Members = {
  "new(long ticks)": (value: bigint) => new DateTime(value),
  "new(long ticks, DateTimeKind kind)": (value: bigint, kind: number) => new DateTime(value, kindOf(kind)),
  "new(int year, int month, int day)": (...parts: number[]) => DateTime.of(parts.slice(0, 3)),
  "new(int year, int month, int day, int hour, int minute, int second)": (...parts: number[]) =>
    DateTime.of(parts.slice(0, 6)),
  "new(int year, int month, int day, int hour, int minute, int second, DateTimeKind kind)": (
    ...parts: number[]
  ) => DateTime.of(parts.slice(0, 6), kindOf(parts[6] ?? 0)),
  "new(int year, int month, int day, int hour, int minute, int second, int millisecond)": (
    ...parts: number[]
  ) => DateTime.of(parts.slice(0, 7)),
  "new(int year, int month, int day, int hour, int minute, int second, int millisecond, DateTimeKind kind)": (
    ...parts: number[]
  ) => DateTime.of(parts.slice(0, 7), kindOf(parts[7] ?? 0)),
  "static DateTime MinValue": () => new DateTime(0n),
  "static DateTime MaxValue": () => new DateTime(3_155_378_975_999_999_999n),
  "static DateTime UtcNow": clock,
  "static DateTime Now": (host: Host) => clock(host).as("Local"),
  "static DateTime Today": (host: Host) => clock(host).as("Local").date,
  "static DateTime Parse(string s)": (text: string | null, host: Host) =>
    toDateTime(parseDate(text), clock(host)),
  "static int DaysInMonth(int year, int month)": (year: number, month: number) => {
    if (month < 1 || month > 12) throw argumentOutOfRange("month", "Month must be between one and twelve.");
    return daysInMonth(year, month);
  },
  "static bool IsLeapYear(int year)": isLeapYear,
};

const dateTimeDescription: TypeDescription = {
  name: "System.DateTime",
  kind: "struct",
  is: (value) => value instanceof DateTime,
  default: () => new DateTime(0n),
  identity: dateTicks,
  compare: (left: DateTime, right: DateTime) =>
    left.ticks < right.ticks ? -1 : left.ticks > right.ticks ? 1 : 0,
  members: {
    ...dateTimeStatics,
    ...sharedMembers<DateTime>(
      "DateTime",
      (self) => self,
      (_self, date) => date,
    ),
    "DateTime Date": (self: DateTime) => self.date,
    "TimeSpan Subtract(DateTime value)": dateDifference,
    "static TimeSpan operator -(DateTime left, DateTime right)": dateDifference,
    "bool IsDaylightSavingTime()": () => false,
    "string ToString(string format = null)": (self: DateTime, format: string | null) => self.toString(format),
    ...comparisons("DateTime", dateTicks),
  },
};

function universalTicks(value: DateTimeOffset): bigint {
  return value.universal.ticks;
}

function offsetDifference(left: DateTimeOffset, right: DateTimeOffset): TimeSpan {
  return span(universalTicks(left) - universalTicks(right));
}

function offsetOfDate(date: DateTime, offset: TimeSpan): DateTimeOffset {
  if (date.kind === "Utc" && offset.ticks !== 0n) {
    throw argumentException("The UTC Offset for Utc DateTime instances must be 0.", "offset");
  }
  if (date.kind === "Local" && offset.ticks !== 0n) {
    throw argumentException(
      "The UTC Offset of the local dateTime parameter does not match the offset argument.",
      "offset",
    );
  }
  return new DateTimeOffset(date, offset);
}

function unixMilliseconds(self: DateTimeOffset): bigint {
  return BigInt(self.universal.unixMilliseconds);
}

function floorDivide(value: bigint, divisor: bigint): bigint {
  return value / divisor - (value < 0n && value % divisor !== 0n ? 1n : 0n);
}

const offsetStatics: Members = {
  "new(DateTime dateTime)": DateTimeOffset.fromDateTime,
  "new(DateTime dateTime, TimeSpan offset)": offsetOfDate,
  "new(int year, int month, int day, int hour, int minute, int second, TimeSpan offset)": (
    ...parts: (number | TimeSpan)[]
  ) =>
    new DateTimeOffset(
      DateTime.of(parts.slice(0, 6).map(Number)),
      parts[6] instanceof TimeSpan ? parts[6] : span(0n),
    ),
  "static DateTimeOffset UtcNow": (host: Host) => DateTimeOffset.fromDateTime(clock(host)),
  "static DateTimeOffset Now": (host: Host) => DateTimeOffset.fromDateTime(clock(host)),
  "static DateTimeOffset MinValue": () => DateTimeOffset.fromDateTime(new DateTime(0n)),
  "static DateTimeOffset MaxValue": () =>
    DateTimeOffset.fromDateTime(new DateTime(3_155_378_975_999_999_999n)),
  "static DateTimeOffset FromUnixTimeSeconds(long seconds)": (seconds: bigint) =>
    DateTimeOffset.fromUnixMilliseconds(seconds * 1000n, "seconds"),
  "static DateTimeOffset FromUnixTimeMilliseconds(long milliseconds)": (milliseconds: bigint) =>
    DateTimeOffset.fromUnixMilliseconds(milliseconds, "milliseconds"),
  "static DateTimeOffset Parse(string input)": (text: string | null, host: Host) =>
    toDateTimeOffset(parseDate(text), clock(host)),
  "static bool TryParse(string input, out DateTimeOffset result)": (
    text: string | null,
    cell: OutCell<DateTimeOffset>,
    host: Host,
  ) =>
    tryInto(cell, DateTimeOffset.fromDateTime(new DateTime(0n)), () =>
      toDateTimeOffset(parseDate(text), clock(host)),
    ),
  "static DateTimeOffset ParseExact(string input, string format, object formatProvider)": (
    text: string | null,
    format: string | null,
    _provider: null,
    host: Host,
  ) => toDateTimeOffset(parseDateExactly(text, format), clock(host)),
  "static implicit operator DateTimeOffset(DateTime dateTime)": DateTimeOffset.fromDateTime,
};

const dateTimeOffsetDescription: TypeDescription = {
  name: "System.DateTimeOffset",
  kind: "struct",
  is: (value) => value instanceof DateTimeOffset,
  default: () => DateTimeOffset.fromDateTime(new DateTime(0n)),
  identity: universalTicks,
  compare: (left: DateTimeOffset, right: DateTimeOffset) => {
    const difference = universalTicks(left) - universalTicks(right);
    return difference < 0n ? -1 : difference > 0n ? 1 : 0;
  },
  members: {
    ...offsetStatics,
    ...sharedMembers<DateTimeOffset>(
      "DateTimeOffset",
      (self) => self.local,
      (self, date) => self.withLocal(date),
    ),
    "DateTime Date": (self: DateTimeOffset) => self.local.date,
    "DateTime DateTime": (self: DateTimeOffset) => self.local,
    "DateTime UtcDateTime": (self: DateTimeOffset) => self.universal,
    "DateTime LocalDateTime": (self: DateTimeOffset) => self.universal.as("Local"),
    "TimeSpan Offset": (self: DateTimeOffset) => self.offset,
    "long UtcTicks": universalTicks,
    "long ToUnixTimeSeconds()": (self: DateTimeOffset) => floorDivide(unixMilliseconds(self), 1000n),
    "long ToUnixTimeMilliseconds()": unixMilliseconds,
    "DateTimeOffset ToUniversalTime()": (self: DateTimeOffset) => self.toOffset(span(0n)),
    "DateTimeOffset ToLocalTime()": (self: DateTimeOffset) => self.toOffset(span(0n)),
    "DateTimeOffset ToOffset(TimeSpan offset)": (self: DateTimeOffset, offset: TimeSpan) =>
      self.toOffset(offset),
    "TimeSpan Subtract(DateTimeOffset value)": offsetDifference,
    "static TimeSpan operator -(DateTimeOffset left, DateTimeOffset right)": offsetDifference,
    "string ToString(string format = null)": (self: DateTimeOffset, format: string | null) =>
      self.toString(format),
    ...comparisons("DateTimeOffset", universalTicks),
  },
};

const guidDescription: TypeDescription = {
  name: "System.Guid",
  kind: "struct",
  is: (value) => value instanceof Guid,
  default: () => Guid.empty,
  identity: (self: Guid) => self.digits,
  compare: (left: Guid, right: Guid) =>
    left.digits < right.digits ? -1 : left.digits > right.digits ? 1 : 0,
  members: {
    "new(string g)": (text: string | null) => Guid.parse(text),
    "new(byte[] b)": (bytes: Uint8Array) => {
      if (bytes.length !== 16) throw argumentException("Byte array for GUID must be exactly 16 bytes long.");
      return Guid.fromBytes(bytes);
    },
    "static Guid Empty": () => Guid.empty,
    "static Guid NewGuid()": Guid.random,
    "static Guid Parse(string input)": Guid.parse,
    "static bool TryParse(string input, out Guid result)": (text: string | null, cell: OutCell<Guid>) =>
      tryInto(cell, Guid.empty, () => Guid.parse(text)),
    "byte[] ToByteArray()": (self: Guid) => self.toBytes(),
    "int GetHashCode()": (self: Guid) => self.hashCode(),
    "int CompareTo(Guid value)": (left: Guid, right: Guid) =>
      left.digits < right.digits ? -1 : left.digits > right.digits ? 1 : 0,
    "bool Equals(Guid g)": (left: Guid, right: Guid) => left.digits === right.digits,
    "string ToString(string format = null)": (self: Guid, format: string | null) => self.toString(format),
    "static bool operator ==(Guid a, Guid b)": (left: Guid, right: Guid) => left.digits === right.digits,
    "static bool operator !=(Guid a, Guid b)": (left: Guid, right: Guid) => left.digits !== right.digits,
  },
};

/** `DateTime`, `DateTimeOffset`, `TimeSpan`, their enums, and `Guid`. */
export const timeTypes: readonly TypeDescription[] = [
  timeSpanDescription,
  dateTimeDescription,
  dateTimeOffsetDescription,
  guidDescription,
  { name: "System.DateTimeKind", kind: "enum", values: { Unspecified: 0, Utc: 1, Local: 2 } },
  {
    name: "System.DayOfWeek",
    kind: "enum",
    values: Object.fromEntries(dayNames.map((name, index) => [name, index])),
  },
];
