/** Counting by a clock that the test moves. Which policy counts what is proved with the policies. */
import { describe, expect, it } from "vitest";
import {
  CallCounters,
  type CountingPeriod,
} from "../../../../../simulator/apim/policy/state/call-counters.ts";

const minute = 60_000;
const begin = 1_000_000;

/** Counters under a clock that can be set, in milliseconds from the begin. */
function counting(period: CountingPeriod) {
  const clock = { at: 0, now: () => begin + clock.at };
  const counters = new CallCounters(clock);
  return {
    add: (at: number, amount?: number, key = "k") => {
      clock.at = at;
      const { count, resetsInMilliseconds } = counters.add(key, period, amount);
      return [count, resetsInMilliseconds];
    },
    read: (at: number, key = "k") => {
      clock.at = at;
      const { count, resetsInMilliseconds } = counters.read(key, period);
      return [count, resetsInMilliseconds];
    },
  };
}

describe("a sliding counter", () => {
  const period = { kind: "sliding", milliseconds: minute } as const;

  it("counts what is younger than its period, and tells when the oldest falls out", () => {
    const { add, read } = counting(period);
    expect([add(0), add(10_000), read(59_999)]).toEqual([
      [1, minute],
      [2, 50_000],
      [2, 1],
    ]);
    expect([read(minute), read(70_000)]).toEqual([
      [1, 10_000],
      [0, 0],
    ]);
  });

  it("adds an amount of several, also at the same moment", () => {
    const { add } = counting(period);
    expect([add(0, 3), add(0, 2)]).toEqual([
      [3, minute],
      [5, minute],
    ]);
  });

  it("keeps keys apart", () => {
    const { add, read } = counting(period);
    add(0, 1, "a");
    expect([read(0, "a"), read(0, "b")]).toEqual([
      [1, minute],
      [0, 0],
    ]);
  });

  it("still counts what is within the period after a thousand other keys were forgotten", () => {
    const { add, read } = counting(period);
    add(0, 1, "old");
    for (let at = 0; at < 1100; at += 1) add(30_000, 1, `k${at}`);
    add(61_000, 1, "new");
    expect([read(61_000, "old"), read(61_000, "k0"), read(61_000, "new")]).toEqual([
      [0, 0],
      [1, 29_000],
      [1, minute],
    ]);
  });
});

describe("a fixed counter", () => {
  it("begins anew at the end of each period, counted from its first call", () => {
    const { add, read } = counting({ kind: "fixed", milliseconds: minute });
    expect([add(0), add(59_999), read(minute), add(minute)]).toEqual([
      [1, minute],
      [2, 1],
      [0, 0],
      [1, minute],
    ]);
  });

  it("begins anew at the periods of a given start", () => {
    const { add, read } = counting({ kind: "fixed", milliseconds: minute, startsAt: begin - 45_000 });
    expect([add(0), read(14_999), read(15_000)]).toEqual([
      [1, 15_000],
      [1, 1],
      [0, minute],
    ]);
  });

  it("tells what is left of the period under way before anybody has counted", () => {
    const { read } = counting({ kind: "fixed", milliseconds: minute, startsAt: begin - 45_000 });
    expect(read(0)).toEqual([0, 15_000]);
    expect(counting({ kind: "fixed", milliseconds: minute }).read(0)).toEqual([0, 0]);
  });

  it("never begins anew when its period has no end", () => {
    const { add, read } = counting({ kind: "fixed", milliseconds: Number.POSITIVE_INFINITY });
    add(0);
    expect(read(1e12)).toEqual([1, Number.POSITIVE_INFINITY]);
  });
});

describe("a counter with two periods", () => {
  it.each([
    ["the longer one first", [minute, 1000]],
    ["the shorter one first", [1000, minute]],
  ])("counts all of the longer one, %s", (_, periods) => {
    const clock = { at: 0, now: () => begin + clock.at };
    const counters = new CallCounters(clock);
    const sliding = (milliseconds: number) => ({ kind: "sliding", milliseconds }) as const;
    for (; clock.at < 10_000; clock.at += 2000) {
      for (const milliseconds of periods) counters.read("k", sliding(milliseconds));
      counters.add("k", sliding(periods.at(-1) ?? 0));
    }
    expect(counters.read("k", sliding(minute)).count).toBe(5);
  });

  it("counts in an endless one what a short one has let go", () => {
    const clock = { at: 0, now: () => begin + clock.at };
    const counters = new CallCounters(clock);
    const endless = { kind: "fixed", milliseconds: Number.POSITIVE_INFINITY } as const;
    for (; clock.at < 5 * minute; clock.at += minute) {
      counters.read("k", endless);
      counters.add("k", { kind: "fixed", milliseconds: minute, startsAt: begin });
    }
    expect(counters.read("k", endless).count).toBe(5);
  });
});
