import { requestToken } from "../proof/okta-client.ts";
import { CommandError } from "./command-error.ts";
import { type CommandLine, type CommandOption, parseCommandLine } from "./command-line.ts";
import { readDeployedOutputs } from "./deployed-outputs.ts";
import { localOutputsName, readLocalOutputs } from "./local-outputs.ts";
import { runCommand } from "./run-command.ts";
import { parseOutputs, type StackOutputs } from "./stack-outputs.ts";
import { portOption, readPort } from "./start-options.ts";

const commandLine = {
  usage: "npm run token -- [options] [scope …]",
  summary:
    "Prints an access token of the running local cloud, or of a deployed stack; with all scopes when none is named.",
  takesWords: true,
  options: {
    // Without a default, to tell whether it was chosen.
    port: { ...portOption, default: undefined, help: `${portOption.help} [${portOption.default}]` },
    stack: { type: "string", value: "NAME", help: "Asks the Okta of this deployed stack." },
  },
} as const satisfies CommandLine<Record<string, CommandOption>>;

/** `npm run token`: see its {@link commandLine}. */
async function main(args: string[]): Promise<number> {
  const { positionals, values } = parseCommandLine(commandLine, args);
  const outputs = await readOutputs(values);
  console.log(await requestToken(outputs, positionals.length > 0 ? positionals : outputs.scopes));
  return 0;
}

async function readOutputs({ port, stack }: { port?: string; stack?: string }): Promise<StackOutputs> {
  if (stack === undefined) {
    const at = readPort(port ?? portOption.default);
    return parseOutputs(await readLocalOutputs(at), `"${localOutputsName(at)}"`);
  }
  if (port !== undefined)
    throw new CommandError(
      "--port is for the local cloud and --stack for a deployed stack. Leave one of them out.",
    );
  return readDeployedOutputs(stack);
}

await runCommand(main);
