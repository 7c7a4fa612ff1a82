import { access } from "node:fs/promises";
import { homedir } from "node:os";
import * as path from "node:path";
import { CommandError as AutomationError, PulumiCommand } from "@pulumi/pulumi/automation/index.js";

/** The CLI version that the lockfile pins, the same as the SDK's; older ones are not used. */
export const cliVersion = "3.259.0";

/** How to get the CLI, for messages. */
export const howToGetCli = `\`npx pulumi version\` downloads version ${cliVersion}; where its download host is out of reach, \`bash .ci/pulumi-cli/build\` builds it with Go`;

/** What a search for the Pulumi CLI came to. */
export interface CliSearch {
  readonly cli: PulumiCommand | undefined;
  /** What was found and cannot be used, `3.100.0 at /usr/local/bin`; `none` when nothing was. */
  readonly found: string;
}

/**
 * Finds the Pulumi CLI where its npm launcher keeps the pinned version, else on `PATH`, in that version or a newer one. Nothing is
 * downloaded.
 *
 * @param environment `PATH`, and `HOME` or `PULUMI_HOME` where they are not the user's own.
 */
export async function findPulumiCli(environment: NodeJS.ProcessEnv = process.env): Promise<CliSearch> {
  const home = environment.HOME ?? homedir();
  const onPath = (environment.PATH ?? "").split(path.delimiter).filter((folder) => isCliFolder(folder));
  const pulumiHome = environment.PULUMI_HOME ?? path.join(home, ".pulumi");
  const folders = [path.join(pulumiHome, "versions", cliVersion, "bin"), ...new Set(onPath)];
  const unusable: string[] = [];
  for (const folder of folders) {
    if (!(await exists(path.join(folder, "pulumi")))) continue;
    const options = { root: path.dirname(folder), skipVersionCheck: true };
    const cli = await PulumiCommand.get(options).catch((error: unknown) => {
      if (!(error instanceof AutomationError)) throw error;
      return undefined;
    });
    if (cli !== undefined && (cli.version?.compare(cliVersion) ?? -1) >= 0) return { cli, found: "" };
    unusable.push(
      `${cli === undefined ? "one that fails" : (cli.version ?? "an unknown version")} at ${folder}`,
    );
  }
  return { cli: undefined, found: unusable.join(", ") || "none" };
}

/** Whether the CLI has its language plugin for Node beside it, as its own installation does. */
export function hasLanguagePlugin({ command }: PulumiCommand): Promise<boolean> {
  return exists(path.join(path.dirname(command), "pulumi-language-nodejs"));
}

// The launcher in node_modules/.bin would download. The Automation API takes a CLI by the folder around its "bin".
function isCliFolder(folder: string): boolean {
  return path.basename(folder) === "bin";
}

function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}

/** The engine's name in reports: `pulumi 3.259.0`. */
export function engineName({ version }: PulumiCommand): string {
  return `pulumi ${version}`;
}
