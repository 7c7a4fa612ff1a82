import { callerOf, callerToken } from "../proof/caller.ts";
import { type CommandLine, type CommandOption, parseCommandLine } from "./command-line.ts";
import { keyOption, readPrivateKeys } from "./private-keys.ts";
import { runCommand } from "./run-command.ts";
import { clientsOf } from "./stack-outputs.ts";
import { clientNamed, personNamed, readTokenStack, stackOptions } from "./token-stack.ts";

const commandLine = {
  usage: "npm run token -- [options] [scope …]",
  summary:
    "Prints an access token of the running local cloud, or of a deployed stack; with all scopes of the client when none is named.",
  takesWords: true,
  options: {
    client: {
      type: "string",
      value: "NAME",
      help: "The client that gets it. [the first that needs nobody to sign in]",
    },
    as: { type: "string", value: "PERSON", help: "Who signs in with the client, in the local cloud." },
    key: keyOption,
    ...stackOptions,
  },
} as const satisfies CommandLine<Record<string, CommandOption>>;

/** `npm run token`: see its {@link commandLine}. */
async function main(args: string[]): Promise<number> {
  const { positionals, values } = parseCommandLine(commandLine, args);
  const { outputs, people } = await readTokenStack(values);
  const client = clientNamed(clientsOf(outputs), values.client);
  const person = values.as === undefined ? undefined : personNamed(people, values.as);
  const privateKeys = await readPrivateKeys(values.key);
  const scopes = positionals.length > 0 ? positionals : client.scopes;
  console.log(await callerToken({ ...outputs, privateKeys }, callerOf(client, person), scopes));
  return 0;
}

await runCommand(main);
