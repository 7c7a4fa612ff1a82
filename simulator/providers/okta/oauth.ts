import { SimulatorError } from "../../kernel/error.ts";
import type { ResourceHandler } from "../resource.ts";
import { callOkta } from "./api-call.ts";
import { type OAuthAppBody, oauthBody, oauthOutputs, oauthProblem } from "./oauth-body.ts";
import { type OAuthInputs, oauthFields } from "./oauth-fields.ts";
import type { OktaApi } from "./okta-api.ts";
import { oktaResource } from "./okta-resource.ts";

const collection = "/api/v1/apps";

/**
 * `app.OAuth`: an app with its client id and secret.
 *
 * Differs from Okta: an app needs no consent page, and has no keys by URL, logo, groups claim and wildcard redirect.
 *
 * @see https://github.com/okta/terraform-provider-okta/blob/v6.12.0/okta/services/idaas/resource_okta_app_oauth.go
 */
export function oauthApp(client: OktaApi): ResourceHandler {
  const setLifecycle = async (id: string, verb: string, action: string) => {
    await callOkta({ action, errors: "summary" }, () => client.post(`${collection}/${id}/lifecycle/${verb}`));
  };
  return oktaResource<OAuthInputs, OAuthAppBody>(client, {
    type: "okta:app/oAuth:OAuth",
    fields: oauthFields,
    secretOutputs: ["clientSecret"],
    title: "OAuth application",
    errors: "status",
    deleteErrors: "summary",
    collection: () => collection,
    createQuery: ({ status }) => ({ activate: String(status === "ACTIVE") }),
    problem: (inputs, change) => {
      const problem = oauthProblem(inputs);
      return (
        problem && `failed to ${change === undefined ? "create" : "update"} OAuth application: ${problem}`
      );
    },
    body: oauthBody,
    outputs: oauthOutputs,
    told: ({ credentials }, { omitSecret }) => {
      const { client_secret: clientSecret } = credentials.oauthClient;
      return omitSecret || clientSecret === undefined ? {} : { clientSecret };
    },
    afterCreate: async (id, inputs) => {
      if (inputs.type !== "service") await assignSignOnPolicy(client, id, inputs);
    },
    // The provider changes the status first, and sends the app only if it changed otherwise.
    beforeUpdate: async ({ id, inputs, changed }) => {
      const verb = inputs.status === "ACTIVE" ? "activate" : "deactivate";
      if (changed.includes("status")) await setLifecycle(id, verb, `${verb} OAuth application`);
      return changed.some((input) => input !== "status");
    },
    afterUpdate: ({ id, inputs }) => assignSignOnPolicy(client, id, inputs),
    outputsOf: ({ skipAuthenticationPolicy }, { _links }) => ({
      authenticationPolicy: skipAuthenticationPolicy
        ? ""
        : (_links?.accessPolicy?.href.split("/").at(-1) ?? ""),
    }),
    beforeDelete: async (id, { status }) => {
      if (status === "ACTIVE") await setLifecycle(id, "deactivate", "delete OAuth application");
      return true;
    },
    isGoneAnError: true,
  });
}

interface SignOnPolicy {
  readonly id: string;
  readonly system: boolean;
}

/** Puts an app under the sign-on policy that the program names, else under the org's default. */
async function assignSignOnPolicy(client: OktaApi, id: string, inputs: OAuthInputs): Promise<void> {
  if (inputs.skipAuthenticationPolicy) return;
  const action = "set authentication policy for an OAuth application";
  await callOkta({ action, errors: "summary" }, async () => {
    const policyId = inputs.authenticationPolicy || (await defaultSignOnPolicy(client));
    if (policyId !== undefined) await client.put(`${collection}/${id}/policies/${policyId}`);
  });
}

/** `undefined` in an org of Okta's Classic Engine, which has no such policies. */
async function defaultSignOnPolicy(client: OktaApi): Promise<string | undefined> {
  const { pipeline } = await client.get<{ pipeline: string }>("/.well-known/okta-organization");
  if (pipeline === "v1") return undefined;
  const policies = await client.list<SignOnPolicy>("/api/v1/policies", { type: "ACCESS_POLICY" });
  const defaults = policies.filter(({ system }) => system);
  if (defaults.length !== 1)
    throw new SimulatorError("ProviderRefused", "cannot find default ACCESS_POLICY policy");
  return defaults[0]?.id;
}
