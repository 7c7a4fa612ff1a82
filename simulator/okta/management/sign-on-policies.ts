import type { OktaOrg } from "../org.ts";
import { ManagementError, notFoundError, notSimulatedError } from "./api-error.ts";
import { done, endpoints, found, type ManagementEndpoint, param } from "./endpoint.ts";
import { link } from "./hal-links.ts";

/** The id of the sign-on policy that the org came with. */
export function signOnPolicyId({ identity }: OktaOrg): string {
  return `rst${identity.id.slice(3)}`;
}

/**
 * `/api/v1/policies?type=ACCESS_POLICY`, and which of them an app is under.
 *
 * Differs from Okta: the org has one sign-on policy, the one that it came with, and the sign-in asks for a password alone.
 *
 * @see https://developer.okta.com/docs/api/openapi/okta-management/management/tag/Policy/
 */
export function signOnPolicyEndpoints(org: OktaOrg): readonly ManagementEndpoint[] {
  return [
    ...endpoints("policies", {
      "GET /api/v1/policies": ({ query, target }) => {
        const type = query.get("type");
        if (type === null) throw new ManagementError("E0000001", { detail: "type" });
        if (type !== "ACCESS_POLICY")
          throw notSimulatedError(`policies of type "${type}"`, 'Ask for type "ACCESS_POLICY".');
        const links = [`<${new URL(target, org.origin).href}>; rel="self"`];
        return { status: 200, body: [policyJson(org)], links };
      },
      "GET /api/v1/policies/{policyId}": (call) => {
        assertPolicy(org, param(call, "policyId"));
        return { status: 200, body: policyJson(org) };
      },
    }),
    ...endpoints("apps", {
      "PUT /api/v1/apps/{appId}/policies/{policyId}": (call) => {
        const app = found(org.apps, param(call, "appId"), { kind: "AppInstance" });
        const id = param(call, "policyId");
        assertPolicy(org, id);
        org.apps.set(app.id, { ...app, signOnPolicyId: id });
        return done;
      },
    }),
  ];
}

function assertPolicy(org: OktaOrg, id: string): void {
  if (id !== signOnPolicyId(org)) throw notFoundError(id, "Policy");
}

// As recorded, the one that every new org has for its apps.
function policyJson(org: OktaOrg): object {
  const id = signOnPolicyId(org);
  const href = `${org.origin}/api/v1/policies/${id}`;
  return {
    ...{ id, status: "ACTIVE", name: "Any two factors", description: "Require two factors to access." },
    ...{ priority: 1, system: true, conditions: null },
    _links: { self: link(href, "GET", "PUT"), rules: link(`${href}/rules`, "GET", "POST") },
    ...{ _embedded: { resourceType: "APP" }, type: "ACCESS_POLICY" },
  };
}
