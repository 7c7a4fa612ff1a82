import type { Operation } from "../openapi/operations.ts";
import { isSystemScope } from "../openapi/security/scope-name.ts";
import { namedScopes } from "../openapi/security/security.ts";
import { callerOf } from "./caller.ts";
import type { Client, Person } from "./client.ts";
import { type ApiToProve, someOf } from "./matrix.ts";
import { type ClaimRules, type Rights, rightsOf, rightsOfSomebody, verdictOn } from "./rights.ts";

/** Who may ask for tokens of a stack, whether a request of theirs is sent or not. */
export interface TokenHolders {
  /** All clients, also those whose tokens cannot be got here. */
  readonly clients: readonly Client[];
  /** Who can sign in; "unknown" where that is not told, as at a deployed Okta. */
  readonly people: readonly Person[] | "unknown";
  /** How claims of access tokens are filled. */
  readonly claims: ClaimRules;
}

/**
 * What lets more in than it must, or nobody, a line each: scopes of a client that no operation needs which it may call, operations that
 * no client can call, and operations that everybody can. It goes by what the settings and documents say of every client and person, not by
 * what was sent. Where the settings do not tell whether somebody can call an operation, nothing is said.
 */
export function tooWide(apis: readonly ApiToProve[], holders: TokenHolders): readonly string[] {
  const operations = apis.flatMap(({ document }) => document.operations);
  const rights = holders.clients.map((client) => [client, rightsWith(client, holders)] as const);
  const unused = rights.flatMap(([client, own]) => {
    const scopes = unusedScopes(client, own, operations);
    return scopes.length === 0
      ? []
      : [`client "${client.name}" has ${scopes.join(", ")}, which no operation that it may call needs`];
  });
  const everybody = rights.flatMap(([, own]) => own);
  const closed = apis
    // Of another program not every client and claim is known.
    .filter(({ madeBy }) => madeBy !== "program")
    .flatMap(({ document }) => document.operations)
    .filter((operation) => !everybody.some((one) => mayCall(one, operation)));
  const open = operations.filter(({ security }) => security.kind === "public");
  return [
    ...unused,
    ...named(closed, "no client or person can call"),
    ...named(open, "everybody can call, without a token:"),
  ];
}

/** The rights of whoever gets a token with a client: the client by itself, and the people. */
function rightsWith(client: Client, { people, claims }: TokenHolders): readonly Rights[] {
  const { grantTypes } = client;
  const itself = grantTypes.includes("client_credentials") ? [rightsOf(callerOf(client), claims)] : [];
  if (!grantTypes.includes("authorization_code")) return itself;
  return people === "unknown"
    ? [...itself, rightsOfSomebody(client, claims)]
    : [...itself, ...people.map((person) => rightsOf(callerOf(client, person), claims))];
}

/** Whether a call is let in as far as the settings tell: a claim of which they do not may have the right value. */
function mayCall(rights: Rights, { security, requiredClaims }: Operation): boolean {
  if (security.kind === "public") return true;
  const told = requiredClaims.filter(({ name }) => rights.claim(name) !== "unknown");
  const verdict = verdictOn(rights, security, told);
  return verdict !== "unknown" && verdict.kind === "let in";
}

/** The scopes that a client has and that no alternative names by which an operation lets it in. */
function unusedScopes(
  { scopes }: Client,
  rights: readonly Rights[],
  operations: readonly Operation[],
): readonly string[] {
  const used = operations
    .filter((operation) => rights.some((one) => mayCall(one, operation)))
    .flatMap(({ security }) => namedScopes(security))
    .filter((all) => all.every((scope) => scopes.includes(scope)));
  return scopes.filter((scope) => !isSystemScope(scope) && !used.flat().includes(scope));
}

function named(operations: readonly Operation[], words: string): readonly string[] {
  const names = operations.map(({ method, path }) => `${method} ${path}`);
  return names.length === 0 ? [] : [`${words} ${someOf(names)}`];
}
