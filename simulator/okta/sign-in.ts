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
  const label = app?.label ?? "an application";
  if (request.method !== "POST") {
    response.writeHead(200, pageHeaders).end(signInPage(label));
    return;
  }
  const form = await readForm(request);
  const user = [...org.users.values()].find(({ login }) => login === form?.get("username"));
  if (user === undefined || form?.get("password") !== localPassword) {
    response.writeHead(401, pageHeaders).end(signInPage(label, "Unable to sign in"));
    return;
  }
  await provider.interactionFinished(request, response, { login: { accountId: user.id } });
}
