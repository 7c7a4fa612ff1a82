import { z } from "zod";
import type { SignOnPolicy } from "../entities.ts";
import { newDates, type OktaOrg, oktaId, oktaTime } from "../org.ts";
import { ManagementError, notSimulatedError } from "./api-error.ts";
import {
  done,
  endpoints,
  found,
  type ManagementCall,
  type ManagementEndpoint,
  ok,
  param,
} from "./endpoint.ts";
import { link } from "./hal-links.ts";
import { readSent } from "./sent-body.ts";

/** The sign-on policy of every app that is put under no other. */
export function defaultSignOnPolicy({ signOnPolicies }: OktaOrg): SignOnPolicy | undefined {
  return signOnPolicies.values().find(({ system }) => system);
}

const shape = z.object({
  type: z.string(),
  name: z.string().min(1, "The field cannot be left blank"),
  description: z.string().default(""),
  status: z.enum(["ACTIVE", "INACTIVE"]).optional(),
});

const path = "/api/v1/policies";

/**
 * `/api/v1/policies?type=ACCESS_POLICY`, and which of them an app is under.
 *
 * Differs from Okta: a sign-on policy has one rule, which lets everybody in, and the sign-in asks for a password alone.
 * Assumed of Okta: a sign-on policy that an app is under can be deleted, and the app is then under the org's default.
 *
 * @see https://developer.okta.com/docs/api/openapi/okta-management/management/tag/Policy/
 */
export function signOnPolicyEndpoints(org: OktaOrg): readonly ManagementEndpoint[] {
  const policyOf = (call: ManagementCall) =>
    found(org.signOnPolicies, param(call, "policyId"), { kind: "Policy" });
  const put = (policy: SignOnPolicy) => {
    org.signOnPolicies.set(policy.id, policy);
    return ok(policyJson(org, policy));
  };
  return [
    ...endpoints("policies", {
      [`GET ${path}`]: ({ query, target }) => {
        const type = query.get("type");
        if (type === null) throw new ManagementError("E0000001", { detail: "type" });
        assertAccessPolicy(type);
        const links = [`<${new URL(target, org.origin).href}>; rel="self"`];
        const policies = [...org.signOnPolicies.values()];
        return { status: 200, body: policies.map((policy) => policyJson(org, policy)), links };
      },
      [`POST ${path}`]: (call) => {
        const { status = "ACTIVE", ...sent } = settingsOf(call);
        return put({ id: oktaId("rst"), ...newDates(org.clock), ...sent, status, system: false });
      },
      [`GET ${path}/{policyId}`]: (call) => ok(policyJson(org, policyOf(call))),
      [`PUT ${path}/{policyId}`]: (call) => {
        const policy = policyOf(call);
        const { status = policy.status, ...sent } = settingsOf(call);
        return put({ ...policy, ...sent, status, lastUpdated: oktaTime(org.clock) });
      },
      [`DELETE ${path}/{policyId}`]: (call) => {
        const policy = policyOf(call);
        if (policy.system) throw new ManagementError("E0000006");
        org.signOnPolicies.delete(policy.id);
        for (const app of org.apps.values())
          if (app.signOnPolicyId === policy.id) org.apps.set(app.id, { ...app, signOnPolicyId: null });
        return done;
      },
      [`GET ${path}/{policyId}/rules`]: (call) => ok([ruleJson(org, policyOf(call))]),
    }),
    ...endpoints("apps", {
      "PUT /api/v1/apps/{appId}/policies/{policyId}": (call) => {
        const app = found(org.apps, param(call, "appId"), { kind: "AppInstance" });
        org.apps.set(app.id, { ...app, signOnPolicyId: policyOf(call).id });
        return done;
      },
    }),
  ];
}

function assertAccessPolicy(type: string): void {
  if (type !== "ACCESS_POLICY")
    throw notSimulatedError(`policies of type "${type}"`, 'Use the type "ACCESS_POLICY".');
}

function settingsOf(call: ManagementCall) {
  const { type, ...settings } = readSent(call, shape);
  assertAccessPolicy(type);
  return settings;
}

function policyJson(org: OktaOrg, { id, status, name, description, system, ...dates }: SignOnPolicy): object {
  const href = `${org.origin}${path}/${id}`;
  const { created, lastUpdated } = dates;
  return {
    ...{ id, status, name, description, priority: 1, system, conditions: null, created, lastUpdated },
    _links: {
      self: link(href, ...(system ? ["GET", "PUT"] : ["GET", "PUT", "DELETE"])),
      rules: link(`${href}/rules`, "GET", "POST"),
    },
    ...{ _embedded: { resourceType: "APP" }, type: "ACCESS_POLICY" },
  };
}

// As recorded, the one that every policy comes with.
function ruleJson(org: OktaOrg, { id, created, lastUpdated }: SignOnPolicy): object {
  const ruleId = `rul${id.slice(3)}`;
  return {
    ...{ id: ruleId, status: "ACTIVE", name: "Catch-all Rule", priority: 99, created, lastUpdated },
    ...{ system: true, conditions: null },
    actions: { appSignOn: { access: "ALLOW", verificationMethod: { factorMode: "1FA", type: "ASSURANCE" } } },
    _links: { self: link(`${org.origin}${path}/${id}/rules/${ruleId}`, "GET") },
    type: "ACCESS_POLICY",
  };
}
