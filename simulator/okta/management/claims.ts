import { z } from "zod";
import type { Claim } from "../entities.ts";
import { readExpression } from "../expressions/expression.ts";
import { OktaExpressionError } from "../expressions/expression-error.ts";
import { type OktaOrg, oktaId } from "../org.ts";
import { fieldError, notSimulatedError } from "./api-error.ts";
import { type ManagementCall, type ManagementEndpoint, ok } from "./endpoint.ts";
import { readSent } from "./sent-body.ts";
import { serverPartEndpoints } from "./server-parts.ts";

const shape = z.object({
  name: z.string().min(1, "The field cannot be left blank"),
  status: z.enum(["ACTIVE", "INACTIVE"]).default("ACTIVE"),
  claimType: z.enum(["RESOURCE", "IDENTITY"]),
  valueType: z.enum(["EXPRESSION", "GROUPS", "SYSTEM"]),
  value: z.string().optional(),
  group_filter_type: z.enum(["STARTS_WITH", "EQUALS", "CONTAINS", "REGEX"]).optional(),
  alwaysIncludeInToken: z.boolean().default(true),
  conditions: z.object({ scopes: z.array(z.string()).default([]) }).default({ scopes: [] }),
});

/**
 * `/api/v1/authorizationServers/ID/claims`.
 *
 * Differs from Okta: a claim of one's own comes into access tokens alone, and the system claims are what they are.
 * Assumed of Okta: claims of one authorization server may have equal names, and its own may be deleted.
 *
 * @see https://developer.okta.com/docs/api/openapi/okta-management/management/tag/AuthorizationServerClaims/
 */
export function claimEndpoints(org: OktaOrg): readonly ManagementEndpoint[] {
  return serverPartEndpoints<Claim>(org, {
    ...{ name: "claims", kind: "OAuth2Claim", parts: org.claims, json: claimJson },
    make: (call, serverId) => ({ id: oktaId("ocl"), serverId, system: false, ...settingsOf(call) }),
    change: (call, claim) => {
      if (claim.system) throw notSimulatedError("changed system claims", "Make a claim of your own.");
      return { ...claim, ...settingsOf(call) };
    },
    list: (_, serverId, json) => ok(org.claimsOf(serverId).map(json)),
  });
}

function settingsOf(call: ManagementCall) {
  const { value, group_filter_type, conditions, ...claim } = readSent(call, shape);
  const { scopes } = conditions;
  assertClaim(claim, value ?? "", group_filter_type);
  return { ...claim, value: value ?? null, groupFilterType: group_filter_type ?? null, scopes };
}

// https://developer.okta.com/docs/api/openapi/okta-oauth/guides/overview/#reserved-claims-in-the-payload-section
const reserved = ["ver", "jti", "iss", "aud", "iat", "exp", "cid", "uid", "scp", "auth_time", "sub"];

function assertClaim(
  { name, valueType, claimType }: Pick<Claim, "name" | "valueType" | "claimType">,
  value: string,
  filter: string | undefined,
): void {
  // That Okta refuses a reserved name is in its release notes (OKTA-477575); the words are the local Okta's own.
  if (claimType === "RESOURCE" && reserved.includes(name))
    throw fieldError("name", `The claim name '${name}' is reserved`);
  if (valueType === "SYSTEM") throw notSimulatedError("system claims of your own", 'Use "EXPRESSION".');
  if (valueType === "EXPRESSION") assertExpression(value);
  if (filter === "REGEX" && !isRegularExpression(value))
    throw fieldError("value", "The field has an invalid value");
}

/** What Okta refuses of an expression, or the local Okta does not evaluate. */
function assertExpression(text: string): void {
  try {
    readExpression(text);
  } catch (error) {
    if (!(error instanceof OktaExpressionError)) throw error;
    if (!error.isUnsimulated) throw fieldError("value", error.message);
    throw notSimulatedError(
      `${error.message} in an expression`,
      "docs/local-cloud.md lists what it evaluates.",
    );
  }
}

function isRegularExpression(text: string): boolean {
  try {
    return new RegExp(text).source !== "";
  } catch {
    // The caller says so.
    return false;
  }
}

function claimJson(claim: Claim): object {
  const { id, name, status, claimType, valueType, value, scopes, system, groupFilterType } = claim;
  return {
    ...{ id, name, status, claimType, valueType, ...(value === null ? {} : { value }) },
    ...{ conditions: { scopes }, system, alwaysIncludeInToken: claim.alwaysIncludeInToken },
    ...{ apiResourceId: null, ...(groupFilterType === null ? {} : { group_filter_type: groupFilterType }) },
  };
}
