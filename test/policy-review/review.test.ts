import { describe, expect, it } from "vitest";
import { policiesWith, reviewedFolder, tokenCheck } from "../support/reviewed-folder.ts";

describe("the paths to a backend", () => {
  it("names an API that nothing guards, when the folder has no document for all APIs", async () => {
    const { unchecked, loaded } = await reviewedFolder({ "orders.xml": policiesWith("") });
    expect(unchecked.map(({ operation }) => operation)).toEqual(["GET /*", "POST /*"]);
    expect(loaded.notes).toEqual([expect.stringContaining("No document is for all APIs")]);
  });

  it("names none, when the API's own document checks tokens", async () => {
    const { unchecked } = await reviewedFolder({ "orders.xml": policiesWith(tokenCheck) });
    expect(unchecked).toEqual([]);
  });

  it("names none, when the document for all APIs forwards nothing", async () => {
    const empty = "<policies><inbound /><backend /><outbound /><on-error /></policies>";
    const { unchecked, loaded } = await reviewedFolder({
      ...{ "orders.xml": policiesWith(""), "global.xml": empty },
    });
    expect({ unchecked, notes: loaded.notes }).toEqual({ unchecked: [], notes: [] });
  });
});
