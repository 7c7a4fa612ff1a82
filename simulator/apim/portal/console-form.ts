import { type Html, html } from "../../kernel/html.ts";
import type { ImportedOperation, ImportedParameter } from "../operation.ts";
import { scopesOfAccess } from "./access-text.ts";
import type { PortalApi, PortalOperation } from "./portal-model.ts";

/**
 * The form that calls an operation, the request as a `curl` line, and the answer. The script reads what it needs from `data-console`;
 * no token or secret is in there.
 *
 * Differs from Azure: a person can choose among the default scopes, and presses Authorize; there the choice of a flow starts it.
 *
 * Differs from Azure: a failed sign-in says why, as does a closed window; there it is "Unable to authenticate due to internal error."
 * or nothing.
 */
export function consoleForm(api: PortalApi, operation: PortalOperation): Html {
  const data = {
    ...{ api: api.id, url: api.url, method: operation.method, urlTemplate: operation.urlTemplate },
    logins: api.logins,
    neededScopes: scopesOfAccess(operation.access),
  };
  return html`<div class="console">
<form id="console" data-console="${JSON.stringify(data)}">
${api.logins.length === 0 ? undefined : authorization(api)}
${operation.parameters.length === 0 ? undefined : parameters(operation.parameters)}
${operation.request.length === 0 ? undefined : body(operation)}
</form>
<div class="exchange">
<section aria-label="Request">
<pre id="curl" role="group" aria-label="curl" tabindex="0"></pre>
<p class="actions"><button type="submit" form="console">Send</button> <button type="button" id="copy-curl" class="quiet">Copy curl</button></p>
</section>
<section id="response" aria-label="Response">
<div id="answer-status" aria-live="polite"></div>
<pre id="answer-body" role="group" aria-label="Body" tabindex="0"></pre>
<pre id="answer-headers" role="group" aria-label="Headers" tabindex="0"></pre>
</section>
</div>
</div>`;
}

// The script fills it, anew for each server that is chosen.
const authorization = ({ logins }: PortalApi) => html`<fieldset><legend>Authorization</legend>
<div class="pair"><label>Server <select id="server" name="server"></select></label>
<label>Flow <select id="flow" name="flow"></select></label></div>
<p><small id="flow-hint"></small></p>
<fieldset id="scopes"></fieldset>
<p class="actions"><button type="button" id="sign-in">Authorize</button> ${signOut(logins)}</p>
<p id="authorization" role="status"></p>
</fieldset>`;

function signOut(logins: PortalApi["logins"]): Html {
  const urls = [...new Set(logins.flatMap(({ signOutUrl }) => signOutUrl ?? []))];
  const links = urls.map(
    (url) => html`<a href="${url}" target="_blank" rel="noreferrer">sign out of Okta</a>`,
  );
  return links.length === 0 ? html`` : html`<small>Somebody else? First ${links}.</small>`;
}

function parameters(all: readonly ImportedParameter[]): Html {
  const fields = all.map(
    ({ name, in: place, required, description, ...values }) =>
      html`<label>${name} <small>${place}${required ? ", required" : ""}${description === "" ? "" : ` · ${description}`}</small>
${field(html`name="parameter" data-in="${place}" data-name="${name}"${required ? html` required` : undefined}`, { ...values, required })}</label>`,
  );
  return html`<fieldset><legend>Parameters</legend>${fields}</fieldset>`;
}

/** A field that nobody has to fill in begins empty; one with values to choose from takes no other. */
function field(
  attributes: Html,
  { value, choices, required }: Pick<ImportedParameter, "value" | "choices" | "required">,
): Html {
  const begin = required ? value : "";
  if (choices.length === 0) return html`<input ${attributes} value="${begin}">`;
  const options = choices.map(
    (choice) =>
      html`<option value="${choice}"${choice === begin ? html` selected` : undefined}>${choice}</option>`,
  );
  return html`<select ${attributes}><option value="">Select a value …</option>${options}</select>`;
}

function body({ request }: ImportedOperation): Html {
  const [first] = request;
  return html`<fieldset><legend>Body</legend>
<label>Content-Type <input name="content-type" value="${first?.contentType}"></label>
<label>Text <textarea name="body" rows="6">${first?.example}</textarea></label>
</fieldset>`;
}
