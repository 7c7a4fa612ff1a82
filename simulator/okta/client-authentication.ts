import { timingSafeEqual } from "node:crypto";
import type { App, TokenEndpointAuthMethod } from "./entities.ts";
import { refusal } from "./oauth-error.ts";
import type { OktaOrg } from "./org.ts";

/**
 * Finds out which app calls the token endpoint, by the method that the app is registered with.
 *
 * @throws {OAuthError} in Okta's words, from `missing_client_credentials` to `invalid_client_secret`.
 * @see https://developer.okta.com/docs/api/openapi/okta-oauth/guides/client-auth/
 */
export function authenticateClient(
  org: OktaOrg,
  authorization: string | undefined,
  body: URLSearchParams,
): App {
  const { method, clientId, clientSecret } = readCredentials(authorization, body);
  const app = org.apps.get(clientId);
  if (app === undefined) throw refusal("invalid_client_id");
  if (app.status !== "ACTIVE" || app.tokenEndpointAuthMethod !== method) throw refusal("invalid_client");
  if (!isSame(clientSecret, app.clientSecret)) throw refusal("invalid_client_secret");
  return app;
}

interface Credentials {
  readonly method: TokenEndpointAuthMethod;
  readonly clientId: string;
  readonly clientSecret: string;
}

function readCredentials(authorization: string | undefined, body: URLSearchParams): Credentials {
  if (authorization !== undefined) return readBasic(authorization);
  const clientId = body.get("client_id");
  const clientSecret = body.get("client_secret");
  if (clientId === null || clientSecret === null) throw refusal("missing_client_credentials");
  return { method: "client_secret_post", clientId, clientSecret };
}

// https://www.rfc-editor.org/rfc/rfc6749#section-2.3.1: both parts are form-encoded before they are joined.
function readBasic(authorization: string): Credentials {
  const [, encoded = ""] = /^Basic +([A-Za-z0-9+/]+={0,2})$/i.exec(authorization) ?? [];
  const [, id, secret] = /^([^:]+):(.*)$/s.exec(Buffer.from(encoded, "base64").toString("utf8")) ?? [];
  if (id === undefined || secret === undefined) throw refusal("invalid_basic_auth_creds");
  return { method: "client_secret_basic", clientId: formDecoded(id), clientSecret: formDecoded(secret) };
}

function formDecoded(text: string): string {
  return new URLSearchParams(`x=${text.replaceAll("&", "%26")}`).get("x") ?? "";
}

function isSame(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
