import type { IncomingMessage, ServerResponse } from "node:http";
import type Provider from "oidc-provider";
import { readForm } from "./http-body.ts";
import { localPassword, type OktaOrg } from "./org.ts";
import { errorPage, pageHeaders, signInPage } from "./pages.ts";

/** The sign-in page of an authorization that waits for a person. */
export async function serveSignIn(
  org: OktaOrg,
  { provider, request, response }: { provider: Provider; request: IncomingMessage; response: ServerResponse },
): Promise<void> {
  const details = await provider.interactionDetails(request, response).catch(() => undefined);
  if (details === undefined) {
    // Opened without its cookie, twice, or too late.
    response
      .writeHead(400, pageHeaders)
      .end(errorPage(400, "This sign-in has ended. Go back to the application and start again."));
    return;
  }
  const app = org.apps.get(String(details.params.client_id));
  const form = {
    appLabel: app?.label ?? "an application",
    logins: [...org.users.values()].map(({ login }) => login),
    password: localPassword,
  };
  if (request.method !== "POST") {
    response.writeHead(200, pageHeaders).end(signInPage(form));
    return;
  }
  const sent = await readForm(request);
  const user = [...org.users.values()].find(({ login }) => login === sent?.get("username"));
  if (user === undefined || sent?.get("password") !== localPassword) {
    response.writeHead(401, pageHeaders).end(signInPage({ ...form, problem: "Unable to sign in" }));
    return;
  }
  await provider.interactionFinished(request, response, { login: { accountId: user.id } });
}
