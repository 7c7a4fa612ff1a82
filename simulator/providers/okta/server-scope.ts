import type { ResourceHandler } from "../resource.ts";
import type { InputFields } from "./input-fields.ts";
import type { OktaApi } from "./okta-api.ts";
import { oktaResource } from "./okta-resource.ts";

interface Inputs {
  readonly authServerId: string;
  readonly name: string;
  readonly displayName: string;
  readonly description: string;
  readonly consent: string;
  readonly metadataPublish: string;
  readonly default: boolean;
  readonly optional: boolean;
}

/** @see https://developer.okta.com/docs/api/openapi/okta-management/management/tag/AuthorizationServerScopes/ */
interface ScopeBody {
  readonly id: string;
  readonly name: string;
  readonly displayName?: string;
  readonly description?: string;
  readonly consent?: string;
  readonly metadataPublish?: string;
  readonly default?: boolean;
  readonly optional?: boolean;
  readonly system?: boolean;
}

const fields: InputFields = {
  authServerId: { kind: "text", isRequired: true },
  name: { kind: "text" },
  displayName: { kind: "text" },
  description: { kind: "text" },
  consent: { kind: "text", default: "IMPLICIT" },
  metadataPublish: { kind: "text", default: "ALL_CLIENTS" },
  default: { kind: "boolean", default: false },
  optional: { kind: "boolean" },
};

/**
 * `auth.ServerScope`: a scope of an authorization server.
 *
 * @see https://github.com/okta/terraform-provider-okta/blob/v6.12.0/okta/services/idaas/resource_okta_auth_server_scope.go
 */
export function authServerScope(client: OktaApi): ResourceHandler {
  return oktaResource<Inputs, ScopeBody>(client, {
    type: "okta:auth/serverScope:ServerScope",
    fields,
    title: "auth server scope",
    errors: "status",
    parents: ["authServerId"],
    collection: ({ authServerId }) => `/api/v1/authorizationServers/${authServerId}/scopes`,
    body: ({ authServerId: _, ...scope }) => scope,
    outputs: ({ consent, ...scope }) => ({
      name: scope.name,
      displayName: scope.displayName ?? "",
      description: scope.description ?? "",
      metadataPublish: scope.metadataPublish ?? "",
      default: scope.default ?? false,
      optional: scope.optional ?? false,
      system: scope.system ?? false,
      ...(consent ? { consent } : {}),
    }),
    isGoneDeleted: true,
  });
}
