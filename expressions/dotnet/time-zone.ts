import { DotnetException } from "../exception.ts";
import { DateTime } from "./date-time.ts";
import { argumentException, required } from "./exceptions.ts";
import { TimeSpan, ticksPer } from "./time-span.ts";

/**
 * Windows' names of time zones with those of the IANA database.
 *
 * Differs from Azure: `TimeZoneInfo` knows those of Windows' names that most people use, and every name of the IANA database.
 *
 * @see https://github.com/unicode-org/cldr/blob/main/common/supplemental/windowsZones.xml
 */
const windowsZones: Readonly<Record<string, string>> = {
  UTC: "UTC",
  "GMT Standard Time": "Europe/London",
  "Greenwich Standard Time": "Atlantic/Reykjavik",
  "W. Europe Standard Time": "Europe/Berlin",
  "Central Europe Standard Time": "Europe/Budapest",
  "Romance Standard Time": "Europe/Paris",
  "Central European Standard Time": "Europe/Warsaw",
  "GTB Standard Time": "Europe/Bucharest",
  "E. Europe Standard Time": "Europe/Chisinau",
  "FLE Standard Time": "Europe/Kiev",
  "Turkey Standard Time": "Europe/Istanbul",
  "Israel Standard Time": "Asia/Jerusalem",
  "Egypt Standard Time": "Africa/Cairo",
  "South Africa Standard Time": "Africa/Johannesburg",
  "W. Central Africa Standard Time": "Africa/Lagos",
  "E. Africa Standard Time": "Africa/Nairobi",
  "Russian Standard Time": "Europe/Moscow",
  "Arab Standard Time": "Asia/Riyadh",
  "Arabian Standard Time": "Asia/Dubai",
  "Pakistan Standard Time": "Asia/Karachi",
  "India Standard Time": "Asia/Kolkata",
  "Sri Lanka Standard Time": "Asia/Colombo",
  "Nepal Standard Time": "Asia/Katmandu",
  "Bangladesh Standard Time": "Asia/Dhaka",
  "SE Asia Standard Time": "Asia/Bangkok",
  "China Standard Time": "Asia/Shanghai",
  "Singapore Standard Time": "Asia/Singapore",
  "Taipei Standard Time": "Asia/Taipei",
  "W. Australia Standard Time": "Australia/Perth",
  "Tokyo Standard Time": "Asia/Tokyo",
  "Korea Standard Time": "Asia/Seoul",
  "AUS Central Standard Time": "Australia/Darwin",
  "Cen. Australia Standard Time": "Australia/Adelaide",
  "E. Australia Standard Time": "Australia/Brisbane",
  "AUS Eastern Standard Time": "Australia/Sydney",
  "Tasmania Standard Time": "Australia/Hobart",
  "New Zealand Standard Time": "Pacific/Auckland",
  "Hawaiian Standard Time": "Pacific/Honolulu",
  "Alaskan Standard Time": "America/Anchorage",
  "Pacific Standard Time": "America/Los_Angeles",
  "US Mountain Standard Time": "America/Phoenix",
  "Mountain Standard Time": "America/Denver",
  "Central Standard Time": "America/Chicago",
  "Canada Central Standard Time": "America/Regina",
  "Central Standard Time (Mexico)": "America/Mexico_City",
  "SA Pacific Standard Time": "America/Bogota",
  "Eastern Standard Time": "America/New_York",
  "US Eastern Standard Time": "America/Indianapolis",
  "Atlantic Standard Time": "America/Halifax",
  "Newfoundland Standard Time": "America/St_Johns",
  "Pacific SA Standard Time": "America/Santiago",
  "Argentina Standard Time": "America/Buenos_Aires",
  "E. South America Standard Time": "America/Sao_Paulo",
};

const parts = ["year", "month", "day", "hour", "minute", "second"] as const;

