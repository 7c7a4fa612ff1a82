import type { IncomingMessage } from "node:http";
import type { JsonValue } from "./entities.ts";
import { readForm } from "./http-body.ts";
import { type OAuthError, refusal } from "./oauth-error.ts";
import type { OktaOrg } from "./org.ts";
import { readPresentedToken, type ServerAtWork } from "./presented-token.ts";
import { identityClaims, userClaims } from "./user-claims.ts";

/**
 * What the userinfo endpoint says of the person whose access token a request carries: the claims of the token's scopes.
 *
 * @throws {OAuthError} `access_token_missing`, `access_token_invalid`, `access_token_insufficient_scopes`.
 * @see https://developer.okta.com/docs/api/openapi/okta-oauth/oauth/tag/CustomAS/#tag/CustomAS/operation/userinfoCustomAS
 */
export async function userInfo(
  org: OktaOrg,
  at: ServerAtWork,
  request: IncomingMessage,
): Promise<Readonly<Record<string, JsonValue>>> {
  const text = await sentToken(request);
  if (text === undefined) throw refusal("access_token_missing");
  const token = await readPresentedToken(org, at, text);
  const user = org.users.get(token?.userId ?? "");
  if (token?.kind !== "access") throw refusal("access_token_invalid");
  const scopes = Array.isArray(token.claims.scp) ? (token.claims.scp as string[]) : [];
  if (user === undefined || !scopes.includes("openid")) throw refusal("access_token_insufficient_scopes");
  const names = Object.entries(identityClaims).flatMap(([scope, claims]) =>
    scopes.includes(scope) ? claims : [],
  );
  const told = Object.entries(userClaims(org, user)).filter(
    ([name]) => names.includes(name) && !["ver", "idp"].includes(name),
  );
  return { sub: user.id, ...Object.fromEntries(told) };
}

async function sentToken(request: IncomingMessage): Promise<string | undefined> {
  const [, inHeader] = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? "") ?? [];
  const form = request.method === "POST" ? await readForm(request) : undefined;
  const inBody = form?.get("access_token") ?? undefined;
  if (inHeader !== undefined && inBody !== undefined) throw refusal("access_token_duplicate");
  return inHeader ?? inBody;
}

/** The `WWW-Authenticate` header of a refusal. */
export function challengeOf(org: OktaOrg, { error, message }: OAuthError, resource: string): string {
  const parts = {
    ...{ authorization_uri: `${org.origin}/oauth2/v1/authorize`, realm: org.origin, scope: "openid" },
    ...{ error, error_description: message, resource },
  };
  return `Bearer ${Object.entries(parts)
    .map(([name, value]) => `${name}="${value}"`)
    .join(", ")}`;
}
