import { readFile } from "node:fs/promises";
import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { parse } from "yaml";
import { ConfigError } from "./config.ts";

/** A settings key as Pulumi keeps it: `location` → `apim-okta:location`, and so the older `apim-okta:config:location`. */
export function qualified(project: string, key: string): string {
  const [first = "", ...rest] = key.split(":");
  if (rest.length === 0) return `${project}:${key}`;
  return rest.length === 2 && rest[0] === "config" ? `${first}:${rest[1]}` : key;
}

/**
 * Settings that a file holds in two spellings: Pulumi takes the later one, and says nothing of the other.
 *
 * @param file Its name, for the message: `Pulumi.dev.yaml`.
 * @returns One sentence for each such setting.
 */
export function writtenTwice(
  file: string,
  { project, config }: { readonly project: string; readonly config: object },
): string[] {
  const spellings = Map.groupBy(Object.keys(config), (key) => qualified(project, key));
  return [...spellings]
    .filter(([, keys]) => keys.length > 1)
    .map(
      ([key, keys]) =>
        `"${key}" is written ${keys.length} times in ${file}, as "${keys.join('" and "')}": only the last one would count. Keep one of them.`,
    );
}

/**
 * Checks the settings files of the running stack for what the engine does not tell the program.
 *
 * @param root Folder of Pulumi.yaml.
 * @throws {ConfigError} when a file holds a setting twice.
 */
export async function checkSettingsFiles(root: string): Promise<void> {
  const files = ["Pulumi.yaml", `Pulumi.${pulumi.getStack()}.yaml`];
  const problems = await Promise.all(
    files.map(async (file) => {
      const { config } = (parse(await readIfThere(path.join(root, file))) ?? {}) as { config?: object };
      return writtenTwice(file, { project: pulumi.getProject(), config: config ?? {} });
    }),
  );
  if (problems.flat().length > 0) throw new ConfigError(problems.flat());
}

/** Nothing where the settings lie elsewhere, by `--config-file`. */
function readIfThere(file: string): Promise<string> {
  return readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
    return "";
  });
}
