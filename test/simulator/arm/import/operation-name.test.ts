/** The names that Azure's import gives operations. */
import { describe, expect, it } from "vitest";
import { importedNames, type NamedOperation } from "../../../../simulator/arm/import/operation-name.ts";

const named = (operationId: string, path = "/foo/{bar}", method = "GET"): NamedOperation => ({
  operationId,
  path,
  method,
});
const names = (...operationIds: readonly string[]) => importedNames(operationIds.map((id) => named(id)));

describe("importedNames", () => {
  it.each([
    ["GetSessions", "getsessions"],
    ["Get Sessions!", "get-sessions"],
    ["GET-/foo/{bar}?buzz={quix}", "get-foo-bar-buzz-quix"],
    ["--a__b--", "a-b"],
    ["Grüße", "gr-e"],
  ])("normalises %s to %s", (operationId, name) => {
    expect(names(operationId)).toEqual([name]);
  });

  it.each(["", "---", "日本"])(
    "names an operation with the id %j after its method and path",
    (operationId) => {
      expect(names(operationId)).toEqual(["get-foo-bar"]);
    },
  );

  it("names the operation of the root after its method", () => {
    expect(importedNames([named("", "/")])).toEqual(["get"]);
  });

  it("cuts a name after 76 characters", () => {
    expect(names("a".repeat(76), "b".repeat(77))).toEqual(["a".repeat(76), "b".repeat(76)]);
  });

  it("adds the lowest free number to a name that is taken, also by a name that was cut or that has a number", () => {
    expect(names("a", "A", "a-1", "a!")).toEqual(["a", "a-1", "a-1-1", "a-2"]);
    const long = "x".repeat(80);
    expect(names(long, `${long}y`)).toEqual([long.slice(0, 76), `${long.slice(0, 76)}-1`]);
  });

  it("gives every operation a name of its own of at most 80 characters", () => {
    const all = names(...Array.from({ length: 1000 }, () => "x".repeat(90)));
    expect(new Set(all).size).toBe(1000);
    expect(Math.max(...all.map((name) => name.length))).toBe(80);
  });
});
