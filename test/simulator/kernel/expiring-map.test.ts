/** A map whose values expire. Time is given, not waited for. */
import { beforeEach, expect, it } from "vitest";
import { CloudClock } from "../../../simulator/kernel/clock.ts";
import { ExpiringMap } from "../../../simulator/kernel/expiring-map.ts";

let clock: CloudClock;
beforeEach(() => {
  clock = new CloudClock({ now: () => 0 });
});

it("hands a value over once, until it expires", () => {
  const map = new ExpiringMap<string>(10, clock);
  map.set("a", "one", 1000);
  map.set("b", "two", 1000);
  clock.advance(999);
  expect([map.get("a"), map.take("a"), map.take("a")]).toEqual(["one", "one", undefined]);
  clock.advance(1);
  expect([map.take("b"), [...map.entries()]]).toEqual([undefined, []]);
});

it("keeps nothing that has expired", () => {
  const map = new ExpiringMap<string>(1000, clock);
  for (let count = 0; count < 100; count += 1) map.set(`${count}`, "x", 1000);
  clock.advance(1000);
  map.set("last", "x", 1000);
  expect(map.size).toBe(1);
});

it("forgets the oldest value when it is full, and what was kept again is young", () => {
  const map = new ExpiringMap<string>(2, clock);
  map.set("a", "one", 1000);
  map.set("b", "two", 1000);
  map.set("a", "three", 1000);
  map.set("c", "four", 1000);
  expect([...map.entries()]).toEqual([
    ["a", "three"],
    ["c", "four"],
  ]);
});
