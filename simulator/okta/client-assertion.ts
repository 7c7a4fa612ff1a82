import { decodeJwt, decodeProtectedHeader, errors, importJWK, type JWK, jwtVerify } from "jose";
import type { Clock } from "../kernel/clock.ts";
import { ExpiringMap } from "../kernel/expiring-map.ts";
import type { App } from "./entities.ts";
import { type OAuthError, refusal } from "./oauth-error.ts";
import type { OktaOrg } from "./org.ts";

/** What `client_assertion_type` has to be. @see https://www.rfc-editor.org/rfc/rfc7523#section-2.2 */
export const assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

const algorithms = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"];

const oneHourSeconds = 3600;

// Of each org the assertions that came with a `jti`, until they expire.
const used = new WeakMap<OktaOrg, ExpiringMap<true>>();

/**
 * Finds out which app signed an assertion, by the public keys that the app is registered with.
 *
 * @param audience the endpoint that the assertion is for.
 * @throws {OAuthError} in Okta's words, from `client_assertion_invalid_jwt` to `client_assertion_already_used`.
 * @see https://developer.okta.com/docs/api/openapi/okta-oauth/guides/client-auth/
 */
export async function verifyAssertion(
  org: OktaOrg,
  { assertion, audience }: { assertion: string; audience: string },
): Promise<App> {
  const { claims, header } = parsed(assertion);
  const app = org.apps.get(claims.iss ?? "");
  if (app?.status !== "ACTIVE") throw refusal("client_assertion_invalid_issuer");
  if (claims.sub !== app.id) throw refusal("client_assertion_invalid_subject");
  if (app.tokenEndpointAuthMethod !== "private_key_jwt") throw refusal("invalid_token_endpoint_auth_method");
  if (!algorithms.includes(header.alg ?? "")) throw refusal("client_assertion_invalid_signature_algorithm");
  if (claims.exp === undefined) throw refusal("client_assertion_expiration_required");
  const key = keyFor(app, header.kid);
  await verify(assertion, { key, header, audience, clock: org.clock }).catch(rethrow);
  const lifetime = claims.exp - org.clock.now() / 1000;
  if (lifetime > oneHourSeconds) throw refusal("client_assertion_expires_too_far_in_future");
  if (claims.jti !== undefined) useOnce(org, `${app.id} ${claims.jti}`, lifetime * 1000);
  return app;
}

function parsed(assertion: string) {
  try {
    return { claims: decodeJwt(assertion), header: decodeProtectedHeader(assertion) };
  } catch {
    // Whatever it is, it is no JWT.
    throw refusal("client_assertion_invalid_jwt");
  }
}

function keyFor({ keys }: App, kid: string | undefined): JWK {
  if (keys.length === 0) throw refusal("client_assertion_jwks_not_configured");
  const known = keys as readonly JWK[];
  const [only] = known;
  const key = kid === undefined && known.length === 1 ? only : known.find((one) => one.kid === kid);
  if (key === undefined) throw refusal("client_assertion_invalid_kid");
  return key;
}

async function verify(
  assertion: string,
  { key, header, audience, clock }: { key: JWK; header: { alg?: string }; audience: string; clock: Clock },
): Promise<void> {
  const imported = await importJWK(withCurve(key), header.alg).catch(unfit);
  const options = { audience, algorithms, currentDate: new Date(clock.now()) };
  await jwtVerify(assertion, imported, options).catch((error: unknown) =>
    error instanceof TypeError ? unfit() : Promise.reject(error),
  );
}

// Characters of a coordinate in base64url → the curve whose coordinates have so many.
const curves: Readonly<Record<number, string>> = { 43: "P-256", 64: "P-384", 88: "P-521" };

/**
 * A key with its curve. The okta provider registers keys without one.
 *
 * Assumed of Okta: the curve of an elliptic key that was registered without one follows from the length of its coordinates.
 */
function withCurve(key: JWK): JWK {
  if (key.kty !== "EC" || key.crv !== undefined) return key;
  const crv = curves[key.x?.length ?? 0];
  return crv === undefined ? key : { ...key, crv };
}

/** A key that is not of the algorithm, or is none at all, verifies nothing. */
function unfit(): never {
  throw refusal("client_assertion_invalid_signature");
}

function rethrow(error: unknown): never {
  throw error instanceof errors.JOSEError ? refusalFor(error) : error;
}

function refusalFor(error: errors.JOSEError): OAuthError {
  if (error instanceof errors.JWTExpired) return refusal("client_assertion_expired_token");
  if (error instanceof errors.JWSSignatureVerificationFailed)
    return refusal("client_assertion_invalid_signature");
  if (error instanceof errors.JWTClaimValidationFailed && error.claim === "aud")
    return refusal("client_assertion_invalid_audience");
  return refusal("client_assertion_invalid_jwt");
}

function useOnce(org: OktaOrg, id: string, milliseconds: number): void {
  const seen = used.get(org) ?? new ExpiringMap<true>(1000, org.clock);
  used.set(org, seen);
  if (seen.get(id) !== undefined) throw refusal("client_assertion_already_used");
  seen.set(id, true, milliseconds);
}
