import { access } from "node:fs/promises";
import { homedir } from "node:os";
import * as path from "node:path";
import { PulumiCommand } from "@pulumi/pulumi/automation/index.js";

/** The CLI version that the lockfile pins, the same as the SDK's. */
export const cliVersion = "3.259.0";

/** How to get the CLI, for messages. */
export const howToGetCli = `\`npx pulumi version\` downloads version ${cliVersion}; where its download host is out of reach, \`bash .ci/pulumi-cli/build\` builds it with Go`;

/** Finds the Pulumi CLI of the pinned version where its npm launcher keeps it; nothing is downloaded. */
export async function findPulumiCli(): Promise<PulumiCommand | undefined> {
  const root = path.join(homedir(), ".pulumi", "versions", cliVersion);
  const exists = await access(path.join(root, "bin", "pulumi")).then(
    () => true,
    () => false,
  );
  return exists ? PulumiCommand.get({ root }) : undefined;
}
