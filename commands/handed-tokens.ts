import { readFile } from "node:fs/promises";
import { text as readAll } from "node:stream/consumers";
import { decodeJwt, errors } from "jose";
import { type Caller, callerOf } from "../proof/caller.ts";
import type { Client } from "../proof/client.ts";
import { CommandError } from "./command-error.ts";
import type { CommandOption } from "./command-line.ts";

/** `--token` of the commands that take tokens of people, whom they cannot sign in. */
export const tokenOption = {
  type: "string",
  value: "PERSON=@FILE",
  multiple: true,
  default: [],
  help: "An access token of a person: @FILE, $VARIABLE, - for the standard input, or the token; may be given more than once.",
} as const satisfies CommandOption;

/**
 * The callers whose tokens are handed in: the person is named, the client is told by the token itself.
 *
 * @throws {CommandError} for another form, and for a token that is none, has expired or is no client's of the stack; never with the token.
 */
export async function readHandedTokens(
  options: readonly string[],
  clients: readonly Client[],
  environment: NodeJS.ProcessEnv = process.env,
): Promise<readonly Caller[]> {
  const callers: Caller[] = [];
  // One after the other: the standard input is read once.
  for (const option of options) {
    const [, person, source] = /^([^=]+)=(.+)$/s.exec(option) ?? [];
    // The whole may be a token.
    if (person === undefined || source === undefined)
      throw new CommandError("--token names no person. Write --token ada=@ada.token.", {
        code: "command-line",
      });
    const token = (await readHandedToken(person, source, environment)).trim();
    callers.push({ ...callerOf(clientOf(person, token, clients), { name: person }), token });
  }
  return callers;
}

/** Reads a token: `@FILE`, `$VARIABLE`, `-` for the standard input, or the token itself. @throws {CommandError} never with the token. */
export async function readHandedToken(
  person: string,
  source: string,
  environment: NodeJS.ProcessEnv,
): Promise<string> {
  if (source === "-") return readAll(process.stdin);
  if (source.startsWith("$")) {
    const value = environment[source.slice(1)];
    if (value) return value;
    throw new CommandError(
      `--token ${person}=${source} names a variable that is not set. Set it to the token.`,
      { code: "command-line" },
    );
  }
  if (!source.startsWith("@")) return source;
  return readFile(source.slice(1), "utf8").catch((cause: NodeJS.ErrnoException) => {
    // The cause names the file, which may be the token.
    throw new CommandError(
      `Cannot read the token file of "${person}" (${cause.code}). Check its path and permissions.`,
      { code: "file" },
    );
  });
}

function clientOf(person: string, token: string, clients: readonly Client[]): Client {
  const { cid, exp = 0 } = claimsOf(person, token);
  const client = clients.find(({ clientId }) => clientId === cid);
  if (client === undefined)
    throw new CommandError(
      `The token of "${person}" is for a client that the stack does not have${cid === undefined ? "" : ` ("${cid}")`}. Sign in with one of "${clients.map(({ name }) => name).join('", "')}", and hand the access token in.`,
      { code: "command-line" },
    );
  if (exp * 1000 <= Date.now())
    throw new CommandError(`The token of "${person}" has expired. Sign in again, and hand the new one in.`, {
      code: "command-line",
    });
  return client;
}

function claimsOf(person: string, token: string): { readonly cid?: unknown; readonly exp?: number } {
  try {
    return decodeJwt(token);
  } catch (error) {
    if (!(error instanceof errors.JOSEError)) throw error;
    // Its text could be a part of a token.
    throw new CommandError(`The token of "${person}" is no JSON Web Token. Hand in the access token.`, {
      code: "command-line",
    });
  }
}
