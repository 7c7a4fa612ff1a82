/** The console's authorization: which server, which flow, which scopes; and the token that there is. */
import { element, textElement } from "./elements.js";
import { authenticate } from "./oauth.js";
import { claimsOf, clearCredentials, storeCredentials, storedCredentials } from "./session.js";

/** @typedef {import("./oauth.js").Login} Login */

/** The portal's names for Azure's grant types. @type {Record<string, string>} */
const flowNames = {
  authorizationCode: "authorization_code",
  authorizationCodeWithPkce: "authorization_code (PKCE)",
  clientCredentials: "client_credentials",
};

/**
 * Fills the form's part for signing in, and watches it.
 *
 * @param {{ api: string, logins: readonly Login[], neededScopes: readonly string[] }} operation With at least one login.
 * @returns {{ header(): string | undefined }} Gives `Bearer eyJ…` while there is a token that has not expired.
 */
export function watchAuthorization({ api, logins, neededScopes }) {
  const server = element("server", HTMLSelectElement);
  const flow = element("flow", HTMLSelectElement);
  const scopes = element("scopes", HTMLElement);
  const status = element("authorization", HTMLElement);
  const start = element("sign-in", HTMLButtonElement);
  const selected = () => /** @type {Login} */ (logins.find(({ name }) => name === server.value));

  const showToken = () => {
    const stored = storedCredentials(selected());
    const { sub = "somebody", scp = [] } = (stored && claimsOf(stored.accessToken)) ?? {};
    status.className = "";
    status.textContent = stored === undefined ? "No token." : `Token for ${sub}: ${[scp].flat().join(" ")}`;
    return stored?.accessToken;
  };
  const selectFlow = () => {
    // As the real portal does: another choice forgets the token before.
    clearCredentials();
    showFlow();
  };
  const showFlow = () => {
    start.hidden = flow.value === "no-auth";
    // The portal's backend asks for the default scopes, whatever is chosen here.
    scopes.hidden = start.hidden || flow.value === "clientCredentials";
    showToken();
  };
  const signIn = async () => {
    const login = selected();
    clearCredentials();
    showToken();
    const chosen = [...scopes.querySelectorAll("input:checked")].map(
      (input) => input.getAttribute("value") ?? "",
    );
    try {
      const accessToken = await authenticate(flow.value, login, { api, scopes: chosen });
      storeCredentials(login, { grantType: flow.value, accessToken });
      showToken();
    } catch (error) {
      status.className = "problem";
      status.textContent = error instanceof Error ? error.message : String(error);
    }
  };
  const selectServer = () => {
    const login = selected();
    flow.replaceChildren(...flowOptions(login));
    scopes.replaceChildren(
      textElement("legend", "Scopes"),
      ...login.scopes.map((scope) => scopeChoice(scope, neededScopes.includes(scope))),
    );
    const stored = storedCredentials(login);
    flow.value = stored?.grantType ?? login.grantTypes[0] ?? "no-auth";
    showFlow();
  };

  server.replaceChildren(...logins.map(({ name, displayName }) => new Option(displayName, name)));
  server.addEventListener("change", selectServer);
  flow.addEventListener("change", selectFlow);
  start.addEventListener("click", () => void signIn());
  selectServer();
  return { header: showToken };
}

/** @param {Login} login */
function flowOptions({ grantTypes }) {
  const grants = grantTypes.map((grant) => new Option(flowNames[grant] ?? grant, grant));
  return [new Option("No auth", "no-auth"), ...grants];
}

/**
 * @param {string} scope
 * @param {boolean} isNeeded
 */
function scopeChoice(scope, isNeeded) {
  const input = document.createElement("input");
  input.type = "checkbox";
  input.value = scope;
  input.checked = true;
  const label = document.createElement("label");
  label.className = "choice";
  label.append(input, ` ${scope}`);
  if (isNeeded) label.append(" ", textElement("small", "needed here"));
  return label;
}
