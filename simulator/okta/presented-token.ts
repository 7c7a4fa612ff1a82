import { errors, importJWK, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from "jose";
import type Provider from "oidc-provider";
import type { Clock } from "../kernel/clock.ts";
import type { AuthorizationServer } from "./entities.ts";
import { publishedKeys } from "./oauth-library.ts";
import type { OktaOrg } from "./org.ts";
import type { TokenRecords } from "./token-records.ts";

/** An authorization server at work. */
export interface ServerAtWork {
  readonly server: AuthorizationServer;
  readonly oauthProvider: Provider;
  readonly records: TokenRecords;
}

/** A valid token of an authorization server. */
export interface PresentedToken {
  readonly kind: "access" | "id" | "refresh";
  /** The app that it was given to. */
  readonly clientId: string;
  /** The person whom it is about; absent for client credentials. */
  readonly userId: string | undefined;
  /** What a JWT says; of a refresh token what there is to tell. */
  readonly claims: JWTPayload;
  /** Ends it before its time. An ID token cannot be ended. */
  readonly revoke: () => Promise<void>;
}

/**
 * Reads a token that somebody sent back. `undefined` for one that is not of this authorization server, has expired or was revoked, and
 * for one of an app or a person that is not active any more.
 */
export async function readPresentedToken(
  org: OktaOrg,
  at: ServerAtWork,
  text: string,
): Promise<PresentedToken | undefined> {
  const token = (await readJwt(org, at, text)) ?? (await readRefreshToken(org, at, text));
  if (token === undefined || org.apps.get(token.clientId)?.status !== "ACTIVE") return undefined;
  const isGone = token.userId !== undefined && org.users.get(token.userId)?.status !== "ACTIVE";
  return isGone ? undefined : token;
}

async function readJwt(
  org: OktaOrg,
  { server, records }: ServerAtWork,
  text: string,
): Promise<PresentedToken | undefined> {
  const claims = await verifiedClaims(server, text, {
    issuer: org.issuerOf(server),
    clock: org.clock,
  });
  if (claims === undefined) return undefined;
  // An ID token is for the app; an access token names the app beside its audience.
  if (typeof claims.cid !== "string")
    return { kind: "id", clientId: String(claims.aud), userId: claims.sub, claims, revoke: async () => {} };
  const { jti = "", exp = 0 } = claims;
  if (records.isRevoked(jti)) return undefined;
  const userId = typeof claims.uid === "string" ? claims.uid : undefined;
  const revoke = async () => records.revokeAccessToken(jti, exp * 1000 - org.clock.now());
  return { kind: "access", clientId: claims.cid, userId, claims, revoke };
}

/**
 * What a JWT of an authorization server says; `undefined` where it is none, or has expired.
 *
 * @param isTooOldFine Whether the token may have expired.
 */
export async function verifiedClaims(
  server: AuthorizationServer,
  text: string,
  { issuer, clock, isTooOldFine = false }: { issuer: string; clock: Clock; isTooOldFine?: boolean },
): Promise<JWTPayload | undefined> {
  const key: JWTVerifyGetKey = async ({ kid }) => {
    const found = publishedKeys(server).find((one) => one.kid === kid);
    if (found === undefined) throw new errors.JWKSNoMatchingKey();
    const { kty, n, e } = found as { kty: string; n: string; e: string };
    return importJWK({ kty, n, e }, "RS256");
  };
  // Of an expired one the times are left aside.
  const currentDate = new Date(isTooOldFine ? 0 : clock.now());
  try {
    const { payload } = await jwtVerify(text, key, { issuer, algorithms: ["RS256"], currentDate });
    return payload;
  } catch (error) {
    if (error instanceof errors.JOSEError) return undefined;
    throw error;
  }
}

async function readRefreshToken(
  org: OktaOrg,
  { server, oauthProvider, records }: ServerAtWork,
  text: string,
): Promise<PresentedToken | undefined> {
  const found = await oauthProvider.RefreshToken.find(text);
  if (found === undefined || !found.isValid) return undefined;
  const { clientId = "", accountId, grantId = "", iat, exp, scope } = found;
  const login = org.users.get(accountId)?.login;
  const claims = {
    ...{ scp: (scope ?? "").split(" "), sub: login, iat, exp },
    ...{ iss: org.issuerOf(server), aud: server.audience, uid: accountId },
  } as JWTPayload;
  const revoke = async () => records.revokeGrant(grantId);
  return { kind: "refresh", clientId, userId: accountId, claims, revoke };
}
