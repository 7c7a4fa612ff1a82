/** What sets a random password apart from a random string; its characters are a random string's. */
import { describe, expect, it } from "vitest";
import { randomPasswordHandler } from "../../../../simulator/providers/random/random-password.ts";

describe("a random password", () => {
  it("is a secret of the length and the characters that are asked for, each a new one", async () => {
    const make = () => randomPasswordHandler.create("x", { length: 20, special: false });
    const [one, two] = [await make(), await make()];
    expect(one).toMatchObject({ id: "none", secrets: ["result"] });
    expect(one.properties.result).toMatch(/^[A-Za-z0-9]{20}$/);
    expect(one.properties.result).not.toBe(two.properties.result);
  });

  it("is a new one when a keeper is another", () => {
    expect(randomPasswordHandler.replaceOnChanges).toContain("keepers");
  });

  it("stays in the engine's state alone: a refresh reads none, an import names it", async () => {
    expect(randomPasswordHandler.toldOnce).toEqual(["result"]);
    expect((await randomPasswordHandler.read("none"))?.properties).toEqual({});
    expect(await randomPasswordHandler.read("imported-password")).toMatchObject({
      id: "none",
      properties: { result: "imported-password" },
    });
  });

  it("is refused what a random string is refused", () => {
    expect(randomPasswordHandler.check({ length: 0 })).toEqual([
      { property: "length", reason: "must be an integer of 1 or more; got 0." },
    ]);
  });
});
