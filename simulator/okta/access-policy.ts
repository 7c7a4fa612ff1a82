import type { App, AuthorizationServer, PolicyRule, Scope, User } from "./entities.ts";
import { refusal } from "./oauth-error.ts";
import type { OktaOrg } from "./org.ts";

/** Who asks an authorization server for what. */
export interface TokenRequest {
  readonly server: AuthorizationServer;
  readonly app: App;
  readonly grantType: "authorization_code" | "client_credentials";
  readonly scopes: readonly string[];
  /** The person who signed in; absent for client credentials. */
  readonly user?: User;
}

/**
 * The rule that grants a request. Policies and rules are asked by ascending priority, and the first that fits decides.
 *
 * Assumed of Okta: where no rule of a policy fits, the next policy is asked.
 *
 * @throws {OAuthError} `no_matching_policy`, `no_scope_allowed`, `scope_denied`.
 */
export function evaluatePolicies(org: OktaOrg, request: TokenRequest): PolicyRule {
  const rule = policiesFor(org, request)
    .flatMap((policyId) => rulesOf(org, policyId))
    .find((candidate) => fits(candidate, request));
  if (rule === undefined) throw refusal("no_matching_policy");
  const denied = request.scopes.filter((scope) => !rule.scopes.includes("*") && !rule.scopes.includes(scope));
  if (denied.length > 0 && denied.length === request.scopes.length) throw refusal("no_scope_allowed");
  if (denied.length > 0) throw refusal("scope_denied", denied);
  return rule;
}

function policiesFor(org: OktaOrg, { server, app }: TokenRequest): readonly string[] {
  return org
    .policiesOf(server.id)
    .filter(({ status }) => status === "ACTIVE")
    .filter(({ clients }) => clients.includes("ALL_CLIENTS") || clients.includes(app.id))
    .sort((a, b) => a.priority - b.priority)
    .map(({ id }) => id);
}

function rulesOf(org: OktaOrg, policyId: string): readonly PolicyRule[] {
  return org
    .rulesOf(policyId)
    .filter(({ status }) => status === "ACTIVE")
    .sort((a, b) => a.priority - b.priority);
}

function fits(rule: PolicyRule, { grantType, user }: TokenRequest): boolean {
  const { grantTypes, groups, users, excludedGroups, excludedUsers } = rule;
  if (!grantTypes.includes(grantType)) return false;
  // Nobody signs in with client credentials, so the rule's people do not matter.
  if (user === undefined) return true;
  if (excludedUsers.includes(user.id) || excludedGroups.some((group) => user.groupIds.includes(group)))
    return false;
  return (
    groups.includes("EVERYONE") ||
    users.includes(user.id) ||
    groups.some((group) => user.groupIds.includes(group))
  );
}

/**
 * The scopes that a request asks for, checked against those of the server: the named ones, else the default ones.
 *
 * @throws {OAuthError} `no_default_scopes`, `no_matching_scope`.
 */
export function requestedScopes(
  available: readonly Scope[],
  parameter: string | undefined,
): readonly Scope[] {
  const names = [...new Set((parameter ?? "").split(" ").filter((name) => name !== ""))];
  if (names.length === 0) {
    const defaults = available.filter((scope) => scope.default);
    if (defaults.length === 0) throw refusal("no_default_scopes");
    return defaults;
  }
  return names.map((name) => {
    const scope = available.find((one) => one.name === name);
    if (scope === undefined) throw refusal("no_matching_scope");
    return scope;
  });
}
