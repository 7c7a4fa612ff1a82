/** How API Management names operations, as its documentation has it; no instance was asked. */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { operationName } from "../../openapi/operation-name.ts";

describe("an operation's name", () => {
  it.each([
    ["GetSessions", "getsessions"],
    ["Get  Sessions!", "get-sessions"],
    ["GET-/foo/{bar}?buzz={quix}", "get-foo-bar-buzz-quix"],
    ["--a--", "a"],
    ["a".repeat(77), "a".repeat(76)],
  ])("of %j is %j", (operationId, name) => {
    expect(operationName(operationId)).toBe(name);
  });

  it("has at most 76 lower-case letters, digits and single hyphens, and is its own name", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 200 }), (operationId) => {
        const name = operationName(operationId);
        expect(name).toMatch(/^[a-z0-9-]{0,76}$/);
        expect(name).not.toMatch(/^-|--/);
        expect(operationName(name)).toBe(name.replace(/-$/, ""));
      }),
      { seed: 4 },
    );
  });
});
