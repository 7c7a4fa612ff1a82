import { spawn } from "node:child_process";
import { once } from "node:events";
import { globSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import * as path from "node:path";
import { localFolder } from "../commands/local-environment.ts";
import { projectRoot } from "../commands/project.ts";
import { compare, measurePairs, type Result } from "./pairs.ts";

/** Name → the files that it consists of, and the goal. */
const parts: Readonly<Record<string, { readonly patterns: readonly string[]; readonly atMost: number }>> = {
  // Was 1.3 for a program of a few files. Imports are parsed and bound alone, which takes a third of the time; the rest is the check of
  // 11,500 lines of our own, a third of it the settings' schemas, whose types follow from them. It was 2.4 before the typed policies
  // checked their expressions, for which the program imports expressions/.
  "the Pulumi program": { patterns: ["index.ts", "{components,policies,openapi}/**/*.ts"], atMost: 3.4 },
  // Was 1.3 before the services, the expressions and their tests were there: 120,000 lines now.
  "everything, the simulator and the tests included": { patterns: ["**/*.ts"], atMost: 5.5 },
};

/** Type-checking against a program that imports the same packages in the same way and is otherwise empty. */
export async function benchTypeCheck(): Promise<readonly Result[]> {
  // Below the project, so that the packages are found.
  const folder = path.join(localFolder, "bench");
  const results: Result[] = [];
  try {
    for (const [name, { patterns, atMost }] of Object.entries(parts)) {
      const files = globSync(patterns, { cwd: projectRoot, exclude: ["node_modules", ".local"] });
      const whole = await writeProject(path.join(folder, "whole"), {
        include: files.map((file) => path.join(projectRoot, file)),
      });
      const imports = await writeProject(path.join(folder, "imports"), { include: ["imports.ts"] });
      await writeFile(path.join(imports, "imports.ts"), await importsOnly(files));
      const pairs = await measurePairs({ first: () => check(whole), second: () => check(imports) });
      const compared = `type check of ${name} / its imports alone`;
      results.push(compare(compared, pairs, { figure: (seconds) => seconds, goal: { atMost } }));
    }
    return results;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function writeProject(folder: string, { include }: { include: readonly string[] }): Promise<string> {
  await mkdir(folder, { recursive: true });
  const tsconfig = { extends: path.join(projectRoot, "tsconfig.json"), include };
  await writeFile(path.join(folder, "tsconfig.json"), JSON.stringify(tsconfig));
  return folder;
}

/** An import of each package that the files import, by the same path. */
async function importsOnly(files: readonly string[]): Promise<string> {
  const specifiers = new Set<string>();
  for (const file of files) {
    const text = await readFile(path.join(projectRoot, file), "utf8");
    for (const [, specifier = ""] of text.matchAll(/^(?:import|\} from|export .* from).*?"([^"]+)";$/gm))
      if (!specifier.startsWith(".")) specifiers.add(specifier);
  }
  const names = [...specifiers].sort();
  const lines = names.map((specifier, index) => `import * as m${index} from "${specifier}";`);
  const uses = names.map((_, index) => `m${index}`);
  return `${lines.join("\n")}\nexport const all: readonly object[] = [${uses.join(", ")}];\n`;
}

async function check(project: string): Promise<number> {
  const started = performance.now();
  const tsc = path.join(projectRoot, "node_modules/typescript/bin/tsc");
  const child = spawn(process.execPath, [tsc, "--noEmit", "--project", project], { stdio: "inherit" });
  const [code] = (await once(child, "close")) as [number | null];
  if (code !== 0) throw new Error(`The type check of "${project}" must succeed; it ended with ${code}.`);
  return performance.now() - started;
}
