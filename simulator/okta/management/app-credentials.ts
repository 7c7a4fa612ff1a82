import { createHash } from "node:crypto";
import type { App } from "../entities.ts";
import type { OktaOrg } from "../org.ts";
import { appOf } from "./apps.ts";
import { endpoints, type ManagementEndpoint, ok } from "./endpoint.ts";
import { link } from "./hal-links.ts";

const path = "/api/v1/apps/{appId}/credentials/secrets";

const idToken = "/api/v1/internal/apps/{appId}/settings/oauth/idToken";

/**
 * An app's client secrets, and the settings of its ID tokens, which the provider reads and writes for an API token.
 *
 * Differs from Okta: an app has one client secret, and the issuer of its ID tokens is the authorization server's.
 *
 * @see https://developer.okta.com/docs/api/openapi/okta-management/management/tag/ApplicationSSOPublicKeys/
 */
export function appCredentialEndpoints(org: OktaOrg): readonly ManagementEndpoint[] {
  return endpoints("apps", {
    [`GET ${path}`]: (call) => ok(secretsOf(org, appOf(org, call))),
    [`GET ${idToken}`]: (call) => {
      const { id } = appOf(org, call, "OAuth2AppInstance");
      return ok({ issuer: org.origin, ...unset, audience: id, issuerMode: "ORG_URL" });
    },
    [`POST ${idToken}`]: (call) => {
      appOf(org, call, "OAuth2AppInstance");
      return ok({ issuer: null, ...unset, audience: null, issuerMode: "ORG_URL" });
    },
  });
}

const unset = { orgUrl: null, customUrl: null };

function secretsOf(org: OktaOrg, { id: appId, clientSecret, secretCreated }: App): readonly object[] {
  if (clientSecret === null) return [];
  const id = `ocs${appId.slice(3)}`;
  const href = `${org.origin}/api/v1/apps/${appId}/credentials/secrets/${id}/lifecycle/deactivate`;
  const secret_hash = createHash("sha256").update(clientSecret).digest("base64url").slice(0, 22);
  return [
    {
      ...{ id, created: secretCreated, lastUpdated: secretCreated, status: "ACTIVE" },
      ...{ client_secret: clientSecret, secret_hash, _links: { deactivate: link(href, "POST") } },
    },
  ];
}
