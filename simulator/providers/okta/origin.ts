import type { ResourceHandler } from "../resource.ts";
import { callOkta } from "./api-call.ts";
import type { InputFields } from "./input-fields.ts";
import type { OktaApi } from "./okta-api.ts";
import { oktaResource } from "./okta-resource.ts";

interface OriginScope {
  readonly type: string;
  readonly allowedOktaApps?: readonly string[];
}

interface Inputs {
  readonly name: string;
  readonly origin: string;
  readonly scopes: readonly OriginScope[];
  readonly status: string | undefined;
}

/** @see https://developer.okta.com/docs/api/openapi/okta-management/management/tag/TrustedOrigin/ */
interface TrustedOriginBody extends Inputs {
  readonly id: string;
  readonly created: string;
  readonly createdBy: string;
  readonly lastUpdated: string;
  readonly lastUpdatedBy: string;
}

const fields: InputFields = {
  name: { kind: "text" },
  origin: { kind: "text", isRequired: true },
  scopes: { kind: "list" },
  status: { kind: "text", isComputed: true },
};

/**
 * `trustedorigin.Origin`: a web origin whose pages may call Okta, or be called back.
 *
 * Assumed of Okta: the provider words a refusal for a trusted origin as it does for the other resources.
 */
export function trustedOrigin(client: OktaApi): ResourceHandler {
  const collection = "/api/v1/trustedOrigins";
  return oktaResource<Inputs, TrustedOriginBody>(client, {
    type: "okta:trustedorigin/origin:Origin",
    fields,
    title: "trusted origin",
    errors: "summary",
    collection: () => collection,
    body: ({ name, origin, scopes, status }) => ({ name, origin, scopes, ...(status && { status }) }),
    outputs: ({ name, origin, scopes, status, created, createdBy, lastUpdated, lastUpdatedBy }) => ({
      ...{ name, origin, status, created, createdBy, lastUpdated, lastUpdatedBy },
      scopes: scopes.map(({ type, allowedOktaApps }) => ({
        type,
        ...(allowedOktaApps && { allowedOktaApps }),
      })),
    }),
    afterUpdate: async ({ id, inputs, changed }) => {
      if (inputs.status === undefined || !changed.includes("status")) return;
      const verb = inputs.status === "ACTIVE" ? "activate" : "deactivate";
      await callOkta({ action: `${verb} trusted origin`, errors: "summary" }, () =>
        client.post(`${collection}/${id}/lifecycle/${verb}`),
      );
    },
  });
}
