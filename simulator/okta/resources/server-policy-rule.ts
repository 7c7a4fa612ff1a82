import { z } from "zod";
import type { ResourceHandler } from "../../providers/resource.ts";
import { grantTypes } from "../endpoint-checks.ts";
import type { PolicyRule } from "../entities.ts";
import {
  assertStaysBelow,
  autoName,
  entityAt,
  oktaHandler,
  serverAt,
  validationFailed,
} from "../okta-handler.ts";
import { type OktaOrg, refreshDefaults } from "../org.ts";
import { renumber } from "../priorities.ts";

const schema = z
  .strictObject({
    authServerId: z.string(),
    policyId: z.string(),
    name: z.string().min(1).max(255).optional(),
    priority: z.int().min(1, "must be an integer of 1 or more"),
    status: z.enum(["ACTIVE", "INACTIVE"]).default("ACTIVE"),
    grantTypeWhitelists: z
      .array(
        z.enum(grantTypes, `must be one of "${grantTypes.join('", "')}": the local Okta has no other grants`),
      )
      .min(1, "must name at least one grant type"),
    scopeWhitelists: z.array(z.string()).default([]),
    groupWhitelists: z.array(z.string()).default([]),
    userWhitelists: z.array(z.string()).default([]),
    accessTokenLifetimeMinutes: z
      .int()
      .min(5, "must be 5 to 1440")
      .max(1440, "must be 5 to 1440")
      .default(60),
  })
  .refine(
    ({ grantTypeWhitelists, groupWhitelists, userWhitelists }) => {
      return (
        !grantTypeWhitelists.includes("authorization_code") ||
        groupWhitelists.length + userWhitelists.length > 0
      );
    },
    {
      path: ["groupWhitelists"],
      error:
        "groupWhitelists or userWhitelists must say who may sign in, since authorization_code is among the grants",
    },
  );

/**
 * `auth.ServerPolicyRule`: which scopes a grant gives, and to whom.
 *
 * Assumed of Okta: a rule names scopes, groups and people that are there.
 * Assumed of Okta: a rule for authorization_code says who may sign in.
 */
export function serverPolicyRule(org: OktaOrg): ResourceHandler {
  return oktaHandler<z.infer<typeof schema>, PolicyRule>({
    type: "okta:auth/serverPolicyRule:ServerPolicyRule",
    idKind: "0pr",
    schema,
    // The provider replaces it for nothing: https://github.com/okta/terraform-provider-okta/tree/master/okta/services/idaas
    replaceOnChanges: [],
    sets: ["grantTypeWhitelists", "scopeWhitelists", "groupWhitelists", "userWhitelists"],
    keptWhenLeftOut: ["name"],
    entities: org.rules,
    build: (inputs, { id, name: logicalName, existing }) => {
      const { id: serverId } = serverAt(org, inputs.authServerId);
      const { id: policyId } = entityAt(org.policies, inputs.policyId);
      assertStaysBelow(policyId, id, existing?.policyId);
      assertReferences(org, serverId, inputs);
      return {
        ...{ id, serverId, policyId, name: inputs.name ?? existing?.name ?? autoName(logicalName) },
        ...{ priority: inputs.priority, status: inputs.status, grantTypes: inputs.grantTypeWhitelists },
        ...{ scopes: inputs.scopeWhitelists, groups: inputs.groupWhitelists, users: inputs.userWhitelists },
        accessTokenLifetimeMinutes: inputs.accessTokenLifetimeMinutes,
        ...{ excludedGroups: [], excludedUsers: [], ...refreshDefaults, system: false },
      };
    },
    afterKeep: (placed) => renumber(org.rules, { siblings: org.rulesOf(placed.policyId), placed }),
    afterDelete: ({ policyId }) => renumber(org.rules, { siblings: org.rulesOf(policyId) }),
    outputs: ({ serverId, policyId, grantTypes, scopes, groups, users, ...rule }) => ({
      ...{ policyId, name: rule.name, priority: rule.priority, status: rule.status },
      accessTokenLifetimeMinutes: rule.accessTokenLifetimeMinutes,
      authServerId: serverId,
      grantTypeWhitelists: grantTypes,
      scopeWhitelists: scopes,
      groupWhitelists: groups,
      userWhitelists: users,
    }),
  });
}

function assertReferences(
  org: OktaOrg,
  serverId: string,
  { scopeWhitelists, groupWhitelists, userWhitelists }: z.infer<typeof schema>,
): void {
  const scopes = new Set(org.scopesOf(serverId).map(({ name }) => name));
  const scope = scopeWhitelists.find((name) => name !== "*" && !scopes.has(name));
  if (scope !== undefined)
    throw validationFailed(
      "conditions.scopes",
      `Invalid scope "${scope}". Create it in this authorization server first.`,
    );
  const group = groupWhitelists.find((name) => name !== "EVERYONE" && !org.groups.has(name));
  if (group !== undefined)
    throw validationFailed("conditions.people", `Invalid group "${group}". Give "EVERYONE" or a group's id.`);
  const user = userWhitelists.find((id) => !org.users.has(id));
  if (user !== undefined)
    throw validationFailed("conditions.people", `Invalid user "${user}". Give a user's id.`);
}
