import type { IncomingMessage, ServerResponse } from "node:http";
import type { App } from "./entities.ts";
import type { OktaOrg } from "./org.ts";

/** Endpoints of an authorization server that pages of other origins may call. */
const openEndpoints =
  /^\/(?:v1\/(?:token|introspect|revoke|userinfo|keys)|\.well-known\/(?:openid-configuration|oauth-authorization-server))$/;

/** Whether the org trusts the pages of an origin to call Okta. */
export function isTrustedOrigin(org: OktaOrg, origin: string): boolean {
  return org.trustedOrigins
    .values()
    .some(
      (one) =>
        one.status === "ACTIVE" && one.origin === origin && one.scopes.some(({ type }) => type === "CORS"),
    );
}

/** Whether an app's people come back to an origin. */
export function isRedirectOrigin({ redirectUris }: App, origin: string): boolean {
  // The origin of an address with a scheme of an app's own is "null".
  return redirectUris.some((uri) => /^https?:/.test(uri) && new URL(uri).origin === origin);
}

/**
 * Lets the page of an origin read an answer, where it may; and answers a browser that asks first.
 *
 * Assumed of Okta: a page at the origin of an app's redirect URI may call the token endpoint, and nothing else, without being a trusted
 * origin.
 *
 * @returns Whether the request is answered.
 * @see https://developer.okta.com/docs/guides/enable-cors/main/
 */
export function answerBrowser(
  org: OktaOrg,
  path: string,
  { request, response }: { request: IncomingMessage; response: ServerResponse },
): boolean {
  const { origin } = request.headers;
  const isPreflight =
    request.method === "OPTIONS" && request.headers["access-control-request-method"] !== undefined;
  if (origin === undefined || !openEndpoints.test(path)) return false;
  response.setHeader("vary", "Origin");
  if (mayRead(org, path, origin)) {
    response.setHeader("access-control-allow-origin", origin);
    response.setHeader("access-control-allow-credentials", "true");
    if (isPreflight) allowRequest(request, response);
  }
  if (isPreflight) response.writeHead(200, { "content-length": "0" }).end();
  return isPreflight;
}

function mayRead(org: OktaOrg, path: string, origin: string): boolean {
  if (isTrustedOrigin(org, origin)) return true;
  return path === "/v1/token" && org.apps.values().some((app) => isRedirectOrigin(app, origin));
}

function allowRequest(request: IncomingMessage, response: ServerResponse): void {
  const headers = request.headers["access-control-request-headers"];
  if (headers !== undefined) response.setHeader("access-control-allow-headers", headers);
  response.setHeader("access-control-allow-methods", "GET, POST, OPTIONS");
  response.setHeader("access-control-max-age", "600");
}
