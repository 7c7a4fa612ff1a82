/** The authorization code flow, signed in as a browser does it, redeemed by a strict client that is not ours. */
import { request as httpRequest } from "node:http";
import { decodeJwt } from "jose";
import * as client from "openid-client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  askToken,
  assignConference,
  makeApp,
  makeClient,
  redirectUri,
  serveOkta,
  signInLocally,
  type TestApp,
  type TestOkta,
} from "../../support/okta.ts";

let okta: TestOkta;
let app: TestApp;
let config: client.Configuration;
beforeAll(async () => {
  okta = await serveOkta();
  app = await makeClient(okta);
  await assignConference(okta, app.id);
  config = await configFor(app);
});
afterAll(() => okta.close());

const ada = "ada.attendee@example.com";
const configFor = ({ clientId, clientSecret }: TestApp) =>
  client.discovery(new URL(okta.issuer), clientId, clientSecret, client.ClientSecretBasic(clientSecret), {
    execute: [client.allowInsecureRequests],
  });
const start = (parameters: Record<string, string | undefined> = {}, from = config) => {
  const all = { redirect_uri: redirectUri, scope: "a.read", state: "s-1", ...parameters };
  return client.buildAuthorizationUrl(
    from,
    Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as Record<
      string,
      string
    >,
  );
};
const errorOf = (callback: URL | undefined) => ({
  error: callback?.searchParams.get("error"),
  description: callback?.searchParams.get("error_description"),
  state: callback?.searchParams.get("state"),
});

const redeem = (code: string, more: Record<string, string> = {}) =>
  askToken(okta.issuer, app, {
    ...{ grant_type: "authorization_code", code, redirect_uri: redirectUri, ...more },
  });

