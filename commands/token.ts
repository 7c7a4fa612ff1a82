import { parseArgs } from "node:util";
import { requestToken } from "../verify/okta-client.ts";
import { readLocalOutputs } from "./local-outputs.ts";
import { runCommand } from "./run-command.ts";
import { parseOutputs } from "./stack-outputs.ts";

/** `npm run token -- [scope …]`: prints an access token of the running local cloud; all scopes when none is named. */
async function main(args: string[]): Promise<number> {
  const { positionals } = parseArgs({ args, allowPositionals: true, options: {} });
  const stack = parseOutputs(await readLocalOutputs(), ".local/outputs.json");
  console.log(await requestToken(stack, positionals.length > 0 ? positionals : stack.scopes));
  return 0;
}

await runCommand(main);
