import { z } from "zod";
import type { AccessPolicy, AuthorizationServer, PolicyRule } from "../entities.ts";
import { newDates, type OktaOrg, oktaId, oktaTime } from "../org.ts";
import { renumber } from "../priorities.ts";
import { assertPriority, policyHref, policyOf } from "./access-policies.ts";
import { fieldError, ManagementError, notSimulatedError } from "./api-error.ts";
import {
  done,
  endpoints,
  found,
  type ManagementCall,
  type ManagementEndpoint,
  made,
  ok,
  param,
} from "./endpoint.ts";
import { lifecycleLink, link } from "./hal-links.ts";
import { readSent } from "./sent-body.ts";

const listed = z.object({ include: z.array(z.string()).default([]) }).default({ include: [] });

const chosen = z
  .object({ include: z.array(z.string()).default([]), exclude: z.array(z.string()).default([]) })
  .default({ include: [], exclude: [] });

const shape = z.object({
  type: z.literal("RESOURCE_ACCESS").optional(),
  name: z.string().min(1, "The field cannot be left blank"),
  priority: z.int().optional(),
  status: z.enum(["ACTIVE", "INACTIVE"]).optional(),
  conditions: z.object({
    grantTypes: listed,
    scopes: listed,
    people: z.object({ users: chosen, groups: chosen }).default({
      users: { include: [], exclude: [] },
      groups: { include: [], exclude: [] },
    }),
  }),
  actions: z
    .object({
      token: z
        .object({
          accessTokenLifetimeMinutes: z.int().default(60),
          refreshTokenLifetimeMinutes: z.int().default(0),
          refreshTokenWindowMinutes: z.int().default(10_080),
          inlineHook: z.object({ id: z.string() }).optional(),
        })
        .prefault({}),
    })
    .prefault({}),
});

const path = "/api/v1/authorizationServers/{serverId}/policies/{policyId}/rules";

/**
 * `/api/v1/authorizationServers/ID/policies/ID/rules`. Okta keeps their priorities contiguous.
 *
 * Differs from Okta: a rule calls no inline hook.
 * Assumed of Okta: a rule may name scopes, groups and people that are not there.
 * Assumed of Okta: a rule tells its grant types in the order of the alphabet.
 *
 * @see https://developer.okta.com/docs/api/openapi/okta-management/management/tag/AuthorizationServerRules/
 */
export function policyRuleEndpoints(org: OktaOrg): readonly ManagementEndpoint[] {
  const ruleOf = (call: ManagementCall) => {
    const parents = policyOf(org, call);
    const where = ({ policyId }: PolicyRule) => policyId === parents.policy.id;
    return { ...parents, rule: found(org.rules, param(call, "ruleId"), { kind: "PolicyRule", where }) };
  };
  const put = (rule: PolicyRule, parents: Parents) => {
    org.rules.set(rule.id, rule);
    renumber(org.rules, { siblings: org.rulesOf(rule.policyId), placed: rule });
    return ruleJson(org, org.rules.get(rule.id) ?? rule, parents);
  };
  const setStatus = (status: PolicyRule["status"]) => (call: ManagementCall) => {
    const { rule } = ruleOf(call);
    org.rules.set(rule.id, { ...rule, status, lastUpdated: oktaTime(org.clock) });
    return done;
  };
  return endpoints("authorizationServers", {
    [`GET ${path}`]: (call) => {
      const parents = policyOf(org, call);
      const rules = [...org.rulesOf(parents.policy.id)].sort((a, b) => a.priority - b.priority);
      return ok(rules.map((rule) => ruleJson(org, rule, parents)));
    },
    [`POST ${path}`]: (call) => {
      const parents = policyOf(org, call);
      const { priority = Number.MAX_SAFE_INTEGER, status = "ACTIVE", ...sent } = settingsOf(call);
      const above = { serverId: parents.server.id, policyId: parents.policy.id };
      const fixed = { id: oktaId("0pr"), ...above, system: false, ...newDates(org.clock) };
      return made(put({ ...fixed, ...sent, priority, status }, parents));
    },
    [`GET ${path}/{ruleId}`]: (call) => {
      const { rule, ...parents } = ruleOf(call);
      return ok(ruleJson(org, rule, parents));
    },
    [`PUT ${path}/{ruleId}`]: (call) => {
      const { rule, ...parents } = ruleOf(call);
      const { priority = rule.priority, status = rule.status, ...sent } = settingsOf(call);
      return ok(put({ ...rule, ...sent, priority, status, lastUpdated: oktaTime(org.clock) }, parents));
    },
    [`DELETE ${path}/{ruleId}`]: (call) => {
      const { rule } = ruleOf(call);
      // "You can't delete system rules": the reference, at `system`.
      if (rule.system) throw new ManagementError("E0000006");
      org.rules.delete(rule.id);
      renumber(org.rules, { siblings: org.rulesOf(rule.policyId) });
      return done;
    },
    [`POST ${path}/{ruleId}/lifecycle/activate`]: setStatus("ACTIVE"),
    [`POST ${path}/{ruleId}/lifecycle/deactivate`]: setStatus("INACTIVE"),
  });
}

