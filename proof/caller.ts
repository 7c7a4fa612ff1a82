import type { JWK } from "jose";
import type { Client, Person } from "./client.ts";
import { requestToken, TokenRequestError } from "./okta-client.ts";
import { signIn } from "./sign-in.ts";

/** Who asks Okta for a token: a client, together with the person who signs in where one does. */
export interface Caller {
  /** `partner-batch`, `attendee-app as ada`. */
  readonly name: string;
  readonly client: Client;
  /** Absent where the client asks for itself, by client credentials. */
  readonly person?: Person | undefined;
}

/** Where tokens come from. */
export interface TokenIssuer {
  /** Of the authorization server, without a slash at its end. */
  readonly issuer: string;
  readonly tokenEndpoint: string;
  /** The private keys of clients that authenticate by `private_key_jwt`, by the clients' names. @defaultValue none */
  readonly privateKeys?: ReadonlyMap<string, JWK> | undefined;
}

/** Makes a caller, by its name. */
export function callerOf(client: Client, person?: Person): Caller {
  return { name: person === undefined ? client.name : `${client.name} as ${person.name}`, client, person };
}

/**
 * Gets an access token the way that the caller gets it: by client credentials, or by signing the person in.
 *
 * @throws {TokenRequestError} when Okta refuses or does not answer, or the client has no way to get such a token.
 */
export async function callerToken(
  { issuer, tokenEndpoint, privateKeys }: TokenIssuer,
  { client, person, name }: Caller,
  scopes: readonly string[],
): Promise<string> {
  const { clientId, clientSecret, authentication } = client;
  const privateKey = privateKeys?.get(client.name);
  if (authentication === "private_key_jwt" && privateKey === undefined)
    throw new TokenRequestError(
      `Client "${client.name}" authenticates with a private key, which is in no output of the stack. Give it as --key ${client.name}=FILE.`,
    );
  const credentials = { tokenEndpoint, clientId, clientSecret, privateKey };
  if (person === undefined) {
    assertGrant(client, "client_credentials");
    return requestToken(credentials, scopes);
  }
  assertGrant(client, "authorization_code");
  const [redirectUri] = client.redirectUris;
  if (redirectUri === undefined)
    throw new TokenRequestError(`"${name}" cannot sign in: the client has no redirect URI.`);
  return signIn(
    { ...credentials, authorizationEndpoint: `${issuer}/v1/authorize`, redirectUri },
    person,
    scopes,
  );
}

function assertGrant(
  { name, grantTypes }: Client,
  needed: "client_credentials" | "authorization_code",
): void {
  if (grantTypes.includes(needed)) return;
  throw new TokenRequestError(
    needed === "client_credentials"
      ? `Client "${name}" gets tokens only as a person who signs in. Name one: --as PERSON.`
      : `Nobody signs in with client "${name}", which gets tokens for itself. Leave --as out.`,
  );
}
