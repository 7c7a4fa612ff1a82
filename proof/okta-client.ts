import type { JsonWebKey } from "node:crypto";
import type { IssuerKey } from "./forge.ts";
import { whyNoAnswer } from "./no-answer.ts";

// Okta answers within a second or so; a request that hangs must not hang the command.
const timeoutMilliseconds = 30_000;

/** How a client reaches Okta's token endpoint. */
export interface ClientCredentials {
  readonly tokenEndpoint: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

/** Okta gave no token. The message holds Okta's own words, never the secret. */
export class TokenRequestError extends Error {
  override readonly name = "TokenRequestError";
  /** OAuth's `error`, when Okta answered with one: `access_denied`. */
  readonly oktaError: string | undefined;

  constructor(message: string, { oktaError, ...options }: ErrorOptions & { oktaError?: string } = {}) {
    super(message, options);
    this.oktaError = oktaError;
  }
}

/**
 * Gets an access token by client credentials, authenticated as `client_secret_basic`.
 *
 * @throws {TokenRequestError} when Okta refuses or does not answer.
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-4.4
 */
export async function requestToken(client: ClientCredentials, scopes: readonly string[]): Promise<string> {
  const basic = [client.clientId, client.clientSecret].map(encodeURIComponent).join(":");
  const subject = `Okta's token endpoint ${client.tokenEndpoint}`;
  const { ok, status, body } = await ask(subject, client.tokenEndpoint, {
    method: "POST",
    headers: {
      authorization: `Basic ${Buffer.from(basic).toString("base64")}`,
      "content-type": "application/x-www-form-urlencoded",
      accept: "application/json",
    },
    body: new URLSearchParams({ grant_type: "client_credentials", scope: scopes.join(" ") }),
  });
  const token = ok ? accessToken(body) : undefined;
  if (token !== undefined) return token;
  const { error } = parseObject(body);
  throw new TokenRequestError(
    `${subject} gave no token for "${scopes.join(" ")}": ${status} ${ok ? "without an access token" : oktaError(body)}. Compare the scopes with those of the stack's documents, and the client with Okta's access policy.`,
    typeof error === "string" ? { oktaError: error } : {},
  );
}

/**
 * The first RSA key that an authorization server publishes.
 *
 * @throws {TokenRequestError} when discovery or keys do not answer, or hold no RSA key.
 */
export async function readPublishedKey(issuer: string): Promise<IssuerKey> {
  const discovery = await readJson(`${issuer}/.well-known/openid-configuration`);
  const { keys } = await readJson(String(discovery.jwks_uri));
  const jwk = (Array.isArray(keys) ? (keys as JsonWebKey[]) : []).find(({ kty }) => kty === "RSA");
  if (jwk !== undefined) return { kid: String(jwk.kid), jwk };
  throw new TokenRequestError(
    `${discovery.jwks_uri} publishes no RSA key. Check the authorization server in Okta.`,
  );
}

/** The audience that a token was issued for. */
export function audienceOf(token: string): string {
  const [, payload = ""] = token.split(".");
  return String(parseObject(Buffer.from(payload, "base64url").toString()).aud);
}

async function readJson(url: string): Promise<Record<string, unknown>> {
  const { ok, status, body } = await ask(url, url);
  if (ok) return parseObject(body);
  throw new TokenRequestError(`${url} answered ${status} instead of 200. Check the stack's issuer.`);
}

async function ask(
  subject: string,
  url: string,
  request: RequestInit = {},
): Promise<{ ok: boolean; status: number; body: string }> {
  try {
    const signal = AbortSignal.timeout(timeoutMilliseconds);
    const response = await fetch(url, { ...request, signal });
    return { ok: response.ok, status: response.status, body: await response.text() };
  } catch (cause) {
    throw new TokenRequestError(
      `${subject} does not answer (${whyNoAnswer(cause)}). Check that it runs and is reachable.`,
      { cause },
    );
  }
}

function accessToken(body: string): string | undefined {
  const { access_token: token } = parseObject(body);
  return typeof token === "string" ? token : undefined;
}

function oktaError(body: string): string {
  const { error, error_description: description } = parseObject(body);
  const words = [error, description].filter((part) => typeof part === "string").join(": ");
  return words.replace(/\.$/, "") || "without an OAuth error";
}

function parseObject(body: string): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(body);
    return typeof parsed === "object" && parsed !== null ? (parsed as Record<string, unknown>) : {};
  } catch {
    // A proxy's HTML page, for example: there is no OAuth error to show, and the status says the rest.
    return {};
  }
}
