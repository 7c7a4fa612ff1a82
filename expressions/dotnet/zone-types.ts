import type { Host, TypeDescription } from "../type-description.ts";
import { DateTime } from "./date-time.ts";
import type { DateTimeOffset } from "./date-time-offset.ts";
import type { TimeSpan } from "./time-span.ts";
import { TimeZone, zoneTimeToUtc } from "./time-zone.ts";

/** The point of time that a date means: a universal or local one is UTC here. */
function universalOf(date: DateTime): DateTime {
  return date.as("Utc");
}

function convert(date: DateTime, zone: TimeZone): DateTime {
  return zone.fromUniversal(universalOf(date));
}

const zoneDescription: TypeDescription = {
  name: "System.TimeZoneInfo",
  kind: "class",
  is: (value) => value instanceof TimeZone,
  identity: (self: TimeZone) => self.id,
  members: {
    "static TimeZoneInfo Utc": () => TimeZone.utc,
    "static TimeZoneInfo Local": () => TimeZone.utc,
    "static TimeZoneInfo FindSystemTimeZoneById(string id)": TimeZone.byId,
    "static DateTime ConvertTimeToUtc(DateTime dateTime)": universalOf,
    "static DateTime ConvertTimeToUtc(DateTime dateTime, TimeZoneInfo sourceTimeZone)": zoneTimeToUtc,
    "static DateTime ConvertTimeFromUtc(DateTime dateTime, TimeZoneInfo destinationTimeZone)": convert,
    "static DateTime ConvertTime(DateTime dateTime, TimeZoneInfo destinationTimeZone)": convert,
    "static DateTime ConvertTime(DateTime dateTime, TimeZoneInfo sourceTimeZone, TimeZoneInfo destinationTimeZone)":
      (date: DateTime, from: TimeZone, to: TimeZone) => convert(zoneTimeToUtc(date, from), to),
    "static DateTimeOffset ConvertTime(DateTimeOffset dateTimeOffset, TimeZoneInfo destinationTimeZone)": (
      date: DateTimeOffset,
      zone: TimeZone,
    ) => date.toOffset(zone.offsetAt(date.universal)),
    "static DateTime ConvertTimeBySystemTimeZoneId(DateTime dateTime, string destinationTimeZoneId)": (
      date: DateTime,
      id: string | null,
    ) => convert(date, TimeZone.byId(id)),
    "string Id": (self: TimeZone) => self.id,
    "string StandardName": (self: TimeZone) => self.id,
    "TimeSpan BaseUtcOffset": (self: TimeZone, host: Host): TimeSpan =>
      self.baseOffset(DateTime.fromUnix(host.now())),
    "TimeSpan GetUtcOffset(DateTime dateTime)": (self: TimeZone, date: DateTime) => self.offsetAt(date),
    "TimeSpan GetUtcOffset(DateTimeOffset dateTimeOffset)": (self: TimeZone, date: DateTimeOffset) =>
      self.offsetAt(date.universal),
    "bool IsDaylightSavingTime(DateTime dateTime)": (self: TimeZone, date: DateTime) =>
      self.isSummerTime(date),
    "string ToString()": (self: TimeZone) => self.id,
  },
};

/** `TimeZoneInfo`. */
export const zoneTypes: readonly TypeDescription[] = [zoneDescription];
