import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { ExpiringMap } from "../../../../simulator/apim/portal/expiring-map.ts";

beforeEach(() => {
  vi.useFakeTimers({ now: 0 });
});
afterEach(() => {
  vi.useRealTimers();
});

it("hands a value over once, until it expires", () => {
  const map = new ExpiringMap<string>(1000);
  map.set("a", "one");
  map.set("b", "two");
  vi.setSystemTime(999);
  expect([map.get("a"), map.take("a"), map.take("a")]).toEqual(["one", "one", undefined]);
  vi.setSystemTime(1000);
  expect(map.take("b")).toBeUndefined();
});

it("keeps nothing that has expired", () => {
  const map = new ExpiringMap<string>(1000);
  for (let count = 0; count < 100; count += 1) map.set(`${count}`, "x");
  vi.setSystemTime(1000);
  map.set("last", "x");
  expect(map.size).toBe(1);
});