describe("a sign-in", () => {
  it("gives an assigned person's app a token in Okta's shape", async () => {
    const { callback } = await signInLocally(start(), ada);
    const tokens = await client.authorizationCodeGrant(config, callback ?? new URL(redirectUri), {
      expectedState: "s-1",
    });
    const claims = decodeJwt(tokens.access_token);
    expect(claims).toMatchObject({
      ver: 1,
      aud: "api://default",
      cid: app.clientId,
      scp: ["a.read"],
      sub: ada,
      uid: expect.stringMatching(/^00u/),
      auth_time: expect.any(Number),
    });
    expect(tokens.expires_in).toBe(600);
    expect(tokens.id_token).toBeUndefined();
  });

  it("is refused when openid is asked for and the rule does not list it", async () => {
    const { callback } = await signInLocally(start({ scope: "openid profile a.read" }), ada);
    const granted = client.authorizationCodeGrant(config, callback ?? new URL(redirectUri), {
      expectedState: "s-1",
      idTokenExpected: true,
    });
    // The rule lists a.read and a.write only.
    await expect(granted).rejects.toMatchObject({ error: "access_denied" });
  });

  it("gives an id token when the rule allows openid", async () => {
    const open = await makeClient(okta, { label: "Open", rule: { scopeWhitelists: ["*"] } });
    await assignConference(okta, open.id);
    const openConfig = await configFor(open);
    const { callback } = await signInLocally(start({ scope: "openid a.read" }, openConfig), ada);
    const tokens = await client.authorizationCodeGrant(openConfig, callback ?? new URL(redirectUri), {
      expectedState: "s-1",
      idTokenExpected: true,
    });
    expect(tokens.claims()).toMatchObject({ iss: okta.issuer, aud: open.clientId });
    expect(decodeJwt(tokens.access_token).scp).toEqual(["openid", "a.read"]);
  });

  it("works with PKCE, and fails without its verifier or with a wrong one", async () => {
    const verifier = client.randomPKCECodeVerifier();
    const challenge = {
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: "S256",
    };
    const code = async () =>
      (await signInLocally(start(challenge), ada)).callback?.searchParams.get("code") ?? "";
    expect((await redeem(await code(), { code_verifier: verifier })).status).toBe(200);
    const refused = {
      status: 400,
      body: { error: "invalid_grant", error_description: "PKCE verification failed." },
    };
    expect(await redeem(await code(), { code_verifier: client.randomPKCECodeVerifier() })).toEqual(refused);
    expect(await redeem(await code())).toEqual(refused);
  });

  it("gives a token to an app that must use PKCE and does", async () => {
    const strict = await makeClient(okta, { label: "Uses PKCE", app: { pkceRequired: true } });
    await assignConference(okta, strict.id);
    const strictConfig = await configFor(strict);
    const pkceCodeVerifier = client.randomPKCECodeVerifier();
    const challenge = {
      code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
      code_challenge_method: "S256",
    };
    const { callback } = await signInLocally(start(challenge, strictConfig), ada);
    const tokens = await client.authorizationCodeGrant(strictConfig, callback ?? new URL(redirectUri), {
      expectedState: "s-1",
      pkceCodeVerifier,
    });
    expect(decodeJwt(tokens.access_token).cid).toBe(strict.clientId);
  });

  it("is remembered for the next app's authorization, which is judged all the same", async () => {
    const cookies = new Map<string, string>();
    await signInLocally(start(), ada, { cookies });
    const again = await signInLocally(start(), ada, { cookies });
    expect([again.posted, again.callback?.searchParams.has("code")]).toEqual([false, true]);
    const unassigned = await makeClient(okta, { label: "Unassigned" });
    const { callback, posted } = await signInLocally(start({}, await configFor(unassigned)), ada, {
      cookies,
    });
    expect([posted, errorOf(callback).description]).toEqual([
      false,
      "User is not assigned to the client application.",
    ]);
  });

  it("is forgotten by a sign-out, so that somebody else can sign in", async () => {
    const cookies = new Map<string, string>();
    await signInLocally(start(), "oscar.outsider@example.com", { cookies });
    const kept = new Map(cookies);
    const response = await fetch(`${okta.origin}/login/signout`, {
      headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join("; ") },
    });
    expect(await response.text()).toContain("Signed out");
    expect(response.headers.getSetCookie()[0]).toMatch(/^session_default=; Path=\/; Max-Age=0/);
    // The session is gone, and not its cookie alone.
    const { callback, posted } = await signInLocally(start(), ada, { cookies: kept });
    expect([posted, callback?.searchParams.has("code")]).toEqual([true, true]);
  });

  it("takes the place of somebody else's when it is asked for", async () => {
    const cookies = new Map<string, string>();
    await signInLocally(start(), ada, { cookies });
    const other = await signInLocally(start({ prompt: "login" }), "oscar.outsider@example.com", { cookies });
    expect([other.posted, errorOf(other.callback).error]).toEqual([true, "access_denied"]);
  });

  it("is refused with a wrong password or an unknown name, alike", async () => {
    for (const [name, password] of [
      [ada, "wrong"],
      ["nobody@example.com", "local-okta"],
    ] as const) {
      const { status, page, callback } = await signInLocally(start(), name, { password });
      expect([status, callback]).toEqual([401, undefined]);
      expect(page).toContain("Unable to sign in");
      expect(page).toContain(`value="${name}"`);
    }
  });

  it("tells the app that a person is not assigned", async () => {
    const { callback } = await signInLocally(start(), "oscar.outsider@example.com");
    expect(errorOf(callback)).toEqual({
      error: "access_denied",
      description: "User is not assigned to the client application.",
      state: "s-1",
    });
  });

  it("tells the app what the policy refuses", async () => {
    const limited = await makeClient(okta, { label: "Limited", rule: { scopeWhitelists: ["a.read"] } });
    await assignConference(okta, limited.id);
    const { callback } = await signInLocally(
      start({ scope: "a.read a.write" }, await configFor(limited)),
      ada,
    );
    expect(errorOf(callback)).toMatchObject({
      error: "access_denied",
      description: "Some of the requested scopes were denied by the policy. Denied scopes: [a.write].",
    });
  });

  it("is refused to people whom the rule does not name", async () => {
    const everyone = [...okta.org.groups.values()].find(({ name }) => name === "Everyone");
    const oscar = [...okta.org.users.values()].find(({ login }) => login.startsWith("oscar"));
    const named = await makeClient(okta, {
      label: "Named",
      rule: { groupWhitelists: [], userWhitelists: [oscar?.id] },
    });
    await okta.make("okta:app/groupAssignment:GroupAssignment", { appId: named.id, groupId: everyone?.id });
    const namedConfig = await configFor(named);
    expect(errorOf((await signInLocally(start({}, namedConfig), ada)).callback).description).toContain(
      "Policy evaluation failed",
    );
    expect(
      (await signInLocally(start({}, namedConfig), "oscar.outsider@example.com")).callback?.searchParams.has(
        "code",
      ),
    ).toBe(true);
  });
});

