import type { App, AuthorizationServer, Claim, User } from "./entities.ts";
import type { OktaOrg } from "./org.ts";

/** Whose token it is. */
export interface TokenSubject {
  readonly app: App | undefined;
  /** Absent for client credentials. */
  readonly user: User | undefined;
  readonly scopes: readonly string[];
}

/**
 * The claims of an authorization server's own that an access token gets.
 *
 * Assumed of Okta: a claim without a value, or of groups that nobody is in, is left out of the token.
 *
 * @see https://developer.okta.com/docs/guides/customize-tokens-returned-from-okta/main/
 */
export function ownClaims(
  org: OktaOrg,
  server: AuthorizationServer,
  subject: TokenSubject,
): Readonly<Record<string, unknown>> {
  const wanted = org
    .claimsOf(server.id)
    .filter(({ system, status, claimType }) => !system && status === "ACTIVE" && claimType === "RESOURCE")
    .filter(({ scopes }) => scopes.length === 0 || scopes.some((name) => subject.scopes.includes(name)));
  const values = wanted.map((claim) => [claim.name, claimValue(org, claim, subject)] as const);
  return Object.fromEntries(values.filter(([, value]) => value !== undefined));
}

function claimValue(org: OktaOrg, claim: Claim, subject: TokenSubject): unknown {
  if (claim.valueType === "EXPRESSION") return readExpression(claim.value ?? "")?.(subject);
  const groups = (subject.user?.groupIds ?? []).flatMap((id) => org.groups.get(id)?.name ?? []);
  const matching = groups.filter((name) => matches(claim, name));
  return matching.length === 0 ? undefined : matching;
}

function matches({ groupFilterType, value }: Claim, name: string): boolean {
  const text = value ?? "";
  if (groupFilterType === "STARTS_WITH") return name.startsWith(text);
  if (groupFilterType === "CONTAINS") return name.includes(text);
  if (groupFilterType === "REGEX") return new RegExp(`^(?:${text})$`).test(name);
  return name === text;
}

const people = ["login", "email", "firstName", "lastName"] as const;

/**
 * Reads an expression in Okta's language, as far as it is simulated: a text in quotes, `user.email` and `app.clientId`.
 *
 * @returns `undefined` for every other expression.
 * @see https://developer.okta.com/docs/reference/okta-expression-language/
 */
export function readExpression(text: string): ((subject: TokenSubject) => unknown) | undefined {
  const literal = /^(["'])([^"'\\]*)\1$/.exec(text.trim());
  if (literal !== null) return () => literal[2];
  const [, subject, name] = /^(user|app)\.(\w+)$/.exec(text.trim()) ?? [];
  if (subject === "app") return name === "clientId" ? ({ app }) => app?.id : undefined;
  if (subject === undefined || name === undefined) return undefined;
  const own = people.find((one) => one === name);
  return ({ user }) => (own === undefined ? (user?.attributes[name] ?? undefined) : user?.[own]);
}
