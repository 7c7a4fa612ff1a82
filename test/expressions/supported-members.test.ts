import { readFile } from "node:fs/promises";
import * as path from "node:path";
import { describe, expect, it } from "vitest";
import { standardLanguage } from "../../expressions/standard-language.ts";
import type { StaticType } from "../../expressions/static-type.ts";
import { supportedMembersPage } from "../../expressions/supported-members.ts";

describe("the supported members", () => {
  it("are listed as the tables have them", async () => {
    const page = await readFile(path.join(import.meta.dirname, "../../docs/expressions.md"), "utf8");
    expect(page).toBe(supportedMembersPage());
  });

  it("name only types that are described", () => {
    const { registry } = standardLanguage();
    const unknown = new Set<string>();
    const check = (type: StaticType, parameters: readonly string[]): void => {
      for (const one of type.arguments) check(one, parameters);
      if (["()", "void", "dynamic"].includes(type.name) || parameters.includes(type.name)) return;
      if (registry.info(type) === undefined) unknown.add(`${type.name}/${type.arguments.length}`);
    };
    for (const info of registry.all())
      for (const { signature } of [...info.members.values()].flat()) {
        const parameters = [...info.parameters, ...signature.typeParameters];
        for (const type of [signature.result, ...signature.parameters.map((one) => one.type)])
          check(type, parameters);
      }
    expect([...unknown]).toEqual([]);
  });
});
