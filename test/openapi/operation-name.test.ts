/** How API Management names operations, as its documentation has it; no instance was asked. */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type NameSource, operationNames } from "../../openapi/operation-name.ts";

const source = (operationId: string | undefined, method = "get", path = "/a"): NameSource => ({
  operationId,
  method,
  path,
});
const nameOf = (operationId: string) => operationNames([source(operationId)])[0];

describe("an operation's name", () => {
  it.each([
    ["GetSessions", "getsessions"],
    ["Get  Sessions!", "get-sessions"],
    ["GET-/foo/{bar}?buzz={quix}", "get-foo-bar-buzz-quix"],
    ["--a--", "a"],
    ["a".repeat(77), "a".repeat(76)],
  ])("of %j is %j", (operationId, name) => {
    expect(nameOf(operationId)).toBe(name);
  });

  it.each([undefined, "", "!!"])("follows from method and path when the operationId is %j", (operationId) => {
    expect(operationNames([source(operationId, "get", "/foo/{bar}")])).toEqual(["get-foo-bar"]);
  });

  it("gets a number when an operation before it has the name", () => {
    expect(operationNames([source("A"), source("a"), source("a!"), source("a-1"), source("b")])).toEqual([
      "a",
      "a-1",
      "a-2",
      "a-1-1",
      "b",
    ]);
  });

  it("gets a number after the cut at 76 characters", () => {
    const long = "a".repeat(76);
    expect(operationNames([source(`${long}x`), source(`${long}y`)])).toEqual([long, `${long}-1`]);
  });

  it("is none after -999", () => {
    const names = operationNames(Array.from({ length: 1001 }, () => source("a")));
    expect([names[999], names[1000]]).toEqual(["a-999", undefined]);
  });

  it("has at most 76 lower-case letters, digits and single hyphens", () => {
    return fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 200 }), (operationId) => {
        const name = nameOf(operationId);
        expect(name).toMatch(/^[a-z0-9-]{1,76}$/);
        expect(name).not.toMatch(/^-|--/);
      }),
      { seed: 4 },
    );
  });

  it("is unique and at most 80 characters long", () => {
    const id = fc.string({ unit: fc.constantFrom("a", "A", "-", "1"), maxLength: 80 });
    return fc.assert(
      fc.property(fc.array(id, { maxLength: 40 }), (ids) => {
        const names = operationNames(ids.map((one) => source(one)));
        expect(new Set(names).size).toBe(ids.length);
        for (const name of names) expect(name?.length).toBeLessThanOrEqual(80);
      }),
      { seed: 4 },
    );
  });
});
