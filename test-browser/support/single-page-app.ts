import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import * as path from "node:path";
import { serve, type TestServer } from "../../test/support/serve.ts";

/** What the page of a single-page app needs to know. */
export interface SinglePageAppSettings {
  readonly issuer: string;
  readonly clientId: string;
  readonly scopes: readonly string[];
  /** What _Call_ calls, with the access token. */
  readonly apiUrl: string;
}

/**
 * Serves a page that signs in with `@okta/okta-auth-js` as its own documentation does, and calls an API with what it gets.
 *
 * @param settings Asked for when the page is, since the app is registered with the page's own origin.
 */
export async function serveSinglePageApp(settings: () => SinglePageAppSettings): Promise<TestServer> {
  const folder = path.dirname(createRequire(import.meta.url).resolve("@okta/okta-auth-js/package.json"));
  const library = await readFile(path.join(folder, "dist/okta-auth-js.min.js"));
  return serve((request, response) => {
    const answer = (type: string, body: string | Buffer) =>
      response.writeHead(200, { "content-type": type }).end(body);
    if (request.url === "/okta-auth-js.js") answer("text/javascript", library);
    else if (request.url === "/favicon.ico") response.writeHead(404).end();
    else answer("text/html", page(settings()));
  });
}

const page = (settings: SinglePageAppSettings) => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Attendee app</title></head><body>
<button id="sign-in">Sign in</button> <button id="call">Call</button> <button id="renew">Renew</button> <button id="sign-out">Sign out</button>
<output id="person"></output><output id="answer"></output>
<script src="/okta-auth-js.js"></script>
<script>
const settings = ${JSON.stringify(settings)};
const okta = new OktaAuth({
  issuer: settings.issuer,
  clientId: settings.clientId,
  scopes: settings.scopes,
  redirectUri: location.origin + "/callback",
  postLogoutRedirectUri: location.origin + "/",
});
const show = (id, text) => { document.getElementById(id).textContent = text; };
const told = (work) => work().catch((error) => show("answer", error.name + ": " + (error.errorSummary || error.message)));
const on = (id, work) => document.getElementById(id).addEventListener("click", () => told(work));
on("sign-in", () => okta.signInWithRedirect({ originalUri: "/" }));
on("call", async () => {
  show("answer", "");
  const response = await fetch(settings.apiUrl, { headers: { authorization: "Bearer " + okta.getAccessToken() } });
  show("answer", response.status + " " + (await response.text()));
});
on("renew", async () => {
  show("answer", "");
  await okta.tokenManager.renew("accessToken");
  show("answer", "Renewed");
});
on("sign-out", () => okta.signOut());
const showPerson = async () =>
  show("person", (await okta.isAuthenticated()) ? (await okta.getUser()).preferred_username : "nobody");
told(async () => {
  if (okta.isLoginRedirect()) await okta.handleRedirect();
  // Forgets the tokens of before a logout.
  await okta.start();
  await showPerson();
});
</script></body></html>`;