function clockOf(zone: string): Intl.DateTimeFormat {
  const numeric = Object.fromEntries(parts.map((part) => [part, "numeric"]));
  return new Intl.DateTimeFormat("en-u-hc-h23", { ...numeric, timeZone: zone });
}

/**
 * `System.TimeZoneInfo`: a zone by Windows' name or by that of the IANA database.
 *
 * @see https://learn.microsoft.com/dotnet/api/system.timezoneinfo
 */
export class TimeZone {
  readonly id: string;
  private readonly clock: Intl.DateTimeFormat;

  private constructor(id: string, zone: string) {
    this.id = id;
    this.clock = clockOf(zone);
  }

  static readonly utc: TimeZone = new TimeZone("UTC", "UTC");

  /** @throws `System.TimeZoneNotFoundException` when the name is none. */
  static byId(id: string | null): TimeZone {
    const name = required(id, "id");
    const zone = Object.hasOwn(windowsZones, name) ? windowsZones[name] : undefined;
    try {
      return new TimeZone(name, zone ?? name);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw new DotnetException(
        "System.TimeZoneNotFoundException",
        `The time zone ID '${name}' was not found on the local computer.`,
      );
    }
  }

  /** How far the zone is ahead of UTC at a point of time, in ticks. */
  private ticksAheadAt(universal: DateTime): bigint {
    const second = new Date(Math.floor(universal.unixMilliseconds / 1000) * 1000);
    const shown = new Map(this.clock.formatToParts(second).map(({ type, value }) => [type, Number(value)]));
    const local = DateTime.of(parts.map((part) => shown.get(part) ?? 0));
    return local.ticks - (universal.ticks - (universal.ticks % ticksPer.second));
  }

  /** The universal time of a time on the clocks of the zone; of an hour that comes twice, the one of winter, as .NET takes it. */
  toUniversal(local: DateTime): DateTime {
    const guess = local.plusTicks(-this.standardTicks(local));
    const ahead = this.ticksAheadAt(local.plusTicks(-this.ticksAheadAt(guess)));
    const found = local.plusTicks(-ahead);
    return (this.ticksAheadAt(found) === ahead ? found : guess).as("Utc");
  }

  /** The time on the clocks of the zone. */
  fromUniversal(universal: DateTime): DateTime {
    return universal.plusTicks(this.ticksAheadAt(universal)).as(this.id === "UTC" ? "Utc" : "Unspecified");
  }

  private standardTicks(at: DateTime): bigint {
    const [winter, summer] = [1, 7].map((month) => this.ticksAheadAt(DateTime.of([at.year, month, 1])));
    return (winter ?? 0n) < (summer ?? 0n) ? (winter ?? 0n) : (summer ?? 0n);
  }

  /** `BaseUtcOffset`: that of winter, in a given year. */
  baseOffset(at: DateTime): TimeSpan {
    return new TimeSpan(this.standardTicks(at));
  }

  /** `GetUtcOffset`: a universal date is a point of time, any other shows the clocks of the zone. */
  offsetAt(date: DateTime): TimeSpan {
    const universal = date.kind === "Utc" ? date : this.toUniversal(date);
    return new TimeSpan(this.ticksAheadAt(universal));
  }

  /** `IsDaylightSavingTime`. */
  isSummerTime(date: DateTime): boolean {
    return this.offsetAt(date).ticks !== this.standardTicks(date);
  }
}

/** `ConvertTimeToUtc(date, zone)`: refuses a date of another kind. */
export function zoneTimeToUtc(date: DateTime, zone: TimeZone): DateTime {
  if (date.kind === "Utc" && zone.id !== "UTC") {
    throw argumentException(
      "The conversion could not be completed because the supplied DateTime did not have the Kind property set correctly.  For example, when the Kind property is DateTimeKind.Local, the source time zone must be TimeZoneInfo.Local.",
      "sourceTimeZone",
    );
  }
  return zone.toUniversal(date);
}
