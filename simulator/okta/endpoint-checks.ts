import { evaluatePolicies, requestedScopes } from "./access-policy.ts";
import { isRedirectOrigin, isTrustedOrigin } from "./browser-origins.ts";
import { authenticateClient, libraryCredentials } from "./client-authentication.ts";
import type { App, AuthorizationServer } from "./entities.ts";
import { refusal } from "./oauth-error.ts";
import { scopeParameter } from "./oauth-library.ts";
import type { OAuthParameters } from "./oauth-parameters.ts";
import type { OktaOrg } from "./org.ts";

/** Grants that the local Okta's authorization servers know. Differs from Okta: there is no implicit, password and device flow. */
const grantTypes = ["authorization_code", "client_credentials", "refresh_token"] as const;

/** What a token request carries. */
export interface TokenCall {
  /** Every Authorization header. */
  readonly authorizations: readonly string[];
  /** Set by browsers. */
  readonly origin: string | undefined;
  readonly query: URLSearchParams;
  readonly form: OAuthParameters;
}

/** A token request that was checked. */
export interface CheckedTokenCall {
  /** What the grant needs: with the default scopes where none were named, and without credentials. */
  readonly body: URLSearchParams;
  /** The client's credentials as a header. */
  readonly authorization: string;
}

/**
 * Refuses what Okta's token endpoint refuses and the OAuth library would not, or with other words.
 *
 * @throws {OAuthError}
 */
export async function checkTokenCall(
  org: OktaOrg,
  server: AuthorizationServer,
  { authorizations, origin, query, form }: TokenCall,
): Promise<CheckedTokenCall> {
  if (form.repeated.length > 0) throw refusal("duplicate_oauth_params");
  const { values } = form;
  const endpoint = `${org.issuerOf(server)}/v1/token`;
  const app = await authenticateClient(org, { endpoint, authorizations, query, body: values });
  const grantType = grantOf(app, values.get("grant_type"));
  if (origin !== undefined) checkBrowser(org, { app, origin, grantType, values });
  const parameters = grantParameters(org, { server, app, grantType, values });
  return {
    body: new URLSearchParams({ grant_type: grantType, ...parameters }),
    authorization: libraryCredentials(app),
  };
}

function grantParameters(
  org: OktaOrg,
  { server, app, grantType, values }: GrantCall & { server: AuthorizationServer },
): Record<string, string> {
  if (grantType === "authorization_code") return codeParameters(app, values);
  if (grantType === "refresh_token") return refreshParameters(values);
  return { scope: clientCredentialScopes(org, { server, app, grantType }, values.get("scope")) };
}

type GrantType = (typeof grantTypes)[number];

interface GrantCall {
  readonly app: App;
  readonly grantType: GrantType;
  readonly values: URLSearchParams;
}

function grantOf(app: App, parameter: string | null): GrantType {
  if (parameter === null) throw refusal("token_request_missing_grant_type", grantTypes);
  const grantType = grantTypes.find((name) => name === parameter);
  if (grantType === undefined) throw refusal("unsupported_grant_type", grantTypes);
  if (!app.grantTypes.includes(grantType)) throw refusal("unauthorized_client", app.grantTypes);
  return grantType;
}

function checkBrowser(
  org: OktaOrg,
  { app, origin, grantType, values }: GrantCall & { origin: string },
): void {
  // A refresh token stands for the code that was redeemed with PKCE.
  if (grantType !== "refresh_token" && !values.has("code_verifier"))
    throw refusal("unsupported_auth_method_browser_request");
  if (!isRedirectOrigin(app, origin) && !isTrustedOrigin(org, origin))
    throw refusal("illegal_origin_browser_request");
}

function refreshParameters(values: URLSearchParams): Record<string, string> {
  const token = values.get("refresh_token");
  if (token === null) throw refusal("missing_token_request_parameter", "refresh_token");
  const scope = values.get("scope");
  return { refresh_token: token, ...(scope === null ? {} : { scope }) };
}

