import { randomBytes } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { importJWK, SignJWT } from "jose";
import { epochSeconds } from "../kernel/clock.ts";
import { assertionType, verifyAssertion } from "./client-assertion.ts";
import type { App, OrgKey } from "./entities.ts";
import { readForm } from "./http-body.ts";
import { OAuthError, refusal } from "./oauth-error.ts";
import { readParameters } from "./oauth-parameters.ts";
import type { OktaOrg } from "./org.ts";

const lifetimeSeconds = 3600;

const parameters = [
  "grant_type",
  "scope",
  "client_id",
  "client_secret",
  "client_assertion",
  "client_assertion_type",
];

/** An answer of the org's own authorization server. */
export interface OrgServerAnswer {
  readonly body: object;
  readonly cacheControl: string;
}

/**
 * The org's own authorization server, whose access tokens open the management API: for service apps that prove themselves by a
 * private key, with the scopes that were granted to them.
 *
 * Differs from Okta: nobody signs in at the org's own authorization server, which issues access tokens for service apps alone.
 * Assumed of Okta: a DPoP proof that the app need not give is not looked at.
 *
 * @returns `undefined` for a path that is not its own.
 * @throws {OAuthError} what Okta refuses.
 * @see https://developer.okta.com/docs/guides/implement-oauth-for-okta-serviceapp/main/
 */
export async function answerOrgServer(
  org: OktaOrg,
  path: string,
  request: IncomingMessage,
): Promise<OrgServerAnswer | undefined> {
  if (/^\/\.well-known\/(openid-configuration|oauth-authorization-server)$/.test(path))
    return { body: metadata(org), cacheControl: "max-age=86400" };
  if (path === "/oauth2/v1/keys")
    return { body: { keys: [publicKey(org.identity.key)] }, cacheControl: "max-age=3600, must-revalidate" };
  if (path === "/oauth2/v1/token") return { body: await token(org, request), cacheControl: "no-store" };
  return undefined;
}

async function token(org: OktaOrg, request: IncomingMessage): Promise<object> {
  const form = request.method === "POST" ? await readForm(request) : undefined;
  if (form === undefined)
    throw new OAuthError(400, "invalid_request", "The token endpoint takes POST with a form.");
  const { values, repeated } = readParameters(form, parameters);
  if (repeated.length > 0) throw refusal("duplicate_oauth_params");
  const grantType = values.get("grant_type");
  if (grantType === null) throw refusal("token_request_missing_grant_type", ["client_credentials"]);
  if (grantType !== "client_credentials") throw refusal("unsupported_grant_type", ["client_credentials"]);
  const assertion = values.get("client_assertion");
  if (assertion === null || values.get("client_assertion_type") !== assertionType)
    throw refusal("unsupported_auth_method_client_creds");
  const app = await verifyAssertion(org, { assertion, audience: `${org.origin}/oauth2/v1/token` });
  if (app.type !== "service") throw refusal("invalid_application_type_client_credentials");
  if (!app.grantTypes.includes("client_credentials")) throw refusal("unauthorized_client", app.grantTypes);
  const scopes = grantedScopes(app, values.get("scope"));
  const access_token = await accessToken(org, app, scopes);
  return { token_type: "Bearer", expires_in: lifetimeSeconds, access_token, scope: scopes.join(" ") };
}

function grantedScopes({ grants }: App, parameter: string | null): readonly string[] {
  const requested = [...new Set((parameter ?? "").split(" ").filter((name) => name !== ""))];
  if (requested.length === 0) throw refusal("missing_scopes");
  const granted = requested.filter((name) => grants.some(({ scopeId }) => scopeId === name));
  if (granted.length === 0) throw refusal("no_org_scopes_granted");
  return granted;
}

async function accessToken(org: OktaOrg, { id }: App, scopes: readonly string[]): Promise<string> {
  const { key } = org.identity;
  const claims = { ver: 1, jti: `AT.${randomBytes(32).toString("base64url")}`, cid: id, scp: scopes };
  const issuedAt = epochSeconds(org.clock);
  return new SignJWT(claims)
    .setProtectedHeader({ kid: key.kid, alg: "RS256" })
    .setIssuer(org.origin)
    .setAudience(org.origin)
    .setSubject(id)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + lifetimeSeconds)
    .sign(await importJWK(key, "RS256"));
}

function publicKey({ kty, kid, n, e }: OrgKey): object {
  return { kty, alg: "RS256", kid, use: "sig", e, n };
}

function metadata({ origin }: OktaOrg): object {
  return {
    issuer: origin,
    token_endpoint: `${origin}/oauth2/v1/token`,
    jwks_uri: `${origin}/oauth2/v1/keys`,
    ...{ response_types_supported: [], grant_types_supported: ["client_credentials"] },
    ...{ subject_types_supported: ["public"], id_token_signing_alg_values_supported: ["RS256"] },
    token_endpoint_auth_methods_supported: ["private_key_jwt"],
  };
}
