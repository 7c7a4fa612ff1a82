import type { IncomingMessage, ServerResponse } from "node:http";
import { errors, type Provider } from "oidc-provider";
import { readForm } from "./http-body.ts";
import { localPassword, type OktaOrg } from "./org.ts";
import { errorPage, pageHeaders, signedOutPage, signInPage } from "./pages.ts";

/** What is said of a sign-in that was opened without its cookie, twice, or too late. */
export const signInEnded = "This sign-in has ended. Go back to the application and start again.";

/** A request, and the authorization server that answers it. */
interface Call {
  readonly oauthProvider: Provider;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** The sign-in page of an authorization that waits for a person. */
export async function serveSignIn(org: OktaOrg, call: Call): Promise<void> {
  try {
    await signIn(org, call);
  } catch (error) {
    if (!(error instanceof errors.SessionNotFound)) throw error;
    call.response.writeHead(400, pageHeaders).end(errorPage(400, signInEnded));
  }
}

async function signIn(org: OktaOrg, { oauthProvider: provider, request, response }: Call): Promise<void> {
  const details = await provider.interactionDetails(request, response);
  const app = org.apps.get(String(details.params.client_id));
  const people = [...org.users.values()].filter(({ status }) => status === "ACTIVE");
  const form = {
    appLabel: app?.label ?? "an application",
    logins: people.filter(({ password }) => password === localPassword).map(({ login }) => login),
    password: localPassword,
  };
  if (request.method !== "POST") {
    response.writeHead(200, pageHeaders).end(signInPage(form));
    return;
  }
  const sent = await readForm(request);
  const username = sent?.get("username") ?? "";
  const user = people.find(({ login }) => login === username);
  if (user?.password == null || sent?.get("password") !== user.password) {
    const refused = { username, problem: "Unable to sign in" };
    response.writeHead(401, pageHeaders).end(signInPage({ ...form, refused }));
    return;
  }
  const result = { login: { accountId: user.id } };
  const returnTo = await provider.interactionResult(request, response, result);
  await forgetOthers(provider, request, user.id);
  response.writeHead(303, { location: returnTo }).end();
}

/** Ends the session with every one of the org's authorization servers, as Okta's address for it does. */
export async function serveSignOut(
  providers: readonly Provider[],
  { request, response, location }: Omit<Call, "oauthProvider"> & { readonly location?: string | undefined },
): Promise<void> {
  const cookies = await endSessions(providers, request);
  if (location === undefined)
    response.writeHead(200, { ...pageHeaders, "set-cookie": cookies }).end(signedOutPage());
  else response.writeHead(302, { location, "cache-control": "no-store", "set-cookie": cookies }).end();
}

async function endSessions(providers: readonly Provider[], request: IncomingMessage): Promise<string[]> {
  const ended: string[] = [];
  for (const provider of providers) {
    await (await sessionOf(provider, request))?.destroy();
    const cookie = provider.cookieName("session");
    ended.push(
      ...[cookie, `${cookie}.sig`].map((name) => `${name}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax`),
    );
  }
  return ended;
}

// With somebody else in the session, the library would put a page of its own in between.
async function forgetOthers(provider: Provider, request: IncomingMessage, userId: string): Promise<void> {
  const session = await sessionOf(provider, request);
  if (session?.accountId === undefined || session.accountId === userId) return;
  session.accountId = undefined;
  session.authorizations = undefined;
  await session.persist();
}

/** The session of the browser that a request comes from. */
export function sessionOf(provider: Provider, { headers }: IncomingMessage) {
  const start = `${provider.cookieName("session")}=`;
  const cookie = (headers.cookie ?? "").split("; ").find((pair) => pair.startsWith(start));
  return provider.Session.find(cookie?.slice(start.length) ?? "");
}
