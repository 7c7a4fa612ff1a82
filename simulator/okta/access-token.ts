import { randomBytes } from "node:crypto";
import type { AccessToken, ClientCredentials, JWTStructured, KoaContextWithOIDC } from "oidc-provider";
import type { AuthorizationServer } from "./entities.ts";
import { aheadSeconds, tokenTimes } from "./library-time.ts";
import type { OktaOrg } from "./org.ts";
import { ownClaims } from "./token-claims.ts";

/**
 * Gives an access token Okta's shape: `scp` as an array, `cid`, and for a person `uid`, `auth_time` and the login as `sub`.
 *
 * @see https://developer.okta.com/docs/api/openapi/okta-oauth/guides/overview/#access-token
 */
export function shapeAccessToken(
  org: OktaOrg,
  {
    server,
    ctx,
    token,
    jwt,
  }: {
    server: AuthorizationServer;
    ctx: KoaContextWithOIDC;
    token: AccessToken | ClientCredentials;
    jwt: JWTStructured;
  },
): void {
  const user = "accountId" in token ? org.users.get(token.accountId) : undefined;
  const { iss, aud } = jwt.payload;
  const authTime = ctx.oidc.entities.AuthorizationCode?.authTime;
  const scopes = (token.scope ?? "").split(" ").filter((scope) => scope !== "");
  const app = org.apps.get(token.clientId ?? "");
  // Okta's header has only kid and alg.
  jwt.header = { typ: undefined };
  jwt.payload = {
    ver: 1,
    jti: `AT.${randomBytes(32).toString("base64url")}`,
    iss,
    aud,
    ...tokenTimes(jwt.payload, org.clock),
    cid: token.clientId,
    ...(user === undefined ? {} : { uid: user.id }),
    scp: scopes,
    ...(user === undefined ? {} : { auth_time: authTime && authTime + aheadSeconds(org.clock) }),
    sub: user?.login ?? token.clientId,
    ...ownClaims(org, server, { app, user, scopes }),
  };
}
