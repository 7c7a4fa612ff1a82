import { createHash, randomBytes } from "node:crypto";
import type { Person } from "./client.ts";
import { whyNoAnswer } from "./no-answer.ts";
import { type ClientCredentials, redeemCode, TokenRequestError } from "./okta-client.ts";

/** A client that people sign in with. */
export interface SignInClient extends ClientCredentials {
  readonly authorizationEndpoint: string;
  /** One of the client's own. Nothing has to listen there: the code is read off the redirect. */
  readonly redirectUri: string;
}

/**
 * Gets an access token as a person, by the authorization code flow with PKCE, without a browser: it fills in the sign-in form.
 *
 * It works where the sign-in page is a form with the fields `username` and `password`, as the local Okta's is. A deployed Okta's
 * page needs a browser.
 *
 * @throws {TokenRequestError} when Okta refuses the client, the person or the scopes, has no such form, or does not answer.
 * @see https://developer.okta.com/docs/guides/implement-grant-type/authcodepkce/main/
 */
export async function signIn(
  client: SignInClient,
  person: Pick<Person, "name" | "login" | "password">,
  scopes: readonly string[],
): Promise<string> {
  const verifier = randomBytes(32).toString("base64url");
  const state = randomBytes(16).toString("base64url");
  const start = new URL(client.authorizationEndpoint);
  start.search = new URLSearchParams({
    response_type: "code",
    ...{ client_id: client.clientId, redirect_uri: client.redirectUri, scope: scopes.join(" "), state },
    code_challenge: createHash("sha256").update(verifier).digest("base64url"),
    code_challenge_method: "S256",
  }).toString();
  const { login: username, password } = person;
  const walked = await walkSignIn(start, { username, password, redirectUri: client.redirectUri });
  const code = codeOf(walked, { name: client.name ?? person.name, scopes, state });
  return redeemCode(client, { code, verifier, redirectUri: client.redirectUri, scopes });
}

/** What came of a sign-in. */
export interface WalkedSignIn {
  /** Where Okta sent the browser in the end; `undefined` where it showed a page instead. */
  readonly callback: URL | undefined;
  readonly page: string;
  /** Of the last answer. */
  readonly status: number;
  /** Whether the form was filled in. A session that Okta remembers needs none. */
  readonly posted: boolean;
}

// Okta itself needs four redirects.
const mostHops = 10;

/**
 * Goes through a sign-in as a browser does, with cookies, up to the address that the client is called back at.
 *
 * @param cookies Okta's session; it is changed. @defaultValue an empty one
 * @throws {TokenRequestError} when Okta does not answer, or sends the browser elsewhere.
 */
export async function walkSignIn(
  start: URL,
  {
    username,
    password,
    redirectUri,
    cookies = new Map(),
  }: { username: string; password: string; redirectUri: string; cookies?: Map<string, string> },
): Promise<WalkedSignIn> {
  let next = start;
  let body: URLSearchParams | undefined;
  let posted = false;
  for (let hop = 0; hop < mostHops; hop += 1) {
    const response = await visit(next, { body, cookies });
    const page = await response.text();
    const { status } = response;
    const location = response.headers.get("location");
    if (location === null) {
      if (posted || !isSignInForm(page)) return { callback: undefined, page, status, posted };
      body = new URLSearchParams({ username, password });
      posted = true;
      continue;
    }
    body = undefined;
    next = new URL(location, next);
    if (next.href.startsWith(redirectUri)) return { callback: next, page, status, posted };
    // The password and the session are Okta's alone.
    if (next.origin !== start.origin)
      throw new TokenRequestError(
        `Okta's sign-in at ${start.origin} leads to ${next.origin}, which is neither Okta nor the client's redirect URI. Check the client's redirect URIs in Okta.`,
      );
  }
  throw new TokenRequestError(`Okta's sign-in at ${start.origin} does not end after ${mostHops} pages.`);
}

async function visit(
  url: URL,
  { body, cookies }: { body: URLSearchParams | undefined; cookies: Map<string, string> },
): Promise<Response> {
  try {
    const response = await fetch(url, {
      redirect: "manual",
      method: body === undefined ? "GET" : "POST",
      headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join("; ") },
      signal: AbortSignal.timeout(30_000),
      ...(body === undefined ? {} : { body }),
    });
    for (const cookie of response.headers.getSetCookie()) {
      const [name = "", ...value] = cookie.split(";")[0]?.split("=") ?? [];
      cookies.set(name, value.join("="));
    }
    return response;
  } catch (cause) {
    throw new TokenRequestError(
      `Okta's sign-in at ${url.origin} does not answer (${whyNoAnswer(cause)}). Check that it runs and is reachable.`,
      { cause },
    );
  }
}

function isSignInForm(page: string): boolean {
  return ["username", "password"].every((field) => new RegExp(`<input[^>]* name="${field}"`).test(page));
}

function codeOf(
  { callback, page, posted, status }: WalkedSignIn,
  { name, scopes, state }: { name: string; scopes: readonly string[]; state: string },
): string {
  const subject = `Okta gave "${name}" no token for "${scopes.join(" ")}"`;
  const refused = (words: string, nextStep: string) =>
    new TokenRequestError(`${subject}: ${words}. ${nextStep}`, { refusal: { client: name, words } });
  if (callback === undefined) {
    const said = /role="alert"[^>]*>([^<]+)</.exec(page)?.[1];
    const words = said === undefined ? "" : `, "${plain(said)}"`;
    if (posted)
      throw refused(`it refused the sign-in (${status}${words})`, "Check the person's login and password.");
    throw said === undefined
      ? new TokenRequestError(
          `${subject}: its sign-in page has no form for a name and a password (${status}). Sign in with a browser, and hand the token in.`,
        )
      : refused(`${status}${words}`, "Compare the client with its app in Okta.");
  }
  const answer = callback.searchParams;
  const [code, error] = [answer.get("code"), answer.get("error") ?? undefined];
  if (answer.get("state") !== state)
    throw new TokenRequestError(`${subject}: the answer carries another state than the request.`);
  if (code !== null) return code;
  const oktaDescription = answer.get("error_description") ?? undefined;
  const words = [error, oktaDescription]
    .filter((part) => part !== undefined)
    .join(": ")
    .replace(/\.$/, "");
  throw new TokenRequestError(
    `${subject}: ${words}. Compare the scopes with the client's, and the person's groups with those that the client is assigned to.`,
    { refusal: { client: name, oktaError: error, oktaDescription, words } },
  );
}

/** Text of a page: `&#39;` → `'`. */
function plain(text: string): string {
  return text.replaceAll(/&#(\d+);/g, (_, digits: string) => String.fromCodePoint(Number(digits)));
}
