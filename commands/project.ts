import { existsSync } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import * as path from "node:path";
import { parse } from "yaml";
import { CommandError } from "./command-error.ts";

/** The folder of Pulumi.yaml: the working directory or the nearest one above it, as the Pulumi CLI has it. */
export const projectRoot = projectAbove(process.cwd());

/**
 * The nearest folder with a Pulumi.yaml, from one folder up; that folder itself where there is none, so that a message can name it.
 */
export function projectAbove(folder: string): string {
  for (let at = folder; ; at = path.dirname(at)) {
    if (existsSync(path.join(at, "Pulumi.yaml"))) return at;
    if (path.dirname(at) === at) return folder;
  }
}

const defaultEntries = ["index.ts", "index.js", "index.mts", "index.mjs"];

/**
 * The file that a project's program begins with: `main` of Pulumi.yaml, which may be a folder; there `main` of package.json, else
 * index.ts or index.js.
 *
 * @throws {CommandError} when there is no such file.
 * @see https://www.pulumi.com/docs/iac/concepts/projects/project-file/#attributes
 */
export async function programFile(root: string): Promise<string> {
  const project = (parse(await readFile(path.join(root, "Pulumi.yaml"), "utf8")) ?? {}) as { main?: string };
  const named = path.resolve(root, project.main ?? ".");
  if (await isFile(named)) return named;
  const manifest = await readFile(path.join(named, "package.json"), "utf8").catch(unlessMissing);
  const { main } = JSON.parse(manifest ?? "{}") as { main?: string };
  for (const entry of [...(main === undefined ? [] : [main]), ...defaultEntries]) {
    const file = path.join(named, entry);
    if (await isFile(file)) return file;
  }
  throw new CommandError(
    `The project in "${root}" has no program: there is no "${main ?? project.main ?? "index.ts"}". Name the program's file as \`main\` in Pulumi.yaml.`,
    { code: "settings" },
  );
}

async function isFile(file: string): Promise<boolean> {
  return (await stat(file).catch(unlessMissing))?.isFile() ?? false;
}

function unlessMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== "ENOENT" && error.code !== "ENOTDIR") throw error;
}
