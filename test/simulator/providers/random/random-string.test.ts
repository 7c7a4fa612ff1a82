/** RandomString's options; randomness itself is not proved here. */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { randomStringHandler } from "../../../../simulator/providers/random/random-string.ts";

const create = async (inputs: Record<string, unknown>) =>
  String((await randomStringHandler.create("x", inputs)).properties.result);

describe("a random string", () => {
  it("has the length and the characters that are asked for", async () => {
    expect(await create({ length: 6, special: false, upper: false })).toMatch(/^[a-z0-9]{6}$/);
    expect(
      await create({ length: 50, lower: false, upper: false, numeric: false, overrideSpecial: "-" }),
    ).toBe("-".repeat(50));
    expect(await create({ length: 20, number: false, special: false })).toMatch(/^[a-zA-Z]{20}$/);
  });

  it("has at least the minimum of each class", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(4), fc.nat(4), fc.nat(4), async (minLower, minUpper, minNumeric) => {
        const result = await create({ length: 12, minLower, minUpper, minNumeric, special: false });
        const count = (pattern: RegExp) => result.match(pattern)?.length ?? 0;
        expect([
          count(/[a-z]/g) >= minLower,
          count(/[A-Z]/g) >= minUpper,
          count(/\d/g) >= minNumeric,
        ]).toEqual([true, true, true]);
      }),
      { seed: 4, numRuns: 50 },
    );
  });

  it("is a new one when a keeper is another, which makes nothing else of it", async () => {
    expect(randomStringHandler.replaceOnChanges).toContain("keepers");
    expect(randomStringHandler.check({ length: 4, keepers: { shown: "a" } })).toEqual([]);
    expect(await create({ length: 4, special: false, keepers: { shown: "a" } })).toMatch(/^\w{4}$/);
  });

  it.each([
    [{ length: 0 }, "length: must be an integer of 1 or more; got 0."],
    [{ length: "x" }, "length: must be an integer of 1 or more; got x."],
    [
      { length: 3, minLower: 2, minUpper: 2 },
      "length: must be at least the sum of the minimums, 4; got 3. Raise it, or lower a minimum.",
    ],
    [{ length: 3, colour: "red" }, "colour: is not an input of this resource. Remove it."],
    [
      { length: 3, lower: false, upper: false, numeric: false, special: false },
      "undefined: At least one of lower, upper, numeric and special must be true; got none. Leave one of them out: true is the default.",
    ],
  ])("is refused with %j", (inputs, problem) => {
    expect(randomStringHandler.check(inputs).map(({ property, reason }) => `${property}: ${reason}`)).toEqual(
      [problem],
    );
  });
});