function codeParameters(app: App, values: URLSearchParams): Record<string, string> {
  const [code, redirectUri] = ["code", "redirect_uri"].map((name) => {
    const value = values.get(name);
    if (value === null) throw refusal("missing_token_request_parameter", name);
    return value;
  }) as [string, string];
  const verifier = values.get("code_verifier");
  if (app.pkceRequired && verifier === null) throw refusal("pkce_missing_verifier");
  return { code, redirect_uri: redirectUri, ...(verifier === null ? {} : { code_verifier: verifier }) };
}

function clientCredentialScopes(
  org: OktaOrg,
  call: { server: AuthorizationServer; app: App; grantType: "client_credentials" },
  parameter: string | null,
): string {
  const scopes = requestedScopes(org.scopesOf(call.server.id), parameter ?? undefined);
  if (scopes.some(({ system }) => system)) throw refusal("openid_not_allowed_client_creds");
  const needConsent = scopes.filter(({ consent }) => consent === "REQUIRED").map(({ name }) => name);
  if (needConsent.length > 0) throw refusal("consent_required_client_credentials", needConsent);
  const names = scopes.map(({ name }) => name);
  evaluatePolicies(org, { ...call, scopes: names });
  return names.join(" ");
}

/** Who asks for a sign-in, and where the answer goes. */
export interface AuthorizeTarget {
  readonly app: App;
  readonly redirectUri: string;
}

/**
 * Whether there is an app and an address to go back to. Where not, the person sees an error page: an unknown address must
 * not receive anything.
 *
 * Assumed of Okta: an authorization request without a redirect URI is refused as one with an unknown redirect URI.
 *
 * @throws {OAuthError}
 */
export function checkAuthorizeTarget(org: OktaOrg, { values, repeated }: OAuthParameters): AuthorizeTarget {
  if (repeated.includes("client_id") || repeated.includes("redirect_uri"))
    throw refusal("duplicate_oauth_params");
  const app = org.apps.get(values.get("client_id") ?? "");
  if (app === undefined || app.status !== "ACTIVE") throw refusal("invalid_client_id");
  if (app.type === "service") throw refusal("invalid_client_application_type");
  const redirectUri = values.get("redirect_uri") ?? "";
  if (!app.redirectUris.includes(redirectUri)) throw refusal("illegal_redirect_uri");
  return { app, redirectUri };
}

/**
 * Refuses what Okta's authorization endpoint refuses before anybody signs in; the app is told.
 *
 * @returns What to hand on: with the default scopes where none were named.
 * @throws {OAuthError}
 */
export function checkAuthorizeCall(
  org: OktaOrg,
  server: AuthorizationServer,
  { app }: AuthorizeTarget,
  { values, repeated }: OAuthParameters,
): URLSearchParams {
  if (repeated.length > 0) throw refusal("duplicate_oauth_params");
  if (!values.has("state")) throw refusal("invalid_state");
  if (values.get("response_type") !== "code") throw refusal("unsupported_response_type");
  if (!["query", "fragment"].includes(values.get("response_mode") ?? "query"))
    throw refusal("unsupported_response_mode");
  if (!app.grantTypes.includes("authorization_code")) throw refusal("unauthorized_client", app.grantTypes);
  checkChallenge(app, values);
  const scopes = requestedScopes(org.scopesOf(server.id), values.get("scope") ?? undefined);
  const checked = new URLSearchParams(values);
  const asked = scopes.map(({ name }) => name).join(" ");
  checked.set("scope", asked);
  checked.set(scopeParameter, asked);
  // It goes into the ID token; the library refuses it where there is none.
  if (!scopes.some(({ name }) => name === "openid")) checked.delete("nonce");
  // Who is asked for consent: nobody, since every local app is a trusted one.
  if (values.get("prompt") === "consent") checked.delete("prompt");
  return checked;
}

/** What RFC 7636 §4.2 makes of a verifier. */
const challengeShape = /^[\w.~-]{43,128}$/;

function checkChallenge(app: App, values: URLSearchParams): void {
  const challenge = values.get("code_challenge");
  if (challenge === null) {
    if (app.pkceRequired) throw refusal("pkce_missing_challenge");
    return;
  }
  if (values.get("code_challenge_method") !== "S256")
    throw refusal("pkce_unsupported_code_challenge_method", ["S256"]);
  if (!challengeShape.test(challenge)) throw refusal("pkce_invalid_challenge");
}
