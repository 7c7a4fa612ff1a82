import { type Html, html } from "../../kernel/html.ts";
import { accessText } from "./access-text.ts";
import { consoleForm } from "./console-form.ts";
import type { NoPortal, PortalApi, PortalModel, PortalOperation } from "./portal-model.ts";

function page(title: string, content: Html, { crumbs = [], script }: Frame = {}): string {
  const scripts =
    script === undefined ? undefined : html`<script type="module" src="/assets/${script}"></script>`;
  const links = crumbs.map(({ href, text }) => html`<li><a href="${href}">${text}</a></li>`);
  const breadcrumb =
    links.length === 0 ? undefined : html`<nav aria-label="Breadcrumb"><ol>${links}</ol></nav>`;
  return html`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · Local developer portal</title>
<link rel="stylesheet" href="/assets/portal.css"><link rel="icon" href="/assets/icon.svg">${scripts}</head>
<body>
<header><p><strong>Local developer portal</strong></p></header>
<main>
${breadcrumb}
<h1>${title}</h1>
${content}
</main>
<footer><p>This portal signs in and calls as Azure's does. Unlike there, scopes can be chosen, a button starts the sign-in, and every failure says why.</p></footer>
</body>
</html>
`.text;
}

interface Frame {
  readonly crumbs?: readonly { readonly href: string; readonly text: string }[];
  /** Name of a file in assets/. */
  readonly script?: string;
}

const apisCrumb = { href: "/apis", text: "APIs" };
const apiHref = ({ id }: PortalApi) => `/apis/${encodeURIComponent(id)}`;

/** The list of APIs. */
export function apisPage({ apis, publisherName }: PortalModel): string {
  const list = apis.map(
    (api) =>
      html`<li><a href="${apiHref(api)}">${api.title}</a> <span>${api.operations.length} operations</span></li>`,
  );
  return page(
    "APIs",
    html`<p>Published by ${publisherName}.</p>${
      apis.length === 0 ? html`<p>There are no APIs.</p>` : html`<ul class="list">${list}</ul>`
    }`,
  );
}

/** An API with its operations. */
export function apiPage(api: PortalApi): string {
  const rows = api.operations.map(
    ({ id, method, urlTemplate, displayName, access }) =>
      html`<li><a href="${apiHref(api)}/operations/${id}">${displayName}</a> <code>${method}</code> <code>${urlTemplate}</code> <small>${accessText(access)}</small></li>`,
  );
  return page(
    api.title,
    html`<p><code>${api.url}</code></p>${api.description === "" ? undefined : html`<p>${api.description}</p>`}<p>Definition to download: <a href="${apiHref(api)}/definition.json" download>OpenAPI 3 (JSON)</a>, <a href="${apiHref(api)}/definition.yaml" download>OpenAPI 3 (YAML)</a></p><h2>Operations</h2><ul class="list operations">${rows}</ul>`,
    { crumbs: [apisCrumb] },
  );
}

/** An operation with its console. */
export function operationPage(api: PortalApi, operation: PortalOperation): string {
  const { displayName, description, method, urlTemplate, responses } = operation;
  const answers = responses.map(({ statusCode, representations }) => {
    const types = representations.map(({ contentType }) => contentType).join(", ");
    return html`<li><strong>${statusCode}</strong> <code>${types || "no body"}</code></li>`;
  });
  return page(
    displayName,
    html`<p><code>${method} ${api.url}${urlTemplate}</code></p>
${description === "" ? undefined : html`<p>${description}</p>`}
<p id="access">Lets in ${accessText(operation.access)}.</p>
${consoleForm(api, operation)}
<h2>Responses</h2><ul class="list responses">${answers}</ul>`,
    { crumbs: [apisCrumb, { href: apiHref(api), text: api.title }], script: "console.js" },
  );
}

/**
 * The window that a sign-in comes back to. Its script hands the token to the console, or tells why there is none; the page
 * itself holds no token.
 */
export function callbackPage(problem: string | undefined): string {
  const content =
    problem === undefined
      ? html`<p id="callback">Signed in. This window closes by itself.</p>`
      : html`<p id="callback" class="problem" role="alert" data-problem="${problem}">Unable to authenticate. ${problem}</p>`;
  return page("Sign-in", content, { script: "callback.js" });
}

/** The window that a sign-in with PKCE comes back to: its script hands the code on, since the browser redeems it. */
export function pkceCallbackPage(): string {
  return page("Sign-in", html`<p id="callback">Signing in …</p>`, { script: "pkce-callback.js" });
}

/** A page for what is not there. */
export function notFoundPage(what: string): string {
  return page("Not found", html`<p>${what}</p>`, { crumbs: [apisCrumb] });
}

/** A page for who came by another name. */
export function otherHostPage(origin: string): string {
  return page("Another address", html`<p>The developer portal is at <a href="${origin}">${origin}</a>.</p>`);
}

/** A page for when there is no portal to show: what is missing, and what to do. */
export function noPortalPage(reason: NoPortal): string {
  const texts: Readonly<Record<NoPortal, string>> = {
    "no instance": "There is no API Management instance with a developer portal. Provision the stack first.",
    "not enabled": "The developer portal is not enabled. Set developerPortalStatus to Enabled.",
    "not published":
      "The developer portal is not published yet. Publish it after its authorization server and APIs.",
  };
  return page("No developer portal", html`<p>${texts[reason]}</p>`);
}
