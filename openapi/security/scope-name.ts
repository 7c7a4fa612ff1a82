/**
 * Scopes of OpenID Connect that every Okta authorization server has, for people alone. None is a right to call an API.
 *
 * @see https://developer.okta.com/docs/api/openapi/okta-oauth/guides/overview/#scopes
 */
export const systemScopes = ["openid", "profile", "email", "address", "phone"] as const;

/** Two more, for apps with refresh tokens. */
const systemScopesOfDevices = ["offline_access", "device_sso"] as const;

/** Whether every Okta authorization server has the scope, so that nobody declares it. */
export function isSystemScope(scope: string): boolean {
  return [...systemScopes, ...systemScopesOfDevices].some((one) => one === scope);
}

/**
 * Whether a text can be a scope's name: ASCII without white space, quotes and backslashes.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-3.3
 */
export function isScopeName(text: string): boolean {
  return /^[\x21\x23-\x5B\x5D-\x7E]+$/.test(text);
}
