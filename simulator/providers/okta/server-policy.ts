import type { ResourceHandler } from "../resource.ts";
import { callOkta } from "./api-call.ts";
import { type InputFields, statusField } from "./input-fields.ts";
import type { OktaApi } from "./okta-api.ts";
import { oktaResource } from "./okta-resource.ts";

interface Inputs {
  readonly authServerId: string;
  readonly name: string;
  readonly description: string;
  readonly priority: number;
  readonly status: string;
  readonly clientWhitelists: readonly string[];
}

/** @see https://developer.okta.com/docs/api/openapi/okta-management/management/tag/AuthorizationServerPolicies/ */
export interface AccessPolicyBody {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly priority?: number;
  readonly status: string;
  readonly conditions: { readonly clients: { readonly include?: readonly string[] } };
}

const fields: InputFields = {
  authServerId: { kind: "text", isRequired: true },
  name: { kind: "text" },
  description: { kind: "text", isRequired: true },
  priority: { kind: "number", isRequired: true },
  status: statusField,
  clientWhitelists: { kind: "set", isRequired: true, ownName: "client_whitelist" },
};

const collection = ({ authServerId }: Inputs) => `/api/v1/authorizationServers/${authServerId}/policies`;

/**
 * `auth.ServerPolicy`: an access policy, for all clients or the named ones.
 *
 * @see https://github.com/okta/terraform-provider-okta/blob/v6.12.0/okta/services/idaas/resource_okta_auth_server_policy.go
 */
export function authServerPolicy(client: OktaApi): ResourceHandler {
  return oktaResource<Inputs, AccessPolicyBody>(client, {
    type: "okta:auth/serverPolicy:ServerPolicy",
    fields,
    title: "auth server policy",
    createdTitle: "authorization server policy",
    errors: "summary",
    parents: ["authServerId"],
    collection,
    problem: ({ status }, change) =>
      change === undefined && status === "INACTIVE"
        ? "can not create an inactive auth server policy, only existing ones can be deactivated"
        : undefined,
    body: ({ name, description, priority, status, clientWhitelists }) => ({
      ...{ type: "OAUTH_AUTHORIZATION_POLICY", name, description, priority, status },
      conditions: { clients: { include: clientWhitelists } },
    }),
    outputs: ({ name, description, priority, status, conditions }) => ({
      ...{ name, description, priority, status },
      clientWhitelists: conditions.clients.include ?? [],
    }),
    afterUpdate: async ({ id, inputs, changed }) => {
      if (!changed.includes("status")) return;
      const verb = inputs.status === "ACTIVE" ? "activate" : "deactivate";
      await callOkta({ action: "change authorization server policy status", errors: "summary" }, () =>
        client.post(`${collection(inputs)}/${id}/lifecycle/${verb}`),
      );
    },
  });
}
