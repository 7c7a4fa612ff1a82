/** The scopes of tokens that must be refused. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { lackingScopes, mostLacking } from "../../proof/lacking-scopes.ts";

const declared = ["a", "b", "c", "d"];
const satisfied = (anyOf: readonly (readonly string[])[], has: readonly string[]) =>
  anyOf.some((all) => all.every((scope) => has.includes(scope)));

describe("lackingScopes", () => {
  it.each<[string, readonly (readonly string[])[], readonly (readonly string[])[]]>([
    ["one scope", [["a"]], [["b", "c", "d"]]],
    [
      "two that are both needed",
      [["a", "b"]],
      [
        ["b", "c", "d"],
        ["a", "c", "d"],
      ],
    ],
    ["one of two", [["a"], ["b"]], [["c", "d"]]],
    [
      "two, or another one",
      [["a", "b"], ["c"]],
      [
        ["b", "d"],
        ["a", "d"],
      ],
    ],
    ["every declared one", [["a"], ["b"], ["c"], ["d"]], []],
  ])("gives the largest sets that lack %s", (_, anyOf, sets) => {
    expect(lackingScopes(anyOf, declared)).toEqual({ sets, isCut: false });
  });

  const anyOfs = fc.array(fc.uniqueArray(fc.constantFrom(...declared), { minLength: 1 }), { minLength: 1 });

  it("gives each set that does not satisfy the operation but would with any further scope", () => {
    fc.assert(
      fc.property(anyOfs, (anyOf) => {
        const subsets = Array.from({ length: 2 ** declared.length }, (_, bits) =>
          declared.filter((_scope, index) => bits & (1 << index)),
        );
        const largest = subsets.filter(
          (has) =>
            has.length > 0 &&
            !satisfied(anyOf, has) &&
            declared.every((scope) => has.includes(scope) || satisfied(anyOf, [...has, scope])),
        );
        const { sets, isCut } = lackingScopes(anyOf, declared);
        expect(new Set(sets.map(String))).toEqual(new Set(largest.map(String)));
        expect(isCut).toBe(false);
      }),
    );
  });

  it("says that there are more sets than it looks for, none of which satisfies", () => {
    const letters = Array.from({ length: 12 }, (_, index) => `s${index}`);
    const pairs = [0, 2, 4, 6, 8, 10].map((at) => letters.slice(at, at + 2));
    const { sets, isCut } = lackingScopes(pairs, letters);
    expect([sets.length, isCut]).toEqual([mostLacking, true]);
    for (const set of sets) expect(satisfied(pairs, set)).toBe(false);
  });
});
