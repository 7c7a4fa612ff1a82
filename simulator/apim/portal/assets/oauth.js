/**
 * How the console gets a token, one function for each flow.
 *
 * @see https://github.com/Azure/api-management-developer-portal/blob/master/src/services/oauthService.ts
 *
 * @typedef {{
 *   name: string, displayName: string, grantTypes: string[], authorizationEndpoint: string, tokenEndpoint: string, clientId: string,
 *   scopes: string[], scopeOverride?: string,
 * }} Login
 * @typedef {{ api: string, scopes: string[] }} Wish
 */

const failure = "Unable to authenticate due to internal error.";

/** @type {Record<string, (login: Login, wish: Wish) => Promise<string>>} */
const flows = {
  authorizationCode: authenticateCode,
  authorizationCodeWithPkce: authenticateCodeWithPkce,
  clientCredentials: authenticateClientCredentials,
};

/**
 * Gets a token.
 *
 * @param {string} grantType Azure's name.
 * @param {Login} login
 * @param {Wish} wish
 * @returns {Promise<string>} `Bearer eyJ…`
 * @throws {Error} with a message for the person.
 */
export function authenticate(grantType, login, wish) {
  const flow = flows[grantType];
  if (flow === undefined) throw new Error(`Unsupported grant type "${grantType}".`);
  return flow(login, wish);
}

/**
 * @param {Login} login
 * @param {Wish} wish
 */
async function authenticateCode(login, { scopes }) {
  const state = crypto.randomUUID();
  // Only this browser has it: the portal's backend takes no answer with another one.
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in every browser.
  document.cookie = `portal-oauth-state.${state}=1; path=/signin-oauth; samesite=lax; max-age=600`;
  const answer = await openPopup(
    authorizationUri(login, {
      redirect_uri: `${location.origin}/signin-oauth/code/callback/${login.name}`.toLowerCase(),
      response_type: "code",
      state,
      scope: scopes.join(" "),
    }),
  );
  return headerValue(answer.accessTokenType, answer.accessToken);
}

/**
 * The real portal sends no state here, and lower-cases the redirect URI in the first request alone.
 *
 * @param {Login} login
 * @param {Wish} wish
 */
async function authenticateCodeWithPkce(login, { scopes }) {
  const redirectUri = `${location.origin}/signin-oauth/code-pkce/callback/${login.name}`;
  const verifier = base64Url(crypto.getRandomValues(new Uint8Array(48)));
  const challenge = base64Url(
    new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier))),
  );
  const { code } = await openPopup(
    authorizationUri(login, {
      response_type: "code",
      code_challenge_method: "S256",
      code_challenge: challenge,
      redirect_uri: redirectUri.toLowerCase(),
      scope: scopes.join(" "),
    }),
  );
  const response = await fetch(login.tokenEndpoint, {
    method: "POST",
    body: new URLSearchParams({
      client_id: login.clientId,
      code_verifier: verifier,
      grant_type: "authorization_code",
      redirect_uri: redirectUri,
      code: code ?? "",
    }),
  }).catch(() => {
    throw new Error(
      "The browser could not read the token endpoint's answer: it gave this origin no permission.",
    );
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(`${answer.error}: ${answer.error_description}`);
  return headerValue(answer.token_type, answer.access_token);
}

/**
 * @param {Login} _login
 * @param {Wish} wish
 */
async function authenticateClientCredentials(_login, { api }) {
  const response = await fetch(`/signin-oauth/credentials/${encodeURIComponent(api)}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.message);
  return headerValue(answer.accessTokenType, answer.accessToken);
}

/**
 * @param {Login} login
 * @param {Record<string, string>} query
 */
function authorizationUri({ authorizationEndpoint, clientId }, query) {
  // As the real portal's library writes it: a space is %20, and not a plus.
  const parameters = Object.entries({ client_id: clientId, ...query }).map(
    ([name, value]) => `${name}=${encodeURIComponent(value)}`,
  );
  return `${authorizationEndpoint}?${parameters.join("&")}`;
}

/**
 * @typedef {{ accessToken?: string, accessTokenType?: string, code?: string, problem?: string }} PopupAnswer
 */

/**
 * Opens a window and waits for what its last page says: from that window, and from this origin alone.
 *
 * @param {string} uri
 * @returns {Promise<PopupAnswer>}
 */
function openPopup(uri) {
  const popup = window.open(uri, "_blank", "width=400,height=500");
  if (popup === null)
    throw new Error("The browser blocked the sign-in window. Allow pop-up windows for this page.");
  return new Promise((resolve, reject) => {
    const end = () => {
      clearInterval(watch);
      window.removeEventListener("message", receive);
    };
    /** @param {MessageEvent<PopupAnswer>} event */
    const receive = (event) => {
      if (event.source !== popup || event.origin !== location.origin) return;
      end();
      const { problem } = event.data;
      if (problem === undefined) resolve(event.data);
      else reject(new Error(`${failure} ${problem}`));
    };
    // Twice in a row, since a message may still be on its way when the window is gone.
    let closedBefore = false;
    const watch = setInterval(() => {
      if (popup.closed && closedBefore) {
        end();
        reject(new Error("The sign-in window was closed before the sign-in ended."));
      }
      closedBefore = popup.closed;
    }, 300);
    window.addEventListener("message", receive);
  });
}

/**
 * @param {string | undefined} type
 * @param {string | undefined} token
 */
function headerValue(type = "", token = "") {
  if (token === "") throw new Error(failure);
  return `${type.charAt(0).toUpperCase()}${type.slice(1).toLowerCase()} ${token}`;
}

/** @param {Uint8Array} bytes */
function base64Url(bytes) {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}
