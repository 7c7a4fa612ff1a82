import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { assertionType, verifyAssertion } from "./client-assertion.ts";
import type { App } from "./entities.ts";
import { refusal } from "./oauth-error.ts";
import type { OktaOrg } from "./org.ts";

/** Where a token request can hold credentials. */
export interface SentCredentials {
  /** The address of the token endpoint, which an app's assertion is for. */
  readonly endpoint: string;
  /** Every Authorization header. */
  readonly authorizations: readonly string[];
  readonly query: URLSearchParams;
  readonly body: URLSearchParams;
  /** Whether an app without a secret may send its id as the whole of the Basic credentials. */
  readonly takesBareId?: boolean;
}

/**
 * Finds out which app calls the token endpoint, by the method that the app is registered with.
 *
 * Assumed of Okta: an app without a secret may send its id, without a colon, as Basic credentials to the revocation endpoint, as
 * Okta's own `okta-auth-js` does; other endpoints refuse that.
 *
 * Assumed of Okta: an assertion without its type is refused as one that cannot be read.
 *
 * @throws {OAuthError} in Okta's words, from `missing_client_credentials` to `invalid_client_secret`.
 * @see https://developer.okta.com/docs/api/openapi/okta-oauth/guides/client-auth/
 */
export async function authenticateClient(org: OktaOrg, sent: SentCredentials): Promise<App> {
  const credentials = readCredentials(sent);
  if (credentials.method === "private_key_jwt")
    return verifyAssertion(org, { assertion: credentials.assertion, audience: sent.endpoint });
  const { method, clientId } = credentials;
  const app = org.apps.get(clientId);
  if (credentials.method === "none") {
    if (app?.status === "ACTIVE" && app.tokenEndpointAuthMethod === "none") return app;
    throw refusal("missing_client_credentials");
  }
  const { clientSecret } = credentials;
  if (app === undefined) throw refusal("invalid_client_id");
  if (app.status !== "ACTIVE") throw refusal("invalid_client");
  if (app.tokenEndpointAuthMethod !== method) throw refusal("invalid_token_endpoint_auth_method");
  if (app.clientSecret === null || !isSame(clientSecret, app.clientSecret))
    throw refusal("invalid_client_secret");
  return app;
}

type Credentials =
  | { readonly method: "private_key_jwt"; readonly assertion: string }
  | { readonly method: "none"; readonly clientId: string }
  | {
      readonly method: "client_secret_basic" | "client_secret_post";
      readonly clientId: string;
      readonly clientSecret: string;
    };

function readCredentials({ authorizations, query, body, takesBareId = false }: SentCredentials): Credentials {
  if (query.has("client_secret") || query.has("client_assertion"))
    throw refusal("client_credentials_in_query");
  const [authorization, ...others] = authorizations;
  const [clientId, clientSecret] = [body.get("client_id"), body.get("client_secret")];
  const assertion = body.get("client_assertion");
  const hasAssertion = assertion !== null;
  // Okta minds the client id alone, too: https://github.com/ueberauth/oauth2/issues/175
  const isSeveral =
    authorization === undefined
      ? clientSecret !== null && hasAssertion
      : others.length > 0 || clientId !== null || clientSecret !== null || hasAssertion;
  if (isSeveral) throw refusal("multiple_client_credentials");
  if (authorization !== undefined) return readBasic(authorization, takesBareId);
  if (assertion !== null) {
    if (body.get("client_assertion_type") !== assertionType) throw refusal("client_assertion_invalid_jwt");
    return { method: "private_key_jwt", assertion };
  }
  if (clientId === null) throw refusal("missing_client_credentials");
  if (clientSecret === null) return { method: "none", clientId };
  return { method: "client_secret_post", clientId, clientSecret };
}

// https://www.rfc-editor.org/rfc/rfc6749#section-2.3.1: both parts are form-encoded before they are joined.
function readBasic(authorization: string, takesBareId: boolean): Credentials {
  const [, encoded = ""] = /^Basic +([A-Za-z0-9+/]+={0,2})$/i.exec(authorization) ?? [];
  const decoded = Buffer.from(encoded, "base64").toString("utf8");
  // https://github.com/okta/okta-auth-js/issues/647: Okta answers 200 to its library, which sends no colon.
  if (takesBareId && decoded !== "" && !decoded.includes(":"))
    return { method: "none", clientId: formDecoded(decoded) };
  const [, id, secret] = /^([^:]+):(.*)$/s.exec(decoded) ?? [];
  if (id === undefined || secret === undefined) throw refusal("invalid_basic_auth_creds");
  return { method: "client_secret_basic", clientId: formDecoded(id), clientSecret: formDecoded(secret) };
}

function formDecoded(text: string): string {
  return new URLSearchParams(`x=${text.replaceAll("&", "%26")}`).get("x") ?? "";
}

// Of this process alone: nobody outside knows what the OAuth library takes for an app's secret.
const libraryKey = randomBytes(32);

/** What the OAuth library takes for an app's secret, so that it never sees the app's own. */
export function librarySecret({ id }: Pick<App, "id">): string {
  return createHmac("sha256", libraryKey).update(id).digest("hex");
}

/** The credentials by which an app that was authenticated is handed on to the OAuth library. */
export function libraryCredentials(app: App): string {
  return `Basic ${Buffer.from(`${encodeURIComponent(app.id)}:${librarySecret(app)}`).toString("base64")}`;
}

function isSame(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
