import type { App } from "../entities.ts";
import type { OktaOrg } from "../org.ts";
import { defaultSignOnPolicy } from "./sign-on-policies.ts";

/**
 * An app as Okta answers it. The client secret is told when the app is made or changed, and not when it is read.
 *
 * @see https://developer.okta.com/docs/api/openapi/okta-management/management/tag/Application/
 */
export function appJson(org: OktaOrg, app: App, { withSecret }: { withSecret: boolean }): object {
  const { id, label, status, created, lastUpdated, kept } = app;
  return {
    ...{
      id,
      orn: `orn:okta:idp:${org.identity.id}:apps:oidc_client:${id}`,
      name: "oidc_client",
      label,
      status,
    },
    ...{ lastUpdated, created },
    accessibility: {
      ...{ selfService: false, errorRedirectUrl: null, loginRedirectUrl: null },
      ...kept.accessibility,
    },
    visibility: {
      ...{ autoLaunch: false, autoSubmitToolbar: false, hide: { iOS: true, web: true } },
      appLinks: { oidc_client_link: true },
      ...kept.visibility,
    },
    ...{ features: [], signOnMode: "OPENID_CONNECT" },
    credentials: credentialsJson(app, withSecret),
    universalLogout: null,
    settings: settingsJson(app),
    ...(kept.profile === null ? {} : { profile: kept.profile }),
    _links: linksJson(org, app),
  };
}

function credentialsJson(app: App, withSecret: boolean): object {
  const { id, clientSecret, tokenEndpointAuthMethod, pkceRequired, kept } = app;
  return {
    userNameTemplate: { template: `${"$"}{source.login}`, type: "BUILT_IN" },
    signing: {},
    ...kept.credentials,
    oauthClient: {
      autoKeyRotation: true,
      ...kept.oauthCredentials,
      client_id: id,
      ...(withSecret && clientSecret !== null ? { client_secret: clientSecret } : {}),
      ...{ token_endpoint_auth_method: tokenEndpointAuthMethod, pkce_required: pkceRequired },
    },
  };
}

function settingsJson({ redirectUris, responseTypes, grantTypes, type, keys, kept }: App): object {
  return {
    app: {},
    notifications: { vpn: { network: { connection: "DISABLED" }, message: null, helpUrl: null } },
    ...{ manualProvisioning: false, implicitAssignment: false, emOptInStatus: "NONE" },
    ...kept.settings,
    notes: { admin: null, enduser: null, ...(kept.settings.notes as object | undefined) },
    oauthClient: {
      ...{ client_uri: null, logo_uri: null },
      ...{ redirect_uris: redirectUris, response_types: responseTypes, grant_types: grantTypes },
      ...(keys.length === 0 ? {} : { jwks: { keys } }),
      ...{ application_type: type, consent_method: "TRUSTED", issuer_mode: "ORG_URL" },
      ...{ idp_initiated_login: { mode: "DISABLED", default_scope: [] }, wildcard_redirect: "DISABLED" },
      ...{ dpop_bound_access_tokens: false, participate_slo: false },
      ...kept.oauthSettings,
    },
  };
}

function linksJson(org: OktaOrg, app: App): object {
  const href = `${org.origin}/api/v1/apps/${app.id}`;
  const call = app.status === "ACTIVE" ? "deactivate" : "activate";
  return {
    policies: { href: `${href}/policies`, hints: { allow: ["PUT"] } },
    groups: { href: `${href}/groups` },
    clientCredentials: [{ name: "secrets", href: `${href}/credentials/secrets` }],
    accessPolicy: { href: `${org.origin}/api/v1/policies/${policyIdOf(org, app)}` },
    users: { href: `${href}/users` },
    [call]: { href: `${href}/lifecycle/${call}` },
  };
}

function policyIdOf(org: OktaOrg, { signOnPolicyId }: App): string {
  return signOnPolicyId ?? defaultSignOnPolicy(org)?.id ?? "";
}
