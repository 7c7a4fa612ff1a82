import { DotnetException } from "../exception.ts";
import { calendarDateOf, daysBefore, daysInMonth } from "./calendar.ts";
import { formatDate } from "./date-format.ts";
import { argumentOutOfRange } from "./exceptions.ts";
import { TimeSpan, ticksPer } from "./time-span.ts";

/** What a `DateTime` counts from: `System.DateTimeKind`. */
export type DateTimeKind = "Unspecified" | "Utc" | "Local";

const mostTicks = 3_155_378_975_999_999_999n;
const ticksOfUnixEpoch = 621_355_968_000_000_000n;
const mostMilliseconds = 315_537_897_600_000;

// Assumed of Azure: the gateway's machines are set to UTC, so that a local time is the universal time of another kind.

/**
 * `System.DateTime`: ticks of 100 nanoseconds since the year 1, and a kind.
 *
 * @see https://learn.microsoft.com/dotnet/api/system.datetime
 */
export class DateTime {
  readonly ticks: bigint;
  readonly kind: DateTimeKind;

  /** Throws an `ArgumentOutOfRangeException` when the ticks lie outside the years 1 to 9999. */
  constructor(ticks: bigint, kind: DateTimeKind = "Unspecified") {
    if (ticks < 0n || ticks > mostTicks) {
      throw argumentOutOfRange(
        "ticks",
        "Ticks must be between DateTime.MinValue.Ticks and DateTime.MaxValue.Ticks.",
      );
    }
    this.ticks = ticks;
    this.kind = kind;
  }

  /** Makes one of its parts. */
  static of(
    [year, month, day, hour = 0, minute = 0, second = 0, millisecond = 0]: readonly number[],
    kind: DateTimeKind = "Unspecified",
  ): DateTime {
    const inRange = (value: number | undefined, least: number, most: number) =>
      value !== undefined && value >= least && value <= most;
    const real =
      inRange(year, 1, 9999) && inRange(month, 1, 12) && inRange(day, 1, daysInMonth(year ?? 0, month ?? 0));
    if (!real || !inRange(hour, 0, 23) || !inRange(minute, 0, 59) || !inRange(second, 0, 59)) {
      throw argumentOutOfRangeAlone(
        "Year, Month, and Day parameters describe an un-representable DateTime.",
        real,
      );
    }
    if (!inRange(millisecond, 0, 999)) {
      throw argumentOutOfRange("millisecond", "Valid values are between 0 and 999, inclusive.");
    }
    const date = BigInt(daysBefore(year ?? 1, month ?? 1, day ?? 1)) * ticksPer.day;
    return new DateTime(date + TimeSpan.of(0, hour, minute, second, millisecond).ticks, kind);
  }

  /** A point of time in milliseconds since 1970. */
  static fromUnix(milliseconds: number, kind: DateTimeKind = "Utc"): DateTime {
    return new DateTime(ticksOfUnixEpoch + BigInt(Math.trunc(milliseconds)) * ticksPer.millisecond, kind);
  }

  get year(): number {
    return this.calendarDate.year;
  }

  get month(): number {
    return this.calendarDate.month;
  }

  get day(): number {
    return this.calendarDate.day;
  }

  private get calendarDate() {
    return calendarDateOf(this.daysSinceYearOne);
  }

  /** Days since 1 January of the year 1. */
  get daysSinceYearOne(): number {
    return Number(this.ticks / ticksPer.day);
  }

  /** 0 for Sunday. */
  get dayOfWeek(): number {
    return (this.daysSinceYearOne + 1) % 7;
  }

  /** 1 to 366. */
  get dayOfYear(): number {
    return this.daysSinceYearOne - daysBefore(this.year, 1, 1) + 1;
  }

  /** The time since midnight. */
  get timeOfDay(): TimeSpan {
    return new TimeSpan(this.ticks % ticksPer.day);
  }

  /** Midnight of this day. */
  get date(): DateTime {
    return new DateTime(this.ticks - (this.ticks % ticksPer.day), this.kind);
  }

  /** Milliseconds since 1970, down to whole ones. */
  get unixMilliseconds(): number {
    return Number(this.ticks / ticksPer.millisecond - ticksOfUnixEpoch / ticksPer.millisecond);
  }

  /** Adds ticks; throws an `ArgumentOutOfRangeException` outside the years 1 to 9999. */
  plusTicks(ticks: bigint): DateTime {
    const sum = this.ticks + ticks;
    if (sum < 0n || sum > mostTicks) {
      throw argumentOutOfRange(
        "value",
        "The added or subtracted value results in an un-representable DateTime.",
      );
    }
    return new DateTime(sum, this.kind);
  }

  /** `AddSeconds` and its like: the value rounded to the nearest millisecond, as .NET Framework does. */
  plus(value: number, unit: keyof typeof ticksPer): DateTime {
    const milliseconds = value * Number(ticksPer[unit] / ticksPer.millisecond) + (value >= 0 ? 0.5 : -0.5);
    if (!(Math.abs(milliseconds) < mostMilliseconds)) {
      throw argumentOutOfRange("value", "Value to add was out of range.");
    }
    return this.plusTicks(BigInt(Math.trunc(milliseconds)) * ticksPer.millisecond);
  }

  /** `AddMonths`: the last day of the month when it has no such day. */
  plusMonths(months: number): DateTime {
    if (Math.abs(months) > 120_000) {
      throw argumentOutOfRange("months", "Months value must be between +/-120000.");
    }
    const { year, month, day } = this.calendarDate;
    const index = year * 12 + month - 1 + months;
    const [newYear, newMonth] = [Math.floor(index / 12), (index % 12) + 1];
    if (newYear < 1 || newYear > 9999) {
      throw argumentOutOfRange(
        "months",
        "The added or subtracted value results in an un-representable DateTime.",
      );
    }
    const newDay = Math.min(day, daysInMonth(newYear, newMonth));
    const date = BigInt(daysBefore(newYear, newMonth, newDay)) * ticksPer.day;
    return new DateTime(date + (this.ticks % ticksPer.day), this.kind);
  }

  /** The same ticks of another kind: `DateTime.SpecifyKind`, and, where local time is UTC, `ToUniversalTime` and `ToLocalTime`. */
  as(kind: DateTimeKind): DateTime {
    return new DateTime(this.ticks, kind);
  }

  /** `ToString(format)`, `G` when there is none. */
  toString(format: string | null = null): string {
    const offset = this.kind === "Unspecified" ? null : 0;
    return formatDate({ date: this, offsetMinutes: offset, zulu: this.kind === "Utc" }, format);
  }
}

function argumentOutOfRangeAlone(dateMessage: string, dateIsReal: boolean) {
  const message = dateIsReal
    ? "Hour, Minute, and Second parameters describe an un-representable DateTime."
    : dateMessage;
  return new DotnetException("System.ArgumentOutOfRangeException", message);
}
