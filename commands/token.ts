import { parseArgs } from "node:util";
import { requestToken } from "../verify/okta-client.ts";
import { readDeployedOutputs } from "./deployed-outputs.ts";
import { readLocalOutputs } from "./local-outputs.ts";
import { runCommand } from "./run-command.ts";
import { parseOutputs } from "./stack-outputs.ts";

/**
 * `npm run token -- [--stack NAME] [scope …]`: prints an access token of the running local cloud, or of a deployed stack; all
 * scopes when none is named.
 */
async function main(args: string[]): Promise<number> {
  const { positionals, values } = parseArgs({
    args,
    allowPositionals: true,
    options: { stack: { type: "string" } },
  });
  const outputs =
    values.stack === undefined
      ? parseOutputs(await readLocalOutputs(), ".local/outputs.json")
      : await readDeployedOutputs(values.stack);
  console.log(await requestToken(outputs, positionals.length > 0 ? positionals : outputs.scopes));
  return 0;
}

await runCommand(main);
