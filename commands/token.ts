import { callerOf, callerToken } from "../proof/caller.ts";
import type { Client, Person } from "../proof/client.ts";
import { CommandError } from "./command-error.ts";
import { type CommandLine, type CommandOption, parseCommandLine } from "./command-line.ts";
import { keptPeople } from "./kept-people.ts";
import { localOutputsName, readLocalOutputs } from "./local-outputs.ts";
import { keyOption, readPrivateKeys } from "./private-keys.ts";
import { runCommand } from "./run-command.ts";
import { clientsOf, parseOutputs, type StackOutputs } from "./stack-outputs.ts";
import { portOption, readPort } from "./start-options.ts";

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
    // Without a default, to tell whether it was chosen.
    port: { ...portOption, default: undefined, help: `${portOption.help} [${portOption.default}]` },
    stack: { type: "string", value: "NAME", help: "Asks the Okta of this deployed stack." },
  },
} as const satisfies CommandLine<Record<string, CommandOption>>;

/** `npm run token`: see its {@link commandLine}. */
async function main(args: string[]): Promise<number> {
  const { positionals, values } = parseCommandLine(commandLine, args);
  const { outputs, people } = await readStack(values);
  const client = clientNamed(clientsOf(outputs), values.client);
  const person = values.as === undefined ? undefined : personNamed(people, values.as);
  const privateKeys = await readPrivateKeys(values.key);
  const scopes = positionals.length > 0 ? positionals : client.scopes;
  console.log(await callerToken({ ...outputs, privateKeys }, callerOf(client, person), scopes));
  return 0;
}

interface ReadStack {
  readonly outputs: StackOutputs;
  readonly people: readonly Person[];
}

async function readStack({
  port,
  stack,
  as,
}: {
  port?: string;
  stack?: string;
  as?: string;
}): Promise<ReadStack> {
  if (stack === undefined) {
    const at = readPort(port ?? portOption.default);
    const kept = await readLocalOutputs(at);
    return { outputs: parseOutputs(kept, `"${localOutputsName(at)}"`), people: keptPeople(kept) };
  }
  if (port !== undefined)
    throw new CommandError(
      "--port is for the local cloud and --stack for a deployed stack. Leave one of them out.",
      { code: "command-line" },
    );
  if (as !== undefined)
    throw new CommandError(
      "--as signs in without a browser, which a deployed Okta does not let anybody do. Leave --as out, or sign in with the client itself.",
      { code: "command-line" },
    );
  // Of the local cloud, a token needs none of what reads documents.
  const { readOutputsOf } = await import("./deployed-stack.ts");
  return { outputs: await readOutputsOf(stack), people: [] };
}

function clientNamed(clients: readonly Client[], name: string | undefined): Client {
  const found =
    name === undefined
      ? clients.find(({ grantTypes }) => grantTypes.includes("client_credentials"))
      : clients.find((client) => client.name === name);
  if (found !== undefined) return found;
  const names = clients.map((client) => client.name).join('", "');
  throw new CommandError(
    name === undefined
      ? `No client of the stack gets a token without a person who signs in. Name a client and a person: --client NAME --as PERSON. The clients are "${names}".`
      : `The stack has no client "${name}". Its clients are "${names}".`,
    { code: "command-line" },
  );
}

function personNamed(people: readonly Person[], name: string): Person {
  const found = people.find((person) => person.name === name || person.login === name);
  if (found !== undefined) return found;
  const names = people.map((person) => person.name).join('", "');
  throw new CommandError(`The local Okta has no person "${name}". These people can sign in: "${names}".`, {
    code: "command-line",
  });
}

await runCommand(main);
