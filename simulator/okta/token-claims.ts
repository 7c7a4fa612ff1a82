import type { AuthorizationServer, Claim } from "./entities.ts";
import { readExpression } from "./expressions/expression.ts";
import { matchesWhole } from "./expressions/group-functions.ts";
import {
  type ExpressionValue,
  groupsOf,
  OktaEvaluationError,
  type TokenSubject,
} from "./expressions/values.ts";
import { refusal } from "./oauth-error.ts";

// "Up to 100 groups are included in the claim. If the filter results in more than that, the request fails.":
// https://developer.okta.com/docs/guides/customize-authz-server/main/#create-claims
const mostGroups = 100;

/**
 * The claims of an authorization server's own that an access token gets.
 *
 * Assumed of Okta: a claim without a value, or of groups that nobody is in, is left out of the token.
 *
 * @throws {OAuthError} `too_many_groups_in_groups_claim`, `user_claim_evaluation_failure`.
 * @see https://developer.okta.com/docs/guides/customize-tokens-returned-from-okta/main/
 */
export function ownClaims(
  server: AuthorizationServer,
  subject: TokenSubject,
): Readonly<Record<string, unknown>> {
  const wanted = subject.org
    .claimsOf(server.id)
    .filter(({ system, status, claimType }) => !system && status === "ACTIVE" && claimType === "RESOURCE")
    .filter(({ scopes }) => scopes.length === 0 || scopes.some((name) => subject.scopes.includes(name)));
  const values = wanted.map((claim) => [claim.name, claimValue(claim, subject)] as const);
  return Object.fromEntries(values.filter(([, value]) => value !== null));
}

function claimValue(claim: Claim, subject: TokenSubject): ExpressionValue {
  try {
    return claim.valueType === "GROUPS"
      ? groupNames(claim, subject)
      : readExpression(claim.value ?? "")(subject);
  } catch (error) {
    if (!(error instanceof OktaEvaluationError)) throw error;
    throw refusal("user_claim_evaluation_failure", claim.name);
  }
}

function groupNames(claim: Claim, subject: TokenSubject): ExpressionValue {
  const matching = groupsOf(subject)
    .map(({ name }) => name)
    .filter((name) => matches(claim, name));
  if (matching.length > mostGroups) throw refusal("too_many_groups_in_groups_claim");
  return matching.length === 0 ? null : matching;
}

function matches({ groupFilterType, value }: Claim, name: string): boolean {
  const text = value ?? "";
  if (groupFilterType === "STARTS_WITH") return name.startsWith(text);
  if (groupFilterType === "CONTAINS") return name.includes(text);
  return groupFilterType === "REGEX" ? matchesWhole(name, text) : name === text;
}
