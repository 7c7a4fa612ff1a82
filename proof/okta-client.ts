import { type JsonWebKey, randomUUID } from "node:crypto";
import { importJWK, type JWK, SignJWT } from "jose";
import { textAt } from "../openapi/json.ts";
import type { IssuerKey } from "./forge.ts";
import { whyNoAnswer } from "./no-answer.ts";
import { timeAt } from "./server-time.ts";

// Okta answers within a second or so; a request that hangs must not hang the command.
const timeoutMilliseconds = 30_000;

/**
 * How a client reaches Okta's token endpoint, and proves who it is: by its key as `private_key_jwt`, else by its secret as
 * `client_secret_basic`, else by its id alone.
 */
export interface ClientCredentials {
  /** Whose they are, for messages: `partner-batch`. */
  readonly name?: string | undefined;
  readonly tokenEndpoint: string;
  /** Of the authorization server, whose clock an assertion by a private key goes by. @defaultValue this machine's clock */
  readonly issuer?: string | undefined;
  readonly clientId: string;
  readonly clientSecret?: string | undefined;
  readonly privateKey?: JWK | undefined;
}

/** How Okta answered a request for a token without giving one. */
export interface OktaRefusal {
  /** Who asked: `partner-batch`, `attendee-app as ada`; absent where that was not told. */
  readonly client?: string | undefined;
  /** OAuth's `error`, when Okta answered with one: `access_denied`. */
  readonly oktaError?: string | undefined;
  /** OAuth's `error_description`, when Okta answered with one. */
  readonly oktaDescription?: string | undefined;
  /** In Okta's words: `401 invalid_client: The client secret supplied for a confidential client is invalid`. */
  readonly words: string;
}

/** Okta gave no token. The message holds Okta's own words, never the secret. */
export class TokenRequestError extends Error {
  override readonly name = "TokenRequestError";
  /** OAuth's `error`, when Okta answered with one: `access_denied`. */
  readonly oktaError: string | undefined;
  /** OAuth's `error_description`, when Okta answered with one. */
  readonly oktaDescription: string | undefined;
  /** Absent where Okta did not answer, or could not be asked. */
  readonly refusal: OktaRefusal | undefined;

  constructor(message: string, { refusal, ...options }: ErrorOptions & { refusal?: OktaRefusal } = {}) {
    super(message, options);
    this.oktaError = refusal?.oktaError;
    this.oktaDescription = refusal?.oktaDescription;
    this.refusal = refusal;
  }
}

/**
 * Gets an access token by client credentials.
 *
 * @throws {TokenRequestError} when Okta refuses or does not answer.
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-4.4
 */
export function requestToken(client: ClientCredentials, scopes: readonly string[]): Promise<string> {
  return askForToken(client, scopes, { grant_type: "client_credentials", scope: scopes.join(" ") });
}

/** An authorization code, and what it was asked for with. */
export interface GrantedCode {
  readonly code: string;
  /** PKCE's `code_verifier`. */
  readonly verifier: string;
  readonly redirectUri: string;
  readonly scopes: readonly string[];
}

/**
 * Gets the access token for an authorization code.
 *
 * @throws {TokenRequestError} when Okta refuses or does not answer.
 * @see https://www.rfc-editor.org/rfc/rfc7636#section-4.5
 */
export function redeemCode(
  client: ClientCredentials,
  { code, verifier, redirectUri, scopes }: GrantedCode,
): Promise<string> {
  return askForToken(client, scopes, {
    ...{ grant_type: "authorization_code", code, code_verifier: verifier, redirect_uri: redirectUri },
  });
}

async function askForToken(
  client: ClientCredentials,
  scopes: readonly string[],
  grant: Readonly<Record<string, string>>,
): Promise<string> {
  const subject = `Okta's token endpoint ${client.tokenEndpoint}`;
  const { headers, fields } = await authentication(client);
  const { ok, status, body } = await ask(subject, client.tokenEndpoint, {
    method: "POST",
    headers: {
      ...headers,
      "content-type": "application/x-www-form-urlencoded",
      accept: "application/json",
    },
    body: new URLSearchParams({ ...grant, ...fields }),
  });
  const token = ok ? accessToken(body) : undefined;
  if (token !== undefined) return token;
  const { error, error_description: description } = parseObject(body);
  const words = `${status} ${ok ? "without an access token" : oktaError(body)}`;
  const holder = client.name === undefined ? "" : `"${client.name}" `;
  throw new TokenRequestError(
    `${subject} gave ${holder}no token for "${scopes.join(" ")}": ${words}. ${nextStep(error)}`,
    {
      refusal: {
        ...{ client: client.name, oktaError: textAt(error), oktaDescription: textAt(description), words },
      },
    },
  );
}

// https://www.rfc-editor.org/rfc/rfc6749#section-5.2
function nextStep(error: unknown): string {
  return error === "invalid_client"
    ? "Compare the client's id, its authentication and its secret or key with its app in Okta."
    : "Compare the scopes with those of the stack's documents, and the client with Okta's access policy.";
}

type Fields = Readonly<Record<string, string>>;

// https://developer.okta.com/docs/api/openapi/okta-oauth/guides/client-auth/
async function authentication({
  tokenEndpoint,
  issuer,
  clientId,
  clientSecret,
  privateKey,
}: ClientCredentials): Promise<{ headers: Fields; fields: Fields }> {
  if (privateKey !== undefined) {
    const client_assertion = await assertion({ tokenEndpoint, issuer, clientId, privateKey });
    const client_assertion_type = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    return { headers: {}, fields: { client_assertion, client_assertion_type } };
  }
  if (clientSecret === undefined) return { headers: {}, fields: { client_id: clientId } };
  const basic = [clientId, clientSecret].map(encodeURIComponent).join(":");
  return { headers: { authorization: `Basic ${Buffer.from(basic).toString("base64")}` }, fields: {} };
}

async function assertion({
  tokenEndpoint,
  issuer,
  clientId,
  privateKey,
}: Pick<ClientCredentials, "tokenEndpoint" | "issuer" | "clientId"> & { privateKey: JWK }): Promise<string> {
  // The local cloud's clock can be moved, and a machine's clock be wrong: Okta takes no assertion that its own one calls expired.
  const now = issuer === undefined ? undefined : await timeAt(`${issuer}/.well-known/openid-configuration`);
  const issuedAt = now ?? Math.floor(Date.now() / 1000);
  const alg = privateKey.alg ?? algorithmOf(privateKey);
  try {
    return await new SignJWT()
      .setProtectedHeader({ alg, ...(privateKey.kid === undefined ? {} : { kid: privateKey.kid }) })
      .setIssuer(clientId)
      .setSubject(clientId)
      .setAudience(tokenEndpoint)
      .setJti(randomUUID())
      .setIssuedAt(issuedAt)
      .setExpirationTime(issuedAt + 300)
      .sign(await importJWK(privateKey, alg));
  } catch (cause) {
    throw new TokenRequestError(
      `The private key of client "${clientId}" cannot sign by ${alg}. Give it as a JWK with its private part.`,
      { cause },
    );
  }
}

// https://www.rfc-editor.org/rfc/rfc7518#section-3.4
function algorithmOf({ kty, crv }: JWK): string {
  if (kty !== "EC") return "RS256";
  return { "P-384": "ES384", "P-521": "ES512" }[crv ?? ""] ?? "ES256";
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
