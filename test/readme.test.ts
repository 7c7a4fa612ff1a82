/** The README's lists against what they list. */
import { glob, readFile } from "node:fs/promises";
import * as path from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";

const root = path.join(import.meta.dirname, "..");
const read = (file: string) => readFile(path.join(root, file), "utf8");

/** `Differs from Azure: ….`, up to the end of its sentence, from every comment. */
async function declaredDifferences(): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const file of glob("{apis,policies,components,simulator,verify,commands}/**/*.ts", {
    cwd: root,
  })) {
    const text = (await read(file)).replace(/\n\s*(?:\*|\/\/) ?/g, " ").replace(/\s+/g, " ");
    found.push(
      ...[...text.matchAll(/(?:Differs from|Assumed of) (?:Azure|Okta): .*?\.(?= |$)/g)].map(
        ([sentence]) => sentence,
      ),
    );
  }
  return found.sort();
}

describe("the README", () => {
  it("lists every difference and assumption that the code declares, and no other", async () => {
    const listed = (await read("simulator/README.md"))
      .split("\n")
      .filter((line) => /^- (?:Differs from|Assumed of) /.test(line));
    expect(listed.map((line) => line.slice(2)).sort()).toEqual(await declaredDifferences());
  });

  it("names every setting of Pulumi.yaml", async () => {
    const { config } = parse(await read("Pulumi.yaml")) as { config: Record<string, unknown> };
    const table = (await read("README.md")).split("## Settings")[1]?.split("\n## ")[0] ?? "";
    const named = [...table.matchAll(/^\| (`.*?`) \|/gm)].flatMap(([, cell]) =>
      [...(cell ?? "").matchAll(/`(\w+)`/g)].map(([, key]) => key),
    );
    expect(named.sort()).toEqual(Object.keys(config).sort());
  });

  it("names every workflow, and only variables and secrets that one of them reads", async () => {
    const workflows: string[] = [];
    for await (const file of glob(".github/workflows/*.yml", { cwd: root })) workflows.push(file);
    const readme = await read("README.md");
    for (const file of workflows) expect(readme).toContain(`\`${path.basename(file)}\``);
    const texts = (await Promise.all(workflows.map(read))).join("\n");
    const used = new Set([...texts.matchAll(/\b(?:vars|secrets)\.([A-Z_]+)/g)].map(([, name]) => name));
    const team = readme.split("## In a team")[1]?.split("\n## ")[0] ?? "";
    const named = new Set([...team.matchAll(/`([A-Z]+_[A-Z_]+)`/g)].map(([, name]) => name));
    expect([...named].sort()).toEqual([...used].sort());
  });

  it("names only scripts that there are", async () => {
    const { scripts } = JSON.parse(await read("package.json")) as { scripts: Record<string, string> };
    const named = [...(await read("README.md")).matchAll(/npm run (?:-s )?([a-z:]+)/g)].map(
      ([, script]) => script ?? "",
    );
    expect(named.filter((script) => !(script in scripts))).toEqual([]);
  });
});
