import { z } from "zod";
import type { Client, Person } from "../proof/client.ts";
import type { OktaAccess } from "../proof/okta-records.ts";
import { CommandError } from "./command-error.ts";
import type { CommandOption } from "./command-line.ts";
import { keptPeople } from "./kept-people.ts";
import { localOutputsName, readLocalOutputs } from "./local-outputs.ts";
import { type PlainOutputs, parseOutputs, type StackOutputs } from "./stack-outputs.ts";
import { portOption, readPort } from "./start-options.ts";

/** Options of the commands that ask a stack's Okta for tokens. */
export const stackOptions = {
  // Without a default, to tell whether it was chosen.
  port: { ...portOption, default: undefined, help: `${portOption.help} [${portOption.default}]` },
  stack: { type: "string", value: "NAME", help: "Asks the Okta of this deployed stack." },
} as const satisfies Record<string, CommandOption>;

/** A stack that tokens are asked of. */
export interface TokenStack {
  readonly outputs: StackOutputs;
  /** Who can sign in without a browser; nobody at a deployed Okta. */
  readonly people: readonly Person[];
  /** The management API of the local Okta; absent for a deployed stack. */
  readonly okta?: OktaAccess | undefined;
}

/**
 * Reads the outputs of the running local cloud, or of a deployed stack.
 *
 * @throws {CommandError} when there is no such stack, or the options do not go together.
 */
export async function readTokenStack({
  port,
  stack,
  as,
}: {
  port?: string;
  stack?: string;
  as?: string;
}): Promise<TokenStack> {
  if (stack === undefined) {
    const at = readPort(port ?? portOption.default);
    const kept = await readLocalOutputs(at);
    return {
      outputs: parseOutputs(kept, `"${localOutputsName(at)}"`),
      people: keptPeople(kept),
      okta: localOkta(kept),
    };
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

/**
 * The client of that name; without one, the first that needs nobody to sign in.
 *
 * @throws {CommandError} when there is none.
 */
export function clientNamed(clients: readonly Client[], name: string | undefined): Client {
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

/**
 * The person of that name or login.
 *
 * @throws {CommandError} when the local Okta has no such person.
 */
export function personNamed(people: readonly Person[], name: string): Person {
  const found = people.find((person) => person.name === name || person.login === name);
  if (found !== undefined) return found;
  const names = people.map((person) => person.name).join('", "');
  throw new CommandError(`The local Okta has no person "${name}". These people can sign in: "${names}".`, {
    code: "command-line",
  });
}

const oktaShape = z.object({ okta: z.object({ origin: z.string(), apiToken: z.string() }) });

/** The local Okta's management API among the outputs that `npm start` leaves. */
function localOkta(kept: PlainOutputs): OktaAccess | undefined {
  return oktaShape.safeParse(kept).data?.okta;
}
