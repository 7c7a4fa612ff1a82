import { type Html, html } from "../../html.ts";
import type { ImportedOperation, ImportedParameter } from "../openapi-import.ts";
import type { PortalApi } from "./portal-model.ts";

/**
 * The form that calls an operation. Its script reads what it needs from `data-console`; no token or secret is in there.
 *
 * Differs from Azure: a person can choose among the default scopes.
 */
export function consoleForm(api: PortalApi, operation: ImportedOperation): Html {
  const data = {
    ...{ api: api.id, url: api.url, method: operation.method, urlTemplate: operation.urlTemplate },
    logins: api.logins,
  };
  return html`<form id="console" data-console="${JSON.stringify(data)}">
${api.logins.length === 0 ? undefined : authorization}
${operation.parameters.length === 0 ? undefined : parameters(operation.parameters)}
${operation.request.length === 0 ? undefined : body(operation)}
<button type="submit">Send</button>
</form>
<section id="response" aria-label="Response" aria-live="polite"></section>`;
}

// The script fills it, anew for each server that is chosen.
const authorization = html`<fieldset><legend>Authorization</legend>
<label>Server <select id="server" name="server"></select></label>
<label>Flow <select id="flow" name="flow"></select></label>
<fieldset id="scopes"></fieldset>
<button type="button" id="sign-in">Authorize</button>
<p id="authorization" role="status"></p>
</fieldset>`;

function parameters(all: readonly ImportedParameter[]): Html {
  const fields = all.map(
    ({ name, in: place, required, description, value }) =>
      html`<label>${name} <small>${place}${required ? ", required" : ""}${description === "" ? "" : ` · ${description}`}</small>
<input name="parameter" data-in="${place}" data-name="${name}" value="${required ? value : ""}"${required ? html` required` : undefined}></label>`,
  );
  return html`<fieldset><legend>Parameters</legend>${fields}</fieldset>`;
}

function body({ request }: ImportedOperation): Html {
  const [first] = request;
  return html`<fieldset><legend>Body</legend>
<label>Content-Type <input name="content-type" value="${first?.contentType}"></label>
<label>Text <textarea name="body" rows="6">${first?.example}</textarea></label>
</fieldset>`;
}
