/** What a gateway keeps between requests, by a clock that the test moves. */
import { describe, expect, it } from "vitest";
import { ExpiringValues } from "../../../../../simulator/apim/policy/state/expiring-values.ts";
import { GatewayState } from "../../../../../simulator/apim/policy/state/gateway-state.ts";

describe("the cache", () => {
  it("gives a value until its time is over", () => {
    let now = 0;
    const { cache } = new GatewayState({ now: () => now });
    cache.set("a", { b: 1 }, { milliseconds: 1000 });
    now = 999;
    expect(cache.get("a")).toEqual({ b: 1 });
    now = 1000;
    expect(cache.get("a")).toBeUndefined();
  });

  it("gives the last value, and none that was removed", () => {
    const { cache } = new GatewayState({ now: () => 0 });
    cache.set("a", 1, { milliseconds: 1000 });
    cache.set("a", 2, { milliseconds: 1000 });
    expect(cache.get("a")).toBe(2);
    cache.delete("a");
    expect(cache.get("a")).toBeUndefined();
  });

  it("forgets the oldest value when it is full", () => {
    const values = new ExpiringValues({ now: () => 0 }, 2);
    for (const key of ["a", "b", "a", "c"]) values.set(key, key, { milliseconds: 1000 });
    expect(["a", "b", "c"].map((key) => values.get(key))).toEqual(["a", undefined, "c"]);
  });
});

describe("an element's own state", () => {
  it("is made once for each gateway", () => {
    const clock = { now: () => 0 };
    const [one, other] = [new GatewayState(clock), new GatewayState(clock)];
    const made = one.of("x", () => ({ count: 0 }));
    expect(one.of("x", () => ({ count: 0 }))).toBe(made);
    expect(other.of("x", () => ({ count: 0 }))).not.toBe(made);
    expect(one.of("y", () => ({ count: 0 }))).not.toBe(made);
  });
});
