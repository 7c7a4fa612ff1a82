import { randomBytes } from "node:crypto";
import type { AccessToken, ClientCredentials, JWTStructured, KoaContextWithOIDC } from "oidc-provider";
import type { AuthorizationServer } from "./entities.ts";
import { asLibraryError } from "./library-error.ts";
import { aheadSeconds, tokenTimes } from "./library-time.ts";
import type { OktaOrg } from "./org.ts";
import { ownClaims } from "./token-claims.ts";
import type { TokenRecords } from "./token-records.ts";

/**
 * Gives an access token Okta's shape: `scp` as an array, `cid`, and for a person `uid`, `auth_time` and the login as `sub`.
 *
 * @see https://developer.okta.com/docs/api/openapi/okta-oauth/guides/overview/#access-token
 */
export function shapeAccessToken(
  org: OktaOrg,
  {
    server,
    records,
    ctx,
    token,
    jwt,
  }: {
    server: AuthorizationServer;
    records: TokenRecords;
    ctx: KoaContextWithOIDC;
    token: AccessToken | ClientCredentials;
    jwt: JWTStructured;
  },
): void {
  const user = "accountId" in token ? org.users.get(token.accountId) : undefined;
  const { iss, aud } = jwt.payload;
  const times = tokenTimes(jwt.payload, org.clock);
  const authTime = authTimeOf(ctx);
  const scopes = (token.scope ?? "").split(" ").filter((scope) => scope !== "");
  const app = org.apps.get(token.clientId ?? "");
  const jti = `AT.${randomBytes(32).toString("base64url")}`;
  if (user !== undefined && "grantId" in token && token.grantId !== undefined)
    records.noteAccessToken(jti, token.grantId, (Number(jwt.payload.exp) - Number(jwt.payload.iat)) * 1000);
  // Okta's header has only kid and alg.
  jwt.header = { typ: undefined };
  jwt.payload = {
    ver: 1,
    jti,
    iss,
    aud,
    ...times,
    cid: token.clientId,
    ...(user === undefined ? {} : { uid: user.id }),
    scp: scopes,
    ...(user === undefined ? {} : { auth_time: authTime && authTime + aheadSeconds(org.clock) }),
    sub: user?.login ?? token.clientId,
    ...asLibraryError(() => ownClaims(server, { org, app, user, scopes })),
  };
}

function authTimeOf(ctx: KoaContextWithOIDC): number | undefined {
  const { AuthorizationCode: code, RefreshToken: refresh } = ctx.oidc.entities;
  return code?.authTime ?? refresh?.authTime;
}
