import { type Caller, callersOf, ownScopes } from "../proof/caller.ts";
import type { Client } from "../proof/client.ts";
import { audienceOf, TokenRequestError } from "../proof/okta-client.ts";
import type { TokenSources } from "../proof/token-kinds.ts";
import { CommandError } from "./command-error.ts";

/**
 * The callers of a deployed stack: the clients that get tokens for themselves, and the people whose tokens were handed in. Nobody else
 * can sign in there without a browser.
 *
 * @returns The callers, and in words whose tokens are not sent.
 */
export function deployedCallers(
  clients: readonly Client[],
  handed: readonly Caller[],
): { readonly callers: readonly Caller[]; readonly notProved: readonly string[] } {
  const withoutPeople = clients.filter(
    ({ name, grantTypes }) =>
      grantTypes.includes("authorization_code") && !handed.some(({ client }) => client.name === name),
  );
  return {
    callers: [...callersOf(clients, [], []), ...handed],
    notProved: withoutPeople.map(
      ({ name }) =>
        `people with client "${name}": they sign in with a browser; --token PERSON=@FILE takes a token of one`,
    ),
  };
}

/**
 * The audience of the stack's tokens, by the first token that Okta gives to one of the callers.
 *
 * @throws {CommandError} when there is nobody to get a token as.
 * @throws {TokenRequestError} when Okta gives no caller a token, or does not answer.
 */
export async function deployedAudience(
  callers: readonly Caller[],
  issuedTo: TokenSources["issuedTo"],
): Promise<string> {
  const refused: TokenRequestError[] = [];
  for (const caller of callers) {
    try {
      return audienceOf(await issuedTo(caller, ownScopes(caller)));
    } catch (error) {
      // The matrix shows a client that Okta refuses.
      if (!(error instanceof TokenRequestError) || error.refusal === undefined) throw error;
      refused.push(error);
    }
  }
  throw (
    refused[0] ??
    new CommandError(
      "No client of the stack gets a token without a person who signs in. Hand a token in: --token ada=@ada.token.",
    )
  );
}
