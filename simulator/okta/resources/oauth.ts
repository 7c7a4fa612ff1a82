import { z } from "zod";
import type { ResourceHandler } from "../../providers/resource.ts";
import type { App } from "../entities.ts";
import { oktaHandler, validationFailed } from "../okta-handler.ts";
import { nothingKept, type OktaOrg, oktaTime, randomText } from "../org.ts";

// https://registry.terraform.io/providers/okta/okta/latest/docs/resources/app_oauth
const grantsOf = {
  web: { required: "authorization_code", allowed: ["authorization_code", "client_credentials"] },
  service: { required: "client_credentials", allowed: ["client_credentials"] },
} as const;

const uri = z
  .string()
  .refine(
    (text) => /^https?:\/\/[^*]+$/.test(text) && URL.canParse(text),
    "must be an absolute http or https URL without wildcard",
  );

const schema = z
  .strictObject({
    label: z.string().min(1, "must have 1 to 100 characters").max(100, "must have 1 to 100 characters"),
    type: z.enum(["web", "service"], 'must be "web" or "service": the local Okta has no other types'),
    grantTypes: z.array(z.string()).optional(),
    responseTypes: z.array(z.enum(["code", "token"], 'must be "code" or "token"')).optional(),
    redirectUris: z.array(uri).default([]),
    tokenEndpointAuthMethod: z
      .enum(
        ["client_secret_basic", "client_secret_post"],
        'must be "client_secret_basic" or "client_secret_post": the local Okta has no other methods',
      )
      .default("client_secret_basic"),
    clientBasicSecret: z.string().min(1, "must be a text of 1 or more characters").optional(),
    pkceRequired: z.boolean().default(false),
    consentMethod: z
      .enum(["TRUSTED"], 'must be "TRUSTED": the local Okta has no consent page')
      .default("TRUSTED"),
    status: z.enum(["ACTIVE", "INACTIVE"]).default("ACTIVE"),
  })
  .superRefine((inputs, context) => {
    for (const { property, message } of problems(inputs)) {
      context.addIssue({ code: "custom", path: [property], message });
    }
  });

interface Grants {
  readonly type: keyof typeof grantsOf;
  readonly grantTypes?: readonly string[] | undefined;
  readonly responseTypes?: readonly string[] | undefined;
  readonly redirectUris: readonly string[];
}

function problems({
  type,
  grantTypes,
  responseTypes = [],
  redirectUris,
}: Grants): { property: string; message: string }[] {
  const { required, allowed } = grantsOf[type];
  const grants: readonly string[] = grantTypes ?? [required];
  const found: { property: string; message: string }[] = [];
  const refuse = (property: string, field: string, message: string) =>
    found.push({
      property,
      message: `failed conditional validation for field "${field}" of type "${type}": ${message}`,
    });
  for (const grant of grants.filter((one) => !(allowed as readonly string[]).includes(one))) {
    refuse("grantTypes", "grant_types", `it can contain "${allowed.join('", "')}"; got "${grant}"`);
  }
  if (!grants.includes(required)) {
    refuse(
      "grantTypes",
      "grant_types",
      `it must contain at least "${required}"; got "${grants.join('", "')}"`,
    );
  }
  if (type === "web" && redirectUris.length === 0) {
    found.push({
      property: "redirectUris",
      message: 'must name at least one URI for an app of type "web"; got none',
    });
  }
  if (type === "web" && responseTypes.includes("token")) {
    found.push({
      property: "responseTypes",
      message: 'must be ["code"]: the local Okta has no implicit flow, which "token" stands for',
    });
  }
  return found;
}

/**
 * `app.OAuth`: an app with its client id and secret.
 *
 * Differs from Okta: apps are of type `web` or `service`, keep a secret, and need no consent page.
 * Differs from Okta: a refresh takes an app that was deleted for gone; the provider ends with Okta's 404.
 * Assumed of Okta: an app of type web has a redirect URI.
 * Assumed of Okta: an app that an access policy names is not deleted.
 */
export function oauth(org: OktaOrg): ResourceHandler {
  return oktaHandler<z.infer<typeof schema>, App>({
    type: "okta:app/oAuth:OAuth",
    idKind: "0oa",
    schema,
    replaceOnChanges: ["type"],
    sets: ["grantTypes", "responseTypes"],
    keptWhenLeftOut: ["grantTypes", "responseTypes"],
    entities: org.apps,
    build: (inputs, { id, existing, state }) => {
      const {
        consentMethod: _,
        grantTypes = existing?.grantTypes ?? [grantsOf[inputs.type].required],
        responseTypes,
        clientBasicSecret,
        ...app
      } = inputs;
      // As the provider fills it in: the implicit flow's "token" comes with client credentials.
      const computed = [
        ...(grantTypes.includes("client_credentials") ? ["token"] : []),
        ...(app.type === "web" ? ["code"] : []),
      ];
      // The provider sends the secret of its state along, whatever Okta has by then.
      const known = clientBasicSecret ?? (state?.clientSecret as string | undefined);
      const clientSecret = known ?? existing?.clientSecret ?? randomText(64);
      return {
        id,
        clientSecret,
        grantTypes,
        responseTypes: responseTypes ?? existing?.responseTypes ?? computed,
        ...app,
        ...{ keys: [], grants: [], roles: [], signOnPolicyId: null, kept: nothingKept },
        secretCreated: existing?.secretCreated ?? oktaTime(),
      };
    },
    outputs: ({ id, label, type, clientSecret, grantTypes, responseTypes, redirectUris, ...app }) => ({
      ...{ label, type, clientSecret, grantTypes, responseTypes, redirectUris, status: app.status },
      ...{ tokenEndpointAuthMethod: app.tokenEndpointAuthMethod, pkceRequired: app.pkceRequired },
      clientId: id,
      name: "oidc_client",
      signOnMode: "OPENID_CONNECT",
    }),
    secrets: ["clientSecret", "clientBasicSecret"],
    // https://github.com/okta/terraform-provider-okta/issues/1915
    toldOnce: ["clientSecret"],
    beforeDelete: ({ id, label }) => {
      const policy = [...org.policies.values()].find(({ clients }) => clients.includes(id));
      if (policy !== undefined)
        throw validationFailed(
          "app",
          `The app "${label}" is named by the access policy "${policy.name}". Delete the policy first.`,
        );
    },
    afterDelete: ({ id }) => org.removeApp(id),
  });
}
