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
 * What a flow does, by Azure's grant types. The portal's backend asks for the default scopes, whatever is chosen here.
 *
 * @type {Record<string, (login: Login) => string>}
 */
const flowHints = {
  "no-auth": () => "Send asks without a token.",
  clientCredentials: ({ scopes }) =>
    `The portal gets the token with its own credentials, for ${scopes.join(" ")}. Nobody signs in.`,
};

/** @param {Login} login */
const signInHint = ({ displayName }) =>
  `Authorize opens the sign-in of ${displayName} in a window of its own.`;

/**
 * Fills the form's part for signing in, and watches it.
 *
 * @param {{ api: string, logins: readonly Login[], neededScopes: readonly string[] }} operation With at least one login.
 * @param {() => void} onChange Called when there is another token than before, or none.
 * @returns {{ header(): string | undefined }} Gives `Bearer eyJ…` while there is a token that has not expired.
 */
export function watchAuthorization({ api, logins, neededScopes }, onChange) {
  const server = element("server", HTMLSelectElement);
  const flow = element("flow", HTMLSelectElement);
  const scopes = element("scopes", HTMLElement);
  const hint = element("flow-hint", HTMLElement);
  const start = element("sign-in", HTMLButtonElement);
  const selected = () => /** @type {Login} */ (logins.find(({ name }) => name === server.value));
  const status = tokenStatus(selected);

  const showFlow = () => {
    start.hidden = flow.value === "no-auth";
    scopes.hidden = flow.value in flowHints;
    hint.textContent = (flowHints[flow.value] ?? signInHint)(selected());
    status.show();
  };
  const selectFlow = () => {
    // As the real portal does: another choice forgets the token before.
    clearCredentials();
    showFlow();
    onChange();
  };
  const signIn = async () => {
    const login = selected();
    clearCredentials();
    status.show();
    onChange();
    try {
      const accessToken = await authenticate(flow.value, login, { api, scopes: chosenScopes(scopes) });
      storeCredentials(login, { grantType: flow.value, accessToken });
      status.show();
    } catch (error) {
      status.tell(error instanceof Error ? error.message : String(error));
    }
    onChange();
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
  selectServer();
  server.addEventListener("change", () => {
    selectServer();
    onChange();
  });
  flow.addEventListener("change", selectFlow);
  start.addEventListener("click", () => void signIn());
  return { header: status.header };
}

/**
 * The line that says which token there is, or why there is none.
 *
 * @param {() => Login} selected
 */
function tokenStatus(selected) {
  const line = element("authorization", HTMLElement);
  const show = () => {
    const stored = storedCredentials(selected());
    const { sub = "somebody", scp = [] } = (stored && claimsOf(stored.accessToken)) ?? {};
    line.className = "";
    line.textContent = stored === undefined ? "No token." : `Token for ${sub}: ${[scp].flat().join(" ")}`;
  };
  const header = () => {
    const token = storedCredentials(selected())?.accessToken;
    // It may have expired since. A refusal stays.
    if (token === undefined && line.className === "") show();
    return token;
  };
  /** @param {string} problem */
  const tell = (problem) => {
    line.className = "problem";
    line.textContent = problem;
  };
  return { show, tell, header };
}

/** @param {HTMLElement} scopes */
function chosenScopes(scopes) {
  return [...scopes.querySelectorAll("input:checked")].map((input) => input.getAttribute("value") ?? "");
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
