import { z } from "zod";
import type { AccessPolicy, AuthorizationServer } from "../entities.ts";
import { newDates, type OktaOrg, oktaId, oktaTime } from "../org.ts";
import { renumber } from "../priorities.ts";
import { fieldError, ManagementError } from "./api-error.ts";
import { serverHref, serverOf } from "./authorization-servers.ts";
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

const shape = z.object({
  type: z.literal("OAUTH_AUTHORIZATION_POLICY").optional(),
  name: z.string().min(1, "The field cannot be left blank"),
  description: z.string().default(""),
  priority: z.int().optional(),
  status: z.enum(["ACTIVE", "INACTIVE"]).optional(),
  conditions: z
    .object({ clients: z.object({ include: z.array(z.string()).default([]) }).default({ include: [] }) })
    .default({ clients: { include: [] } }),
});

const path = "/api/v1/authorizationServers/{serverId}/policies";

/**
 * `/api/v1/authorizationServers/ID/policies`. Okta keeps their priorities contiguous.
 *
 * Assumed of Okta: access policies may have equal names.
 * Assumed of Okta: a new access policy or rule without a priority comes last.
 *
 * @see https://developer.okta.com/docs/api/openapi/okta-management/management/tag/AuthorizationServerPolicies/
 */
export function accessPolicyEndpoints(org: OktaOrg): readonly ManagementEndpoint[] {
  const put = (server: AuthorizationServer, policy: AccessPolicy) => {
    org.policies.set(policy.id, policy);
    renumber(org.policies, { siblings: org.policiesOf(server.id), placed: policy });
    return policyJson(org, server, org.policies.get(policy.id) ?? policy);
  };
  const setStatus = (status: AccessPolicy["status"]) => (call: ManagementCall) => {
    const { policy } = policyOf(org, call);
    org.policies.set(policy.id, { ...policy, status, lastUpdated: oktaTime(org.clock) });
    return done;
  };
  return endpoints("authorizationServers", {
    [`GET ${path}`]: (call) => {
      const server = serverOf(org, call);
      const policies = [...org.policiesOf(server.id)].sort((a, b) => a.priority - b.priority);
      return ok(policies.map((policy) => policyJson(org, server, policy)));
    },
    [`POST ${path}`]: (call) => {
      const server = serverOf(org, call);
      const { priority, status = "ACTIVE", ...sent } = settingsOf(org, call);
      const fixed = { id: oktaId("00p"), serverId: server.id, system: false, ...newDates(org.clock) };
      return made(put(server, { ...fixed, ...sent, status, priority: priority ?? Number.MAX_SAFE_INTEGER }));
    },
    [`GET ${path}/{policyId}`]: (call) => {
      const { server, policy } = policyOf(org, call);
      return ok(policyJson(org, server, policy));
    },
    [`PUT ${path}/{policyId}`]: (call) => {
      const { server, policy } = policyOf(org, call);
      const { priority = policy.priority, status = policy.status, ...sent } = settingsOf(org, call);
      return ok(put(server, { ...policy, ...sent, priority, status, lastUpdated: oktaTime(org.clock) }));
    },
    [`DELETE ${path}/{policyId}`]: (call) => {
      const { server, policy } = policyOf(org, call);
      org.policies.delete(policy.id);
      for (const rule of org.rulesOf(policy.id)) org.rules.delete(rule.id);
      renumber(org.policies, { siblings: org.policiesOf(server.id) });
      return done;
    },
    [`POST ${path}/{policyId}/lifecycle/activate`]: setStatus("ACTIVE"),
    [`POST ${path}/{policyId}/lifecycle/deactivate`]: setStatus("INACTIVE"),
  });
}

/** The access policy that a path names, below its authorization server. @throws {ManagementError} `E0000007`. */
export function policyOf(
  org: OktaOrg,
  call: ManagementCall,
): { readonly server: AuthorizationServer; readonly policy: AccessPolicy } {
  const server = serverOf(org, call);
  const where = ({ serverId }: AccessPolicy) => serverId === server.id;
  return { server, policy: found(org.policies, param(call, "policyId"), { kind: "Policy", where }) };
}

/** Where the management API has an access policy. */
export function policyHref(org: OktaOrg, server: AuthorizationServer, policyId: string): string {
  return `${serverHref(org, server)}/policies/${policyId}`;
}

/**
 * The priority that a call asks for.
 *
 * @throws {ManagementError} `E0000001` for one below 1: https://github.com/okta/terraform-provider-okta/issues/1065.
 */
export function assertPriority(priority: number | undefined): void {
  if (priority === undefined || priority >= 1) return;
  throw new ManagementError("E0000001", {
    detail: "priority",
    causes: ["priority: The priority must be 1 or more"],
  });
}

/** @throws {ManagementError} `E0000001` for an app that is not there: https://github.com/articulate/terraform-provider-okta/issues/360. */
function assertClients(org: OktaOrg, clients: readonly string[]): void {
  const isThere = (client: string) => client === "ALL_CLIENTS" || org.apps.has(client);
  if (!clients.every(isThere)) throw fieldError("conditions.clients.include", "Resource not found");
}

function settingsOf(org: OktaOrg, call: ManagementCall) {
  const { name, description, priority, status, conditions } = readSent(call, shape);
  assertPriority(priority);
  assertClients(org, conditions.clients.include);
  return { name, description, priority, status, clients: conditions.clients.include };
}

function policyJson(org: OktaOrg, server: AuthorizationServer, policy: AccessPolicy): object {
  const { id, status, name, description, priority, system, clients, created, lastUpdated } = policy;
  const href = policyHref(org, server, id);
  return {
    ...{ id, status, name, description, priority, system },
    ...{ conditions: { clients: { include: clients } }, created, lastUpdated },
    _links: {
      self: link(href, "GET", "PUT", "DELETE"),
      rules: link(`${href}/rules`, "GET"),
      ...lifecycleLink(href, status),
    },
    type: "OAUTH_AUTHORIZATION_POLICY",
  };
}
