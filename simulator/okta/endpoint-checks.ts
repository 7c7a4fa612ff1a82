import { evaluatePolicies, requestedScopes } from "./access-policy.ts";
import { authenticateClient } from "./client-authentication.ts";
import type { App, AuthorizationServer } from "./entities.ts";
import { refusal } from "./oauth-error.ts";
import type { OktaOrg } from "./org.ts";

/** Grants that the local Okta's authorization servers know. Differs from Okta: there are no refresh tokens and no implicit flow. */
export const grantTypes = ["authorization_code", "client_credentials"] as const;

/** What a token request carries. */
export interface TokenCall {
  readonly authorization: string | undefined;
  /** Set by browsers. */
  readonly origin: string | undefined;
  readonly body: URLSearchParams;
}

/**
 * Refuses what Okta's token endpoint refuses and the OAuth library would not, or with other words.
 *
 * @returns The body to hand on: with the default scopes where none were named.
 * @throws {OAuthError}
 */
export function checkTokenCall(org: OktaOrg, server: AuthorizationServer, call: TokenCall): URLSearchParams {
  const app = authenticateClient(org, call.authorization, call.body);
  const grantType = grantOf(app, call.body.get("grant_type"));
  if (call.origin !== undefined) checkBrowser(app, call.origin, call.body);
  if (grantType === "authorization_code") {
    for (const name of ["code", "redirect_uri"])
      if (!call.body.has(name)) throw refusal("missing_parameter", name);
    if (app.pkceRequired && !call.body.has("code_verifier")) throw refusal("pkce_missing_verifier");
    return call.body;
  }
  const scopes = clientCredentialScopes(org, server, call.body.get("scope"));
  evaluatePolicies(org, { server, app, grantType, scopes });
  const body = new URLSearchParams(call.body);
  body.set("scope", scopes.join(" "));
  return body;
}

function grantOf(app: App, parameter: string | null): (typeof grantTypes)[number] {
  if (parameter === null) throw refusal("missing_parameter", "grant_type");
  const grantType = grantTypes.find((name) => name === parameter);
  if (grantType === undefined) throw refusal("unsupported_grant_type", grantTypes);
  if (!app.grantTypes.includes(grantType)) throw refusal("unauthorized_client", app.grantTypes);
  return grantType;
}

function checkBrowser(app: App, origin: string, body: URLSearchParams): void {
  if (!body.has("code_verifier")) throw refusal("unsupported_auth_method_browser_request");
  const isKnown = app.redirectUris.some((uri) => new URL(uri).origin === origin);
  if (!isKnown) throw refusal("illegal_origin_browser_request");
}

function clientCredentialScopes(
  org: OktaOrg,
  server: AuthorizationServer,
  parameter: string | null,
): readonly string[] {
  const scopes = requestedScopes(org.scopesOf(server.id), parameter ?? undefined);
  if (scopes.some(({ system }) => system)) throw refusal("openid_not_allowed_client_creds");
  const needConsent = scopes.filter(({ consent }) => consent === "REQUIRED").map(({ name }) => name);
  if (needConsent.length > 0) throw refusal("consent_required_client_credentials", needConsent);
  return scopes.map(({ name }) => name);
}

/** A refusal of the authorization endpoint: shown to the person, or sent back to the app. */
export interface AuthorizeTarget {
  readonly app: App;
  readonly redirectUri: string;
}

/**
 * Whether there is an app and an address to go back to. Where not, the person sees an error page: an unknown address must
 * not receive anything.
 *
 * @throws {OAuthError}
 */
export function checkAuthorizeTarget(org: OktaOrg, query: URLSearchParams): AuthorizeTarget {
  const app = org.apps.get(query.get("client_id") ?? "");
  if (app === undefined || app.status !== "ACTIVE") throw refusal("invalid_client_id");
  if (app.type === "service") throw refusal("invalid_client_application_type");
  const redirectUri = query.get("redirect_uri");
  if (redirectUri === null) throw refusal("missing_parameter", "redirect_uri");
  if (!app.redirectUris.includes(redirectUri)) throw refusal("illegal_redirect_uri");
  return { app, redirectUri };
}

/**
 * Refuses what Okta's authorization endpoint refuses before anybody signs in; the app is told.
 *
 * @throws {OAuthError}
 */
export function checkAuthorizeCall(
  org: OktaOrg,
  server: AuthorizationServer,
  { app }: AuthorizeTarget,
  query: URLSearchParams,
): void {
  if ((query.get("state") ?? "") === "") throw refusal("invalid_state");
  if (query.get("response_type") !== "code") throw refusal("unsupported_response_type");
  if (!["query", "fragment"].includes(query.get("response_mode") ?? "query"))
    throw refusal("unsupported_response_mode");
  if (!app.grantTypes.includes("authorization_code")) throw refusal("unauthorized_client", app.grantTypes);
  if (app.pkceRequired && !query.has("code_challenge")) throw refusal("pkce_missing_challenge");
  requestedScopes(org.scopesOf(server.id), query.get("scope") ?? undefined);
}
