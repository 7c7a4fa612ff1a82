/** Which files of a change make the report of it suspect. */
import { readFile } from "node:fs/promises";
import * as path from "node:path";
import { describe, expect, it } from "vitest";
import { proofFilesAmong } from "../../commands/proof-files.ts";

const root = path.join(import.meta.dirname, "../..");

/** Every file of the repository that a module loads, itself among them, by its static imports. */
async function loadedBy(file: string, seen = new Set<string>()): Promise<ReadonlySet<string>> {
  if (seen.has(file)) return seen;
  seen.add(file);
  const text = await readFile(path.join(root, file), "utf8");
  for (const [, specifier = ""] of text.matchAll(/(?:from|import) "(\.{1,2}\/[^"]+\.ts)"/g))
    await loadedBy(path.join(path.dirname(file), specifier), seen);
  return seen;
}

describe("the files of the proof", () => {
  it("are all that npm start, verify, render and compare load, but for the program and its policies", async () => {
    const seen = new Set<string>();
    for (const command of ["start", "verify", "render", "compare"])
      await loadedBy(`commands/${command}.ts`, seen);
    expect(seen.size).toBeGreaterThan(80);
    const isProved = (file: string) => /^(components|policies)\//.test(file);
    const proving = [...seen].filter((file) => !isProved(file));
    expect(proofFilesAmong(proving)).toEqual(proving);
  });

  it("include the workflows, what installs the tools, and the pinned packages", () => {
    const paths = [".github/workflows/preview.yml", ".ci/run", ".npmrc", "package.json", "package-lock.json"];
    expect(proofFilesAmong(paths)).toEqual(paths);
  });

  it("are neither documents, policies, components, the stack, settings nor tests", () => {
    const paths = [
      "apis/conference.openapi.yaml",
      "policies/authorize.ts",
      "components/protected-api.ts",
      "index.ts",
      "Pulumi.dev.yaml",
      "test/proof/matrix.test.ts",
      "README.md",
      "docs/proof/package.json",
    ];
    expect(proofFilesAmong(paths)).toEqual([]);
  });
});
