import type { ResourceHandler } from "../resource.ts";
import { type InputFields, statusField } from "./input-fields.ts";
import type { OktaApi } from "./okta-api.ts";
import { oktaResource } from "./okta-resource.ts";

interface Inputs {
  readonly authServerId: string;
  readonly name: string;
  readonly status: string;
  readonly value: string;
  readonly valueType: string;
  readonly claimType: string;
  readonly alwaysIncludeInToken: boolean;
  readonly groupFilterType: string;
  readonly scopes: readonly string[];
}

/** @see https://developer.okta.com/docs/api/openapi/okta-management/management/tag/AuthorizationServerClaims/ */
interface ClaimBody {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  readonly value?: string | null;
  readonly valueType: string;
  readonly claimType: string;
  readonly alwaysIncludeInToken: boolean;
  readonly group_filter_type?: string | null;
  readonly conditions?: { readonly scopes?: readonly string[] };
}

const fields: InputFields = {
  authServerId: { kind: "text", isRequired: true },
  name: { kind: "text" },
  status: statusField,
  value: { kind: "text", isRequired: true },
  valueType: { kind: "text", default: "EXPRESSION" },
  claimType: { kind: "text", isRequired: true },
  alwaysIncludeInToken: { kind: "boolean", default: true },
  groupFilterType: { kind: "text" },
  scopes: { kind: "set" },
};

/**
 * `auth.ServerClaim`: a claim that an authorization server puts into its tokens.
 *
 * @see https://github.com/okta/terraform-provider-okta/blob/v6.12.0/okta/services/idaas/resource_okta_auth_server_claim.go
 */
export function authServerClaim(client: OktaApi): ResourceHandler {
  return oktaResource<Inputs, ClaimBody>(client, {
    type: "okta:auth/serverClaim:ServerClaim",
    fields,
    title: "auth server claim",
    errors: "summary",
    parents: ["authServerId"],
    collection: ({ authServerId }) => `/api/v1/authorizationServers/${authServerId}/claims`,
    body: ({ authServerId: _, scopes, groupFilterType, ...claim }) => ({
      ...claim,
      conditions: scopes.length > 0 ? { scopes } : {},
      ...(groupFilterType === "" ? {} : { group_filter_type: groupFilterType }),
    }),
    outputs: ({ name, status, value, valueType, claimType, alwaysIncludeInToken, ...claim }) => ({
      ...{ name, status, value: value ?? "", valueType, claimType, alwaysIncludeInToken },
      groupFilterType: claim.group_filter_type ?? "",
      ...(claim.conditions?.scopes?.length ? { scopes: claim.conditions.scopes } : {}),
    }),
    // A system claim stays: it can only be kept out of tokens.
    beforeDelete: async (_, { valueType, alwaysIncludeInToken }) =>
      !(valueType === "SYSTEM" && alwaysIncludeInToken),
  });
}
