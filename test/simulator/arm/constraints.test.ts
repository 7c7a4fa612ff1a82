/** The table of constraints against Azure's own client, which it is made of. */
import { describe, expect, it } from "vitest";
import table from "../../../simulator/arm/constraints.json" with { type: "json" };
import { readConstraints } from "../../../simulator/arm/write-constraints.ts";

describe("the table of constraints", () => {
  it("is what `npm run constraints` writes with the installed client", async () => {
    expect(table).toEqual(await readConstraints());
  });

  it("holds a model for each one that it names", () => {
    const named = [...JSON.stringify(table).matchAll(/"model":"([^"]+)"/g)].map(([, name]) => name);
    expect(named.length).toBeGreaterThan(20);
    expect(named.filter((name) => !(String(name) in table.models))).toEqual([]);
  });
});
