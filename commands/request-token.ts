import { type ClientCredentials, requestToken, TokenRequestError } from "../proof/okta-client.ts";
import { CommandError } from "./command-error.ts";

/**
 * A token from the first app that Okta gives one with these scopes; each app may be allowed others.
 *
 * @throws {CommandError} when there is no app.
 */
export async function requestTokenAsOneOf(
  clients: readonly ClientCredentials[],
  scopes: readonly string[],
): Promise<string> {
  let refusal: unknown;
  if (clients.length === 0)
    throw new CommandError(
      'No client of the stack gets tokens by itself. Add a client of kind "service" to the setting clients.',
    );
  for (const client of clients) {
    try {
      return await requestToken(client, scopes);
    } catch (error) {
      if (!(error instanceof TokenRequestError) || error.oktaError === undefined) throw error;
      refusal ??= error;
    }
  }
  throw refusal;
}
