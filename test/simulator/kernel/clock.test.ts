/** The clock of a local cloud, and that everything in the local cloud reads the time from it. */
import { glob, readFile } from "node:fs/promises";
import * as path from "node:path";
import { describe, expect, it } from "vitest";
import { CloudClock, epochSeconds, isoTime, machineClock } from "../../../simulator/kernel/clock.ts";

const start = Date.parse("2026-01-01T00:00:00Z");
const still = () => new CloudClock({ now: () => start });

describe("a clock", () => {
  it("goes on with the machine's when nobody moves it", () => {
    const before = machineClock.now();
    const told = new CloudClock().now();
    expect([before <= told, told <= machineClock.now()]).toEqual([true, true]);
  });

  it("is ahead by everything that it was moved", () => {
    const clock = still();
    clock.advance(3_600_000);
    clock.advance(1_500);
    expect([clock.aheadMilliseconds, isoTime(clock), epochSeconds(clock) - start / 1000]).toEqual([
      3_601_500,
      "2026-01-01T01:00:01.500Z",
      3601,
    ]);
  });

  it.each([0, -1, Number.NaN])("refuses to be moved by %d milliseconds", (milliseconds) => {
    const clock = still();
    expect(() => clock.advance(milliseconds)).toThrow(/only goes forward/);
    expect(clock.now()).toBe(start);
  });

  it("refuses to go beyond the last year that a date can be written in", () => {
    const clock = still();
    const almost = Date.parse("9000-01-01T00:00:00Z") - start - 1;
    clock.advance(almost);
    expect(() => clock.advance(1)).toThrow(/beyond the year 9000/);
    expect(isoTime(clock)).toBe("8999-12-31T23:59:59.999Z");
  });
});

// What asks for the time by itself: a date of now, or a library's default of it.
const ownTime =
  /\bDate\.now\b|\bnew Date\(\)|\bDate\(\)|\bperformance\.now\b|\bhrtime\b|\bTemporal\b|\.setIssuedAt\(\)|\bsetInterval\b/;

/** The places of a text that ask for the time by themselves. */
function askingForTime(text: string): readonly string[] {
  return text.split("\n").filter((line) => ownTime.test(line) && !/^\s*(?:\/\/|\*|\/\*)/.test(line));
}

describe("the local cloud", () => {
  it("asks for the time nowhere but in kernel/clock.ts", async () => {
    const root = path.join(import.meta.dirname, "../../..");
    const asking: string[] = [];
    let files = 0;
    for await (const file of glob("simulator/**/*.{ts,js}", { cwd: root })) {
      files += 1;
      // What the portal's pages run is the browser's, with the browser's clock.
      if (file === "simulator/kernel/clock.ts" || file.startsWith("simulator/apim/portal/assets/")) continue;
      const text = await readFile(path.join(root, file), "utf8");
      asking.push(...askingForTime(text).map((line) => `${file}: ${line.trim()}`));
    }
    expect(files).toBeGreaterThan(200);
    expect(asking).toEqual([]);
  });

  it.each(["const now = Date.now();", "new Date().toISOString()", "jwt.setIssuedAt()"])(
    "would be found out by %s",
    (line) => expect(askingForTime(line)).toEqual([line]),
  );

  it.each(["new Date(clock.now())", "Date.parse(text)", "  // Date.now() is the machine's"])(
    "may hold %s",
    (line) => expect(askingForTime(line)).toEqual([]),
  );

  it("names the time to whatever verifies a token with jose", async () => {
    const root = path.join(import.meta.dirname, "../../..");
    const calls: string[] = [];
    for await (const file of glob("simulator/**/*.ts", { cwd: root })) {
      const text = await readFile(path.join(root, file), "utf8");
      if (/\bjwtVerify\(/.test(text)) calls.push(`${file}: ${/\bcurrentDate\b/.test(text)}`);
    }
    expect(calls.length).toBeGreaterThan(0);
    expect(calls.filter((call) => !call.endsWith(": true"))).toEqual([]);
  });
});
