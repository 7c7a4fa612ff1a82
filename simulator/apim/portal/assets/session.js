/**
 * Where the console keeps its tokens: in the tab's session storage, by authorization server, as the real portal does.
 *
 * @typedef {{ grantType: string, accessToken: string }} StoredCredentials
 * @typedef {{ name: string, scopeOverride?: string }} Server
 */

const key = "oauthSession";

/** @param {Server} server */
const recordKey = ({ name, scopeOverride }) =>
  scopeOverride === undefined ? name : `${name}-${scopeOverride}`;

/** @returns {Record<string, StoredCredentials>} */
function readSession() {
  return JSON.parse(sessionStorage.getItem(key) ?? "{}");
}

/**
 * The credentials of a server; dropped when their token has expired.
 *
 * @param {Server} server
 * @returns {StoredCredentials | undefined}
 */
export function storedCredentials(server) {
  const stored = readSession()[recordKey(server)];
  if (stored === undefined) return undefined;
  const expires = claimsOf(stored.accessToken)?.exp;
  if (typeof expires !== "number" || Date.now() < expires * 1000) return stored;
  clearCredentials();
  return undefined;
}

/**
 * @param {Server} server
 * @param {StoredCredentials} credentials
 */
export function storeCredentials(server, credentials) {
  sessionStorage.setItem(key, JSON.stringify({ ...readSession(), [recordKey(server)]: credentials }));
}

/** Forgets every token. */
export function clearCredentials() {
  sessionStorage.removeItem(key);
}

/**
 * The claims of `Bearer eyJ…`, unchecked: for showing them.
 *
 * @param {string} accessToken
 * @returns {Record<string, unknown> | undefined}
 */
export function claimsOf(accessToken) {
  const [, payload] = accessToken.replace(/^\w+ /, "").split(".");
  try {
    const bytes = Uint8Array.from(
      atob((payload ?? "").replaceAll("-", "+").replaceAll("_", "/")),
      (character) => character.charCodeAt(0),
    );
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    // Not a JWT: nothing to show, and no expiry to know.
    return undefined;
  }
}
