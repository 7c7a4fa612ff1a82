import { decodeJwt } from "jose";
import { type ClaimRequirement, type OperationSecurity, satisfies } from "../openapi/security/security.ts";
import { type Caller, everyone, ownScopes } from "./caller.ts";
import type { Client, Person } from "./client.ts";
import type { Verdict } from "./token-kinds.ts";

/** How the authorization server fills a claim of access tokens, as the setting `claims` has it. */
export type ClaimRule =
  | { readonly groups: Readonly<Partial<Record<"startsWith" | "equals" | "contains" | "regex", string>>> }
  | { readonly expression: string };

/** Claim name → how it is filled. */
export type ClaimRules = Readonly<Record<string, ClaimRule>>;

/** What the settings give a caller. */
export interface Rights {
  /** Whether Okta gives it a token: somebody who is assigned to no group of the client gets none. */
  readonly getsToken: boolean;
  /** All scopes that it may have. */
  readonly scopes: readonly string[];
  /** The values of a claim of its token; `undefined` where the token has none, "unknown" where the settings do not tell. */
  readonly claim: (name: string) => readonly string[] | "unknown" | undefined;
}

/** The rights of a caller: by the settings, or by its token where that was handed in. */
export function rightsOf(caller: Caller, rules: ClaimRules): Rights {
  const { client, person, token } = caller;
  if (token !== undefined) return rightsOfToken(token);
  return {
    getsToken: person === undefined || isAssigned(client, person),
    scopes: ownScopes(caller),
    claim: (name) => claimValues(name, rules[name], person),
  };
}

/** The rights of somebody in a client's groups of whom no more is known: a claim that the settings fill has some value. */
export function rightsOfSomebody(client: Client, rules: ClaimRules): Rights {
  return {
    getsToken: client.groups.length > 0,
    scopes: client.scopes,
    claim: (name) => (rules[name] === undefined && !oktasOwn.has(name) ? undefined : "unknown"),
  };
}

function rightsOfToken(token: string): Rights {
  const claims: Record<string, unknown> = decodeJwt(token);
  const values = (name: string) => {
    const claim = claims[name];
    return claim === undefined || claim === null ? undefined : [claim].flat().map(String);
  };
  return { getsToken: true, scopes: values("scp") ?? [], claim: values };
}

/** Whether a person may sign in with a client: through one of its groups. */
function isAssigned({ groups }: Pick<Client, "groups">, { groups: own = [] }: Partial<Person>): boolean {
  return groups.some((group) => own.includes(group) || group === everyone);
}

// https://developer.okta.com/docs/api/openapi/okta-oauth/guides/overview/#access-token-payload
const oktasOwn = new Set(["ver", "jti", "iss", "aud", "sub", "iat", "exp", "auth_time", "cid", "uid", "scp"]);

function claimValues(
  name: string,
  rule: ClaimRule | undefined,
  person: Caller["person"],
): readonly string[] | "unknown" | undefined {
  if (rule === undefined) return oktasOwn.has(name) ? "unknown" : undefined;
  if ("expression" in rule) return "unknown";
  // Nobody signed in, so that nobody is in a group.
  if (person === undefined) return undefined;
  const values = [everyone, ...(person.groups ?? [])].filter((group) => isNamed(group, rule.groups));
  return values.length === 0 ? undefined : values;
}

function isNamed(
  group: string,
  { startsWith, equals, contains, regex }: Extract<ClaimRule, { groups: unknown }>["groups"],
): boolean {
  if (startsWith !== undefined) return group.startsWith(startsWith);
  if (equals !== undefined) return group === equals;
  if (contains !== undefined) return group.includes(contains);
  return regex !== undefined && new RegExp(`^(?:${regex})$`).test(group);
}

/** What must come of a caller's call to an operation that is not public; "unknown" where the settings do not tell. */
export function verdictOn(
  { getsToken, scopes, claim }: Rights,
  security: OperationSecurity,
  required: readonly ClaimRequirement[],
): Verdict | "unknown" {
  if (!getsToken) return { kind: "no token" };
  const held = required.map((one) => ({ ...one, present: claim(one.name) }));
  if (held.some(({ present }) => present === "unknown")) return "unknown";
  // The gateway looks first whether the claims are there at all.
  if (held.some(({ present }) => present === undefined))
    return { kind: "forbidden", reason: "TokenClaimNotFound" };
  if (satisfies(security, scopes) && held.every(isHeld)) return { kind: "let in" };
  return { kind: "forbidden", reason: "TokenClaimValueNotAllowed" };
}

function isHeld({
  match,
  values,
  present,
}: ClaimRequirement & { readonly present: readonly string[] | "unknown" | undefined }): boolean {
  if (present === undefined || present === "unknown") return false;
  const holds = (value: string) => present.includes(value);
  return match === "all" ? values.every(holds) : values.some(holds);
}

/** Who gets a token with exactly these scopes and the required claims: a client by itself before one that somebody signs in with. */
export function callerFor(
  callers: readonly (readonly [Caller, Rights])[],
  scopes: readonly string[],
  required: readonly ClaimRequirement[],
): Caller | undefined {
  const able = callers.filter(([{ token }, rights]) => {
    const isGranted = scopes.every((scope) => rights.scopes.includes(scope));
    // A token that was handed in has the scopes that it has.
    const isExact = token === undefined || rights.scopes.length === scopes.length;
    const verdict = verdictOn(rights, { kind: "token", anyOf: [[]] }, required);
    return isGranted && isExact && verdict !== "unknown" && verdict.kind === "let in";
  });
  const [first] = able.toSorted(
    ([one], [other]) => Number(one.person !== undefined) - Number(other.person !== undefined),
  );
  return first?.[0];
}
