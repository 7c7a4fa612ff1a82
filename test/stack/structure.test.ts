/** Lists and maps of the settings, as Pulumi hands them over. */
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { claimsCheck } from "../../stack/claim-settings.ts";
import { clientsCheck } from "../../stack/client-settings.ts";
import { structure } from "../../stack/structure.ts";

const problemsOf = (check: z.ZodType, text: string) =>
  (check.safeParse(text).error?.issues ?? []).map(({ message }) => message);

describe("a map of the settings", () => {
  it.each([
    ["of clients", clientsCheck, '{"__proto__": {"kind": "service", "scopes": ["orders.read"]}}'],
    ["of claims", claimsCheck, '{"__proto__": {"expression": "user.department"}}'],
    ["inside another one", structure(z.record(z.string(), z.unknown())), '{"a": [{"__proto__": 1}]}'],
  ])("refuses an entry that would be lost, in a map %s", (_, check, text) => {
    expect(problemsOf(check, text)).toContain('must have no entry of the name "__proto__"');
  });

  it("takes every other name", () => {
    const check = structure(z.record(z.string(), z.unknown()));
    expect(problemsOf(check, '{"constructor": 1, "prototype": {"toString": 2}}')).toEqual([]);
  });
});
