import { formatDate } from "./date-format.ts";
import type { ParsedDate } from "./date-parse.ts";
import { DateTime } from "./date-time.ts";
import { argumentException, argumentOutOfRange } from "./exceptions.ts";
import { TimeSpan, ticksPer } from "./time-span.ts";

const mostMinutes = 14 * 60;

/**
 * `System.DateTimeOffset`: a date and time, and how far it is ahead of UTC.
 *
 * @see https://learn.microsoft.com/dotnet/api/system.datetimeoffset
 */
export class DateTimeOffset {
  /** The time that the clock on the wall shows. */
  readonly local: DateTime;
  readonly offsetMinutes: number;

  /** Throws as .NET when the offset is more than 14 hours, or not of whole minutes. */
  constructor(local: DateTime, offset: TimeSpan) {
    if (offset.ticks % ticksPer.minute !== 0n) {
      throw argumentException("Offset must be specified in whole minutes.", "offset");
    }
    this.offsetMinutes = Number(offset.ticks / ticksPer.minute);
    if (Math.abs(this.offsetMinutes) > mostMinutes) {
      throw argumentOutOfRange("offset", "Offset must be within plus or minus 14 hours.");
    }
    this.local = local.as("Unspecified");
  }

  /** The date as it is; universal and local dates are those of UTC. */
  static fromDateTime(date: DateTime): DateTimeOffset {
    return new DateTimeOffset(date, new TimeSpan(0n));
  }

  /** `FromUnixTimeSeconds`, in milliseconds. */
  static fromUnixMilliseconds(milliseconds: bigint, what: "seconds" | "milliseconds"): DateTimeOffset {
    const [least, most] = [-62_135_596_800_000n, 253_402_300_799_999n];
    if (milliseconds < least || milliseconds > most) {
      const [from, to] = what === "seconds" ? [least / 1000n, most / 1000n] : [least, most];
      throw argumentOutOfRange(what, `Valid values are between ${from} and ${to}, inclusive.`);
    }
    return DateTimeOffset.fromDateTime(DateTime.fromUnix(Number(milliseconds)));
  }

  get offset(): TimeSpan {
    return new TimeSpan(BigInt(this.offsetMinutes) * ticksPer.minute);
  }

  /** The same point of time, of the kind UTC. */
  get universal(): DateTime {
    return this.local.plusTicks(-this.offset.ticks).as("Utc");
  }

  /** A time of the same offset: the result of an addition. */
  withLocal(local: DateTime): DateTimeOffset {
    return new DateTimeOffset(local, this.offset);
  }

  /** The same point of time at another offset. */
  toOffset(offset: TimeSpan): DateTimeOffset {
    return new DateTimeOffset(this.universal.plusTicks(offset.ticks), offset);
  }

  /** Its text. */
  toString(format: string | null = null): string {
    const { local: date, offsetMinutes, universal } = this;
    return formatDate({ date, offsetMinutes, zulu: false, universal }, format);
  }
}

function dateOfParsed(parsed: ParsedDate, now: DateTime): DateTime {
  const { date, hour, minute, second, fractionTicks } = parsed;
  const { year, month, day } = date ?? now;
  return DateTime.of([year, month, day, hour, minute, second]).plusTicks(BigInt(fractionTicks));
}

/** The `DateTime` of what was parsed: one that says its offset becomes local time. @param now Gives the day of a time alone. */
export function toDateTime(parsed: ParsedDate, now: DateTime): DateTime {
  const date = dateOfParsed(parsed, now);
  if (parsed.offsetMinutes === null) return date;
  return date.plusTicks(BigInt(-parsed.offsetMinutes) * ticksPer.minute).as("Local");
}

/** The `DateTimeOffset` of what was parsed: local time when the text says no offset. @param now Gives the day of a time alone. */
export function toDateTimeOffset(parsed: ParsedDate, now: DateTime): DateTimeOffset {
  return new DateTimeOffset(dateOfParsed(parsed, now), TimeSpan.of(0, 0, parsed.offsetMinutes ?? 0, 0));
}
