import type { IncomingMessage } from "node:http";
import type Provider from "oidc-provider";
import { refusal } from "./oauth-error.ts";
import { type OAuthParameters, readParameters } from "./oauth-parameters.ts";
import type { OktaOrg } from "./org.ts";
import { type ServerAtWork, verifiedClaims } from "./presented-token.ts";
import { sessionOf } from "./sign-in.ts";

const parameters = ["id_token_hint", "post_logout_redirect_uri", "state"];

/** A logout that was checked. */
export interface CheckedLogout {
  /** Whether the browser's session is that of the ID token's person. */
  readonly endsSession: boolean;
  /** Where the browser goes next; absent: to the sign-in page. */
  readonly location: string | undefined;
}

/**
 * Checks a request to end a person's session, which an app makes with the ID token that it has. The token may have expired. Where the
 * session is another person's, it stays.
 *
 * Assumed of Okta: a logout without an ID token, or with one that it did not give, is told so on a page.
 *
 * @throws {OAuthError} `invalid_id_token_hint`, `illegal_post_logout_redirect_uri`.
 * @see https://developer.okta.com/docs/api/openapi/okta-oauth/oauth/tag/CustomAS/#tag/CustomAS/operation/logoutCustomAS
 */
export async function checkLogout(
  org: OktaOrg,
  { server, oauthProvider }: ServerAtWork,
  { sent, request }: { sent: URLSearchParams; request: IncomingMessage },
): Promise<CheckedLogout> {
  const { values, repeated }: OAuthParameters = readParameters(sent, parameters);
  if (repeated.length > 0) throw refusal("duplicate_oauth_params");
  const hint = values.get("id_token_hint");
  if (hint === null) throw refusal("missing_token_request_parameter", "id_token_hint");
  const claims = await verifiedClaims(server, hint, {
    ...{ issuer: org.issuerOf(server), clock: org.clock },
    isTooOldFine: true,
  });
  const app = org.apps.get(String(claims?.aud));
  if (claims === undefined || app === undefined) throw refusal("invalid_id_token_hint");
  const target = values.get("post_logout_redirect_uri");
  if (target !== null && !registered(app.kept.oauthSettings.post_logout_redirect_uris).includes(target))
    throw refusal("illegal_post_logout_redirect_uri");
  const endsSession = (await signedIn(oauthProvider, request)) === claims.sub;
  return { endsSession, location: target === null ? undefined : withState(target, values.get("state")) };
}

function registered(uris: unknown): readonly unknown[] {
  return Array.isArray(uris) ? uris : [];
}

async function signedIn(provider: Provider, request: IncomingMessage): Promise<string | undefined> {
  return (await sessionOf(provider, request))?.accountId;
}

// A URI with a scheme of an app's own, `com.example:/out`, has a query too.
function withState(target: string, state: string | null): string {
  if (state === null) return target;
  const url = new URL(target);
  url.searchParams.set("state", state);
  return url.href;
}