describe("the authorization endpoint", () => {
  it.each<[string, Record<string, string | undefined>, string, string]>([
    [
      "no state",
      { state: undefined },
      "invalid_request",
      "The authentication request has an invalid 'state' parameter.",
    ],
    [
      "another response type",
      { response_type: "token" },
      "unsupported_response_type",
      "The response type is not supported by the authorization server. Configured response types: [code]",
    ],
    [
      "an unknown scope",
      { scope: "a.delete" },
      "invalid_scope",
      "One or more scopes are not configured for the authorization server resource.",
    ],
    [
      "no scope",
      { scope: undefined },
      "invalid_scope",
      "The authorization server resource does not have any configured default scopes, 'scope' must be provided.",
    ],
  ])("tells the app of %s", async (_, parameters, error, description) => {
    const { callback } = await signInLocally(start(parameters), ada);
    expect(errorOf(callback)).toEqual({
      error,
      description,
      state: parameters.state === undefined && "state" in parameters ? null : "s-1",
    });
  });

  it.each<[string, Record<string, string>, string]>([
    [
      "a redirect URI with a slash more",
      { redirect_uri: `${redirectUri}/` },
      "must be a Login redirect URI in the client app settings.",
    ],
    [
      "a redirect URI in another letter case",
      { redirect_uri: redirectUri.replace("/okta", "/Okta") },
      "must be a Login redirect URI in the client app settings.",
    ],
    ["an unknown client", { client_id: "0oaNobody" }, "Invalid value for &#39;client_id&#39; parameter."],
  ])("shows the person %s, and sends nobody anywhere", async (_, parameters, text) => {
    const { status, page, callback } = await signInLocally(start(parameters), ada);
    expect([status, callback]).toEqual([400, undefined]);
    expect(page).toContain(text);
  });

  it("refuses an app of type service", async () => {
    const service = await makeApp(okta, {
      label: "Service",
      type: "service",
      grantTypes: ["client_credentials"],
      redirectUris: [],
      responseTypes: ["token"],
    });
    const { page } = await signInLocally(start({}, await configFor(service)), ada);
    expect(page).toContain("are not allowed to access the &#39;authorize&#39; endpoint");
  });

  it("demands a code challenge where the app does", async () => {
    const strict = await makeClient(okta, { label: "Strict", app: { pkceRequired: true } });
    const { callback } = await signInLocally(start({}, await configFor(strict)), ada);
    expect(errorOf(callback).description).toBe("PKCE code challenge is required by the application.");
  });

  it("escapes what an app's label says on the sign-in page", async () => {
    const rude = await makeClient(okta, { label: "<script>alert(1)</script>" });
    const { page } = await signInLocally(start({}, await configFor(rude)), "x", { password: "x" });
    expect(page).toContain("&#60;script&#62;");
    expect(page).not.toContain("<script");
  });

  it.each<[string, () => URL | string]>([
    ["an unknown redirect URI", () => start({ redirect_uri: "http://elsewhere.example" })],
    ["a sign-in that waits", () => start()],
    ["a sign-in that has ended", () => `${okta.origin}/oauth2/default/sign-in/none`],
    ["an authorization that has ended", () => `${okta.issuer}/v1/authorize/none`],
    ["a parameter twice", () => `${start()}&client_id=x`],
    ["the end of a session", () => `${okta.origin}/login/signout`],
  ])("sends a page that loads and runs nothing for %s", async (_, address) => {
    const html = { accept: "text/html" };
    const { headers } = await fetch(address(), { redirect: "manual", headers: html });
    const cookie = headers.getSetCookie().map((one) => one.split(";")[0]);
    const next = new URL(headers.get("location") ?? address(), okta.origin);
    const page = await fetch(next, { headers: { ...html, cookie: cookie.join("; ") } });
    expect(page.headers.get("content-security-policy")).toMatch(
      /^default-src 'none'; style-src 'unsafe-inline';/,
    );
    expect(await page.text()).not.toMatch(/<script|<link|src=|@import|url\(/);
  });

  it("tells the app that it sends nobody back by a form", async () => {
    const { callback } = await signInLocally(start({ response_mode: "form_post" }), ada);
    expect(errorOf(callback).error).toBe("unsupported_response_mode");
  });

  it("answers at its own name alone", async () => {
    const status = await new Promise((resolve, reject) => {
      const sent = httpRequest(
        `${okta.origin}/login/signout`,
        { headers: { host: "evil.example" } },
        (response) => {
          response.resume();
          resolve(response.statusCode);
        },
      );
      sent.on("error", reject).end();
    });
    expect(status).toBe(421);
  });
});

describe("a code", () => {
  const code = async () => (await signInLocally(start(), ada)).callback?.searchParams.get("code") ?? "";
  const invalid = {
    status: 400,
    body: { error: "invalid_grant", error_description: "The authorization code is invalid or has expired." },
  };

  it("works once", async () => {
    const once = await code();
    expect((await redeem(once)).status).toBe(200);
    expect(await redeem(once)).toEqual(invalid);
  });

  it("is refused when nobody gave it", async () => {
    expect(await redeem("made-up")).toEqual(invalid);
  });

  it("is refused with another redirect URI than it was asked for with", async () => {
    expect(await redeem(await code(), { redirect_uri: "http://127.0.0.1:8401/other" })).toEqual({
      status: 400,
      body: {
        error: "invalid_grant",
        error_description:
          "The 'redirect_uri' does not match the redirection URI used in the authorization request.",
      },
    });
  });

  it("never stands in the log", async () => {
    const secret = await code();
    await redeem(secret, { redirect_uri: "http://127.0.0.1:8401/other" });
    expect(okta.log.join("\n")).not.toContain(secret);
  });
});

describe("the sign-in page", () => {
  it("says that it has ended when it is opened without its cookie", async () => {
    const response = await fetch(start(), { redirect: "manual" });
    const page = await fetch(new URL(response.headers.get("location") ?? "", okta.origin));
    expect([page.status, await page.text()]).toEqual([
      400,
      expect.stringContaining("This sign-in has ended"),
    ]);
  });
});
