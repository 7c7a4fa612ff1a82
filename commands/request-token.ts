import { type ClientCredentials, requestToken, TokenRequestError } from "../proof/okta-client.ts";

/** A token from the first app that Okta gives one with these scopes; each app may be allowed others. */
export async function requestTokenAsOneOf(
  clients: readonly ClientCredentials[],
  scopes: readonly string[],
): Promise<string> {
  let refusal: unknown;
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
