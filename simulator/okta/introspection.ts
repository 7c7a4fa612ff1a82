import type { App, User } from "./entities.ts";
import type { OktaOrg } from "./org.ts";
import { type PresentedToken, readPresentedToken, type ServerAtWork } from "./presented-token.ts";

/**
 * What the introspection endpoint says of a token. An app without a secret may ask for its own tokens alone; others may ask for every
 * access token and ID token of the authorization server, and for their own refresh tokens.
 *
 * Assumed of Okta: introspection tells no claims of an authorization server's own.
 *
 * @see https://developer.okta.com/docs/api/openapi/okta-oauth/oauth/tag/CustomAS/#tag/CustomAS/operation/introspectCustomAS
 */
export async function introspect(
  org: OktaOrg,
  at: ServerAtWork,
  { app, token: text }: { app: App; token: string },
): Promise<object> {
  const token = await readPresentedToken(org, at, text);
  if (token === undefined || !maySee(app, token)) return { active: false };
  return { active: true, ...told(token, org.users.get(token.userId ?? "")) };
}

function maySee({ id, tokenEndpointAuthMethod }: App, { clientId, kind }: PresentedToken): boolean {
  return clientId === id || (kind !== "refresh" && tokenEndpointAuthMethod !== "none");
}

function told({ kind, clientId, claims }: PresentedToken, user: User | undefined): object {
  const { scp, iat, exp, iss, aud, jti, sub } = claims;
  const scope = Array.isArray(scp) ? scp.join(" ") : undefined;
  return {
    ...(kind === "access" ? { token_type: "Bearer" } : {}),
    ...{ scope, client_id: clientId, username: user?.login },
    ...{ exp, iat, sub, aud, iss, jti, uid: user?.id },
  };
}
