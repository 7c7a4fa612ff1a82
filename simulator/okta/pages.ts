import { STATUS_CODES } from "node:http";
import { type Html, html } from "../kernel/html.ts";

/** What goes out with each page: nothing from elsewhere, no script, no frame. */
export const pageHeaders = {
  "content-type": "text/html; charset=utf-8",
  "cache-control": "no-store",
  "content-security-policy":
    "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
};

const style = html`
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { margin: 0; display: grid; place-items: center; min-height: 100vh; }
main { width: min(22rem, 100vw - 2rem); padding: 1rem 0; }
label { display: block; margin-top: 1rem; }
ul { padding-left: 1.25rem; }
aside { margin-top: 2rem; overflow-wrap: anywhere; font-size: .9rem; }
input, button { box-sizing: border-box; width: 100%; padding: .6rem; font: inherit; }
button { margin-top: 1.5rem; }
.problem { border-left: .25rem solid #b3261e; padding-left: .75rem; }
`;

function page(title: string, content: Html): string {
  return html`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${title}</title><style>${style}</style></head>
<body><main><h1>${title}</h1>${content}</main></body>
</html>
`.text;
}

/** What the sign-in form says. */
export interface SignInForm {
  readonly appLabel: string;
  /** Who can sign in here: the local directory's names. */
  readonly logins: readonly string[];
  readonly password: string;
  /** The last attempt, which was refused: by what name, and why. */
  readonly refused?: { readonly username: string; readonly problem: string };
}

/**
 * The sign-in form. It posts to its own address.
 *
 * Differs from Okta: the page names the people and their password, which exist on this machine alone.
 */
export function signInPage({ appLabel, logins, password, refused }: SignInForm): string {
  const focus = html` autofocus`;
  return page(
    "Sign in",
    html`<p>Local Okta · to continue to ${appLabel}</p>
${refused && html`<p class="problem" role="alert">${refused.problem}</p>`}
<form method="post">
<label for="username">Username</label><input id="username" name="username" autocomplete="username" value="${refused?.username}" required${refused ? undefined : focus}>
<label for="password">Password</label><input id="password" name="password" type="password" autocomplete="current-password" required${refused ? focus : undefined}>
<button type="submit">Sign in</button>
</form>
<aside aria-label="Who can sign in here">These people can sign in here, with the password <code>${password}</code>:
<ul>${logins.map((login) => html`<li><code>${login}</code></li>`)}</ul></aside>`,
  );
}

/** An error that must not go back to the app, because it is not known where the app is. */
export function errorPage(status: number, description: string): string {
  return page(
    `${status} ${STATUS_CODES[status] ?? "Error"}`,
    html`<p class="problem" role="alert">${description}</p>`,
  );
}

/** Where a session ended. */
export function signedOutPage(): string {
  return page(
    "Signed out",
    html`<p>Nobody is signed in to the local Okta any more. Close this page and sign in again as anybody.</p>`,
  );
}