interface Parents {
  readonly server: AuthorizationServer;
  readonly policy: AccessPolicy;
}

function settingsOf(call: ManagementCall) {
  const { name, priority, status, conditions, actions } = readSent(call, shape);
  const { grantTypes, scopes, people } = conditions;
  const { inlineHook, ...lifetimes } = actions.token;
  assertPriority(priority);
  if (inlineHook !== undefined)
    throw notSimulatedError("inline hooks", "Leave actions.token.inlineHook out.");
  assertPeople(grantTypes.include, [...people.users.include, ...people.groups.include]);
  assertLifetimes(lifetimes);
  return {
    ...{ name, priority, status, ...lifetimes },
    ...{ grantTypes: [...grantTypes.include].sort(), scopes: scopes.include },
    ...{ groups: people.groups.include, excludedGroups: people.groups.exclude },
    ...{ users: people.users.include, excludedUsers: people.users.exclude },
  };
}

const grantsOfPeople = ["authorization_code", "implicit", "password"];

/** In Okta's words: https://github.com/okta/okta-developer-docs/issues/1622. */
function assertPeople(grants: readonly string[], people: readonly string[]): void {
  if (people.length > 0 || !grants.some((grant) => grantsOfPeople.includes(grant))) return;
  throw fieldError(
    "conditions.people",
    `At least one of ''conditions.people.users.include'' or ''conditions.people.groups.include'' must contain a valid user or group when ''conditions.grantTypes'' contains one or more of [${grantsOfPeople.join(", ")}].`,
  );
}

function assertLifetimes({
  accessTokenLifetimeMinutes,
  refreshTokenWindowMinutes,
}: Pick<PolicyRule, "accessTokenLifetimeMinutes" | "refreshTokenWindowMinutes">): void {
  // "The minimum is five minutes. The maximum is one day." and "The minimum is 10 minutes. The maximum is five years (2,628,000
  // minutes)": the reference.
  if (accessTokenLifetimeMinutes < 5 || accessTokenLifetimeMinutes > 1440)
    throw fieldError(
      "actions.token.accessTokenLifetimeMinutes",
      "The minimum is five minutes. The maximum is one day.",
    );
  if (refreshTokenWindowMinutes < 10 || refreshTokenWindowMinutes > 2_628_000)
    throw fieldError(
      "actions.token.refreshTokenWindowMinutes",
      "The minimum is 10 minutes. The maximum is five years.",
    );
}

function ruleJson(org: OktaOrg, rule: PolicyRule, { server, policy }: Parents): object {
  const { id, status, name, priority, created, lastUpdated, system } = rule;
  const { accessTokenLifetimeMinutes, refreshTokenLifetimeMinutes, refreshTokenWindowMinutes } = rule;
  const href = `${policyHref(org, server, policy.id)}/rules/${id}`;
  const users = rule.users.length > 0 ? { include: rule.users } : {};
  const groups = rule.excludedGroups.length > 0 ? { exclude: rule.excludedGroups } : {};
  return {
    ...{ id, status, name, priority, created, lastUpdated, system },
    conditions: {
      people: {
        users: { ...users, exclude: rule.excludedUsers },
        groups: { include: rule.groups, ...groups },
      },
      grantTypes: { include: rule.grantTypes },
      scopes: { include: rule.scopes },
    },
    actions: {
      token: { accessTokenLifetimeMinutes, refreshTokenLifetimeMinutes, refreshTokenWindowMinutes },
    },
    _links: { self: link(href, "GET", "PUT", "DELETE"), ...lifecycleLink(href, status) },
    type: "RESOURCE_ACCESS",
  };
}
