/** Who gets in, before and after. */
import { expect, it } from "vitest";
import { accessChanges } from "../../commands/access-change.ts";

it("tells which operations come, go and need something else, and of no others", () => {
  const before = { "GET /a": "read", "GET /b": "read", "GET /c": "read" };
  expect(accessChanges(before, { "GET /a": "read", "GET /b": "public", "POST /a": "write" })).toEqual([
    "+ POST /a  needs write",
    "- GET /c  needed read",
    "~ GET /b  needed read, now needs public",
  ]);
});

it("tells nothing when only the order differs", () => {
  expect(accessChanges({ "GET /a": "x", "GET /b": "y" }, { "GET /b": "y", "GET /a": "x" })).toEqual([]);
});
