import type { JWK } from "jose";
import { isSystemScope } from "../openapi/security/scope-name.ts";
import type { Client, Person } from "./client.ts";
import { requestToken, TokenRequestError } from "./okta-client.ts";
import { signIn } from "./sign-in.ts";

/** Who asks Okta for a token: a client, together with the person who signs in where one does. */
export interface Caller {
  /** `partner-batch`, `attendee-app as ada`. */
  readonly name: string;
  readonly client: Client;
  /** Absent where the client asks for itself, by client credentials. */
  readonly person?: Pick<Person, "name"> & Partial<Person>;
  /** An access token that somebody handed in, since nobody can sign in here. */
  readonly token?: string;
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
export function callerOf(client: Client, person?: Caller["person"]): Caller {
  if (person === undefined) return { name: client.name, client };
  return { name: `${client.name} as ${person.name}`, client, person };
}

/**
 * The callers that tell what a stack's clients may do: each client that gets tokens for itself; and each that people sign in with, once
 * for every set of groups that makes a difference to it, and for those in none of them, once for every set of other groups.
 *
 * @param groups Names of the groups that operations ask for.
 */
export function callersOf(
  clients: readonly Client[],
  people: readonly Person[],
  groups: readonly string[],
): readonly Caller[] {
  return clients.flatMap((client) => [
    ...(client.grantTypes.includes("client_credentials") ? [callerOf(client)] : []),
    ...(client.grantTypes.includes("authorization_code")
      ? peopleThatMatter(people, [...client.groups, ...groups]).map((person) => callerOf(client, person))
      : []),
  ]);
}

/** The first person of each set of groups. Who is in none of them must stay out, whatever other groups that person is in. */
function peopleThatMatter(people: readonly Person[], groups: readonly string[]): readonly Person[] {
  const deciding = (person: Person) => {
    const own = person.groups.filter((group) => groups.includes(group));
    return own.length > 0 ? own : person.groups;
  };
  const alike = Map.groupBy(people, (person) => JSON.stringify([...new Set(deciding(person))].sort()));
  return [...alike.values()].flatMap(([first]) => first ?? []);
}

/**
 * Groups of clients of which no column shows what they give, a line each: nobody is in one of them without being in another one of the
 * client's, so that taking the group away changes no answer.
 */
export function unshownGroups(clients: readonly Client[], people: readonly Person[]): readonly string[] {
  return clients.flatMap(({ name, groups }) => {
    const decides = (group: string) =>
      people.some((person) => groups.every((one) => person.groups.includes(one) === (one === group)));
    const unshown = groups.filter((group) => group !== everyone && !decides(group));
    return groups.includes(everyone)
      ? []
      : unshown.map(
          (group) =>
            `somebody who may sign in with client "${name}" by group "${group}" alone: nobody of localPeople is in it and in no other group of the client`,
        );
  });
}

/** Okta's own group, which every person is in. */
export const everyone = "Everyone";

/** The scopes that a caller asks for to get all that it may have. Those of OpenID Connect are for people who sign in. */
export function ownScopes({ client, person }: Pick<Caller, "client" | "person">): readonly string[] {
  return person === undefined ? client.scopes.filter((scope) => !isSystemScope(scope)) : client.scopes;
}

/**
 * Gets an access token the way that the caller gets it: by client credentials, or by signing the person in.
 *
 * @throws {TokenRequestError} when Okta refuses or does not answer, or the client has no way to get such a token.
 */
export async function callerToken(
  { issuer, tokenEndpoint, privateKeys }: TokenIssuer,
  { client, person, name, token }: Caller,
  scopes: readonly string[],
): Promise<string> {
  if (token !== undefined) return token;
  const { clientId, clientSecret, authentication } = client;
  const privateKey = privateKeys?.get(client.name);
  if (authentication === "private_key_jwt" && privateKey === undefined)
    throw new TokenRequestError(
      `Client "${client.name}" authenticates with a private key, which is in no output of the stack. Give it as --key ${client.name}=FILE.`,
    );
  const credentials = { name, issuer, tokenEndpoint, clientId, clientSecret, privateKey };
  if (person === undefined) {
    assertGrant(client, "client_credentials");
    return requestToken(credentials, scopes);
  }
  assertGrant(client, "authorization_code");
  const [redirectUri] = client.redirectUris;
  const { login, password } = person;
  if (redirectUri === undefined || login === undefined || password === undefined)
    throw new TokenRequestError(
      `"${name}" cannot sign in: the client has no redirect URI, or the person's login and password are not known.`,
    );
  const app = { ...credentials, authorizationEndpoint: `${issuer}/v1/authorize`, redirectUri };
  return signIn(app, { name: person.name, login, password }, scopes);
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
