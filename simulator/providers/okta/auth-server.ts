import type { Properties, ResourceHandler } from "../resource.ts";
import { callOkta, unlessNotFound } from "./api-call.ts";
import { type InputFields, statusField } from "./input-fields.ts";
import type { OktaApi } from "./okta-api.ts";
import { oktaResource } from "./okta-resource.ts";

interface Inputs {
  readonly name: string;
  readonly description: string;
  readonly audiences: readonly string[];
  readonly status: string;
  readonly credentialsRotationMode: string;
  readonly issuerMode: string;
}

/** @see https://developer.okta.com/docs/api/openapi/okta-management/management/tag/AuthorizationServer/ */
export interface AuthorizationServerBody {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly audiences: readonly string[];
  readonly issuer: string;
  readonly issuerMode?: string;
  readonly status: string;
  readonly credentials?: {
    readonly signing?: {
      readonly kid: string;
      readonly rotationMode: string;
      readonly lastRotated?: string | null;
      readonly nextRotation?: string | null;
    };
  };
}

const fields: InputFields = {
  name: { kind: "text" },
  description: { kind: "text" },
  audiences: { kind: "set", isRequired: true },
  status: statusField,
  credentialsRotationMode: { kind: "text", default: "AUTO" },
  issuerMode: { kind: "text", default: "ORG_URL" },
};

const collection = "/api/v1/authorizationServers";

/**
 * `auth.Server`: an authorization server. It comes up active whatever the inputs say, and a deletion of one that is gone is fine.
 *
 * @see https://github.com/okta/terraform-provider-okta/blob/v6.12.0/okta/services/idaas/resource_okta_auth_server.go
 */
export function authServer(client: OktaApi): ResourceHandler {
  const words = (verb: string) => ({ action: `${verb} authorization server`, errors: "summary" as const });
  const setStatus = async (id: string, status: string) => {
    const verb = status === "ACTIVE" ? "activate" : "deactivate";
    await callOkta(words(verb), () => client.post(`${collection}/${id}/lifecycle/${verb}`));
  };
  return oktaResource<Inputs, AuthorizationServerBody>(client, {
    type: "okta:auth/server:Server",
    fields,
    title: "authorization server",
    errors: "summary",
    collection: () => collection,
    body: bodyOf,
    outputs: serverOutputs,
    // Okta takes MANUAL at an update alone.
    afterCreate: async (id, inputs) => {
      if (inputs.credentialsRotationMode !== "MANUAL") return;
      await callOkta(words("update"), () => client.put(`${collection}/${id}`, bodyOf(inputs)));
    },
    beforeUpdate: async ({ id, inputs, changed }) => {
      if (changed.includes("status")) await setStatus(id, inputs.status);
      return true;
    },
    beforeDelete: async (id) => {
      await callOkta({ ...words("deactivate"), addsStatus: true }, () =>
        unlessNotFound(client.post(`${collection}/${id}/lifecycle/deactivate`)),
      );
      return true;
    },
    isGoneDeleted: true,
  });
}

function bodyOf({ name, description, audiences, issuerMode, credentialsRotationMode }: Inputs): object {
  const credentials = { signing: { rotationMode: credentialsRotationMode } };
  return { name, description, audiences, issuerMode, credentials };
}

/** What the provider tells of an authorization server; the look-up by name tells the same. */
export function serverOutputs(body: AuthorizationServerBody): Properties {
  const { name, description, audiences, status, issuer, issuerMode, credentials } = body;
  const signing = credentials?.signing;
  return {
    ...{ name, description, audiences, status, issuer },
    ...(issuerMode ? { issuerMode } : {}),
    ...(signing && { kid: signing.kid, credentialsRotationMode: signing.rotationMode }),
    ...(signing?.lastRotated && { credentialsLastRotated: goTime(signing.lastRotated) }),
    ...(signing?.nextRotation && { credentialsNextRotation: goTime(signing.nextRotation) }),
  };
}

/** `2026-01-06T09:19:37.000Z` → `2026-01-06 09:19:37 +0000 UTC`, as Go prints a time. */
function goTime(time: string): string {
  const [date, clock = ""] = new Date(time).toISOString().slice(0, -1).split("T");
  return `${date} ${clock.replace(/\.?0+$/, "")} +0000 UTC`;
}
