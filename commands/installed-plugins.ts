import { readdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import * as path from "node:path";
import { CommandError } from "./command-error.ts";
import { projectRoot } from "./project.ts";

const providerNames = ["azure-native", "okta", "random"] as const;

/**
 * Checks that the real providers are installed in Pulumi's home, in the versions of the program's SDKs: the engine would otherwise
 * name the first missing one only, after it has begun.
 *
 * @param home Pulumi's home, `~/.pulumi`.
 * @throws {CommandError} with the commands that install what is missing.
 * @see https://www.pulumi.com/docs/iac/concepts/plugins/
 */
export async function assertPluginsInstalled(home: string): Promise<void> {
  const installed = await readdir(path.join(home, "plugins")).catch(
    (error: NodeJS.ErrnoException): string[] => {
      if (error.code === "ENOENT") return [];
      throw error;
    },
  );
  const wanted = await Promise.all(
    providerNames.map(async (name) => ({ name, version: await sdkVersion(name) })),
  );
  const missing = wanted.filter(({ name, version }) => !installed.includes(`resource-${name}-v${version}`));
  if (missing.length === 0) return;
  const commands = missing.map(
    ({ name, version }) => `  npx pulumi plugin install resource ${name} ${version}`,
  );
  throw new CommandError(
    [
      `--providers real needs Pulumi's own providers in "${path.join(home, "plugins")}". Missing are ${missing.map(({ name }) => name).join(", ")}. Install them:`,
      ...commands,
    ].join("\n"),
    { code: "pulumi" },
  );
}

/** The version of a provider's SDK, which the engine asks the plugin of. */
async function sdkVersion(name: string): Promise<string> {
  const file = createRequire(path.join(projectRoot, "package.json")).resolve(`@pulumi/${name}/package.json`);
  return (JSON.parse(await readFile(file, "utf8")) as { version: string }).version;
}
