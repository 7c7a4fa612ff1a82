import { describe, expect, it } from "vitest";
import { DateTime } from "../../../expressions/dotnet/date-time.ts";
import { TimeZone, zoneTimeToUtc } from "../../../expressions/dotnet/time-zone.ts";

/* Results are those of https://learn.microsoft.com/dotnet/api/system.timezoneinfo and of the rules of the zones. */

const berlin = TimeZone.byId("W. Europe Standard Time");
const newYork = TimeZone.byId("America/New_York");
const of = (...parts: number[]) => DateTime.of(parts);

describe("TimeZoneInfo", () => {
  it.each([
    [berlin, of(2020, 1, 2, 3), "2020-01-02T04:00:00"],
    [berlin, of(2020, 7, 2, 3), "2020-07-02T05:00:00"],
    [newYork, of(2020, 1, 2, 3), "2020-01-01T22:00:00"],
    [newYork, of(2020, 7, 2, 3), "2020-07-01T23:00:00"],
    [TimeZone.byId("India Standard Time"), of(2020, 7, 2, 3), "2020-07-02T08:30:00"],
    [TimeZone.utc, of(2020, 7, 2, 3), "2020-07-02T03:00:00"],
  ])("shows a universal time on the clocks of $id", (zone, universal, local) => {
    expect(zone.fromUniversal(universal).toString("s")).toBe(local);
    expect(zone.toUniversal(DateTime.of([...local.matchAll(/\d+/g)].map(Number))).toString("s")).toBe(
      universal.toString("s"),
    );
  });

  it("takes winter time for an hour that comes twice", () => {
    expect(berlin.toUniversal(of(2020, 10, 25, 2, 30)).toString("s")).toBe("2020-10-25T01:30:00");
  });

  it("knows the offset and whether it is summer time", () => {
    expect(berlin.offsetAt(of(2020, 7, 2)).toString()).toBe("02:00:00");
    expect(berlin.baseOffset(of(2020, 7, 2)).toString()).toBe("01:00:00");
    expect([berlin.isSummerTime(of(2020, 7, 2)), berlin.isSummerTime(of(2020, 1, 2))]).toEqual([true, false]);
  });

  it("refuses a name that is none, and a universal time as one of a zone", () => {
    expect(() => TimeZone.byId("Nowhere")).toThrow(
      "The time zone ID 'Nowhere' was not found on the local computer.",
    );
    expect(() => zoneTimeToUtc(of(2020, 1, 1).as("Utc"), berlin)).toThrow(
      "did not have the Kind property set correctly",
    );
    expect(zoneTimeToUtc(of(2020, 1, 1), berlin).toString("o")).toBe("2019-12-31T23:00:00.0000000Z");
  });
});
