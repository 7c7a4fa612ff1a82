/** What required claims can say of alternatives, one after the other. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { protectApi } from "../../policies/protect-api.ts";
import { scopeClauses } from "../../policies/scope-clauses.ts";
import { elementsOf, requiredClaimsOf } from "../support/policy-tree.ts";

const clauses = (...anyOf: string[][]) => scopeClauses(anyOf, "claims");

describe("clauses of scopes", () => {
  it.each<[string, string[][], string[][]]>([
    ["one alternative: each of its scopes", [["a", "b"]], [["a"], ["b"]]],
    ["alternatives of one scope: one clause", [["a"], ["b"]], [["a", "b"]]],
    [
      "alternatives of several scopes",
      [["a", "b"], ["c"]],
      [
        ["a", "c"],
        ["b", "c"],
      ],
    ],
    ["an alternative that holds another one: the other one", [["a", "b"], ["a"]], [["a"]]],
    ["an alternative without scopes: none", [["a"], []], []],
  ])("are, for %s", (_, anyOf, expected) => {
    expect(clauses(...anyOf)).toEqual(expected);
  });

  it("let in the same tokens as the alternatives", () => {
    const scopes = fc.subarray(["a", "b", "c", "d"]);
    fc.assert(
      fc.property(fc.array(scopes, { minLength: 1, maxLength: 4 }), scopes, (anyOf, token) => {
        const has = (scope: string) => token.includes(scope);
        expect(scopeClauses(anyOf, "claims").every((clause) => clause.some(has))).toBe(
          anyOf.some((all) => all.every(has)),
        );
      }),
    );
  });

  it("are refused without an alternative, which would let every token in", () => {
    expect(() => clauses()).toThrow("claims has no alternative");
  });

  it("are refused beyond sixteen", () => {
    const pair = (name: string) => [`${name}1`, `${name}2`];
    expect(clauses(pair("a"), pair("b"), pair("c"), pair("d"))).toHaveLength(16);
    expect(() => clauses(pair("a"), pair("b"), pair("c"), pair("d"), pair("e"))).toThrow(
      "takes more than 16 checks",
    );
  });

  it("become one statement for all scopes that are always needed, and one for each choice", () => {
    const facts = {
      openIdConfigUrl: "https://okta.example.com",
      issuer: "i",
      audience: "a",
      consoleOrigins: [],
    };
    const security = {
      kind: "token" as const,
      anyOf: [
        ["a", "b", "c"],
        ["a", "b", "d"],
      ],
    };
    const policy = protectApi([{ method: "GET", path: "/x", security, successStatus: 200 }])(facts);
    const checks = elementsOf(elementsOf(policy.inbound, "when"), "validate-jwt");
    expect(checks.flatMap(requiredClaimsOf)).toEqual([
      { name: "scp", match: "all", values: ["a", "b"] },
      { name: "scp", match: "any", values: ["c", "d"] },
    ]);
  });
});
