/** openid-client as each kind of client: service, web, browser and native app, from the sign-in to the logout. */
import { exportJWK, generateKeyPair, type JWK } from "jose";
import * as client from "openid-client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Properties } from "../../../simulator/providers/resource.ts";
import { assignConference, makeClient, serveOkta, signInLocally, type TestOkta } from "../../support/okta.ts";

let okta: TestOkta;
beforeAll(async () => {
  okta = await serveOkta();
});
afterAll(() => okta.close());

const ada = "ada.attendee@example.com";
const secured = { execute: [client.allowInsecureRequests] };
const httpUri = "http://127.0.0.1:8401/callback";

interface Registered {
  readonly id: string;
  readonly config: client.Configuration;
  readonly redirect_uri: string;
}

/** Registers an app, with a rule for every scope, and assigns Ada's group to it. */
async function register(
  app: Properties,
  { authentication, rule = {} }: { authentication?: client.ClientAuth; rule?: Properties } = {},
): Promise<Registered> {
  const label = JSON.stringify([app, rule]).slice(0, 90);
  const made = await makeClient(okta, {
    label,
    app: { redirectUris: [httpUri], grantTypes: ["authorization_code", "refresh_token"], ...app },
    rule: { scopeWhitelists: ["*"], ...rule },
  });
  await assignConference(okta, made.id);
  const how =
    authentication ??
    (app.tokenEndpointAuthMethod === "none" ? client.None() : client.ClientSecretBasic(made.clientSecret));
  const config = await client.discovery(new URL(okta.issuer), made.clientId, undefined, how, secured);
  const [redirect_uri = httpUri] = (app.redirectUris as string[] | undefined) ?? [httpUri];
  return { id: made.id, config, redirect_uri };
}

const spa = { type: "browser", tokenEndpointAuthMethod: "none" };
const rotating = { ...spa, refreshTokenRotation: "ROTATE" };

/** Signs Ada in with PKCE and redeems the code. */
async function tokensOf(
  { config, redirect_uri }: Registered,
  scope = "openid profile email offline_access a.read",
  cookies = new Map<string, string>(),
) {
  const pkceCodeVerifier = client.randomPKCECodeVerifier();
  const start = client.buildAuthorizationUrl(config, {
    ...{ redirect_uri, scope, state: "s", nonce: "n", code_challenge_method: "S256" },
    code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
  });
  const { callback, page } = await signInLocally(start, ada, { end: redirect_uri, cookies });
  if (callback === undefined) throw new Error(page);
  const expected = scope.split(" ").includes("openid") ? { expectedNonce: "n" } : {};
  return client.authorizationCodeGrant(config, callback, {
    ...{ pkceCodeVerifier, expectedState: "s", ...expected },
  });
}

const oktaRefusalOf = (call: Promise<unknown>) =>
  call.then(
    () => "no refusal",
    ({ error, error_description }: { error: string; error_description: string }) => [
      error,
      error_description,
    ],
  );
const invalidRefreshToken = ["invalid_grant", "The refresh token is invalid or expired."];

describe("a service", () => {
  it("gets a token with its secret", async () => {
    const service = { type: "service", grantTypes: ["client_credentials"], responseTypes: ["token"] };
    const { config } = await register(service, { rule: { grantTypeWhitelists: ["client_credentials"] } });
    const tokens = await client.clientCredentialsGrant(config, { scope: "a.read" });
    expect(tokens).toMatchObject({ token_type: "bearer", scope: "a.read" });
    expect(tokens.refresh_token).toBeUndefined();
  });

  it("gets a token with its private key, and none with another's", async () => {
    const [own, other] = await Promise.all([generateKeyPair("RS256"), generateKeyPair("RS256")]);
    const jwk = (await exportJWK(own.publicKey)) as JWK & { n: string; e: string };
    const keyed = {
      ...{ type: "service", grantTypes: ["client_credentials"], responseTypes: ["token"] },
      tokenEndpointAuthMethod: "private_key_jwt",
      jwks: [{ kty: "RSA", kid: "k1", n: jwk.n, e: jwk.e }],
    };
    const by = (key: client.CryptoKey) =>
      client.PrivateKeyJwt(
        { key, kid: "k1" },
        // Okta asks for the endpoint's address, where the client would name the issuer.
        {
          [client.modifyAssertion]: (_, claims) => Object.assign(claims, { aud: `${okta.issuer}/v1/token` }),
        },
      );
    const rule = { grantTypeWhitelists: ["client_credentials"] };
    const { config, id } = await register(keyed, { authentication: by(own.privateKey), rule });
    const tokens = await client.clientCredentialsGrant(config, { scope: "a.read" });
    expect(tokens.scope).toBe("a.read");
    const stolen = await client.discovery(new URL(okta.issuer), id, undefined, by(other.privateKey), secured);
    const refused = await oktaRefusalOf(client.clientCredentialsGrant(stolen, { scope: "a.read" }));
    expect(refused).toEqual(["invalid_client", "The client_assertion signature is invalid."]);
  });
});

describe("an app that people sign in to", () => {
  it.each([
    ["web", { type: "web" }],
    ["browser", spa],
    [
      "native",
      { type: "native", tokenEndpointAuthMethod: "none", redirectUris: ["com.example.app:/callback"] },
    ],
  ])("of type %s gets tokens, refreshes them, and reads who signed in", async (_, app) => {
    const registered = await register(app);
    const tokens = await tokensOf(registered);
    expect(tokens).toMatchObject({ scope: "openid profile email offline_access a.read" });
    expect(tokens.claims()).toMatchObject({
      ...{ iss: okta.issuer, aud: registered.id, name: "Ada Attendee", email: ada, ver: 1 },
    });
    const { config } = registered;
    const refreshed = await client.refreshTokenGrant(config, tokens.refresh_token ?? "");
    expect(refreshed.access_token).not.toBe(tokens.access_token);
    const sub = tokens.claims()?.sub ?? "";
    expect(await client.fetchUserInfo(config, refreshed.access_token, sub)).toEqual({
      ...{ sub, name: "Ada Attendee", given_name: "Ada", family_name: "Attendee", nickname: "ada" },
      ...{ preferred_username: ada, email: ada, email_verified: true },
      ...{ zoneinfo: "America/Los_Angeles", locale: "en_US", updated_at: expect.any(Number) },
    });
  });

  it("gets no refresh token when it does not ask for one, or must not have one", async () => {
    const mayNot = await register({ ...spa, grantTypes: ["authorization_code"] });
    const [unasked, refused] = [await tokensOf(await register(spa), "openid a.read"), await tokensOf(mayNot)];
    expect([unasked.refresh_token, refused.refresh_token]).toEqual([undefined, undefined]);
  });

  it("is refused offline_access when the rule does not list the scope", async () => {
    const strict = await register(spa, { rule: { scopeWhitelists: ["openid", "a.read"] } });
    const refused = await oktaRefusalOf(tokensOf(strict, "openid a.read offline_access"));
    expect(refused).toEqual([
      "access_denied",
      "Some of the requested scopes were denied by the policy. Denied scopes: [offline_access].",
    ]);
  });
});

describe("a refresh token", () => {
  it("stays when the app keeps it, and gives fewer scopes when fewer are asked for", async () => {
    const registered = await register({ type: "web" });
    const { refresh_token = "" } = await tokensOf(registered);
    const first = await client.refreshTokenGrant(registered.config, refresh_token);
    const second = await client.refreshTokenGrant(registered.config, refresh_token, { scope: "a.read" });
    expect([first.refresh_token, second.refresh_token]).toEqual([refresh_token, refresh_token]);
    expect(second.scope).toBe("a.read");
    const wider = client.refreshTokenGrant(registered.config, refresh_token, { scope: "a.read a.write" });
    expect(await oktaRefusalOf(wider)).toEqual([
      "access_denied",
      "Some of the scopes requested for the refresh request were not granted in the original authorize request. Denied scopes: [a.write].",
    ]);
  });

  it("is replaced at each use when the app rotates it, and a second use ends all that the sign-in gave", async () => {
    const { config, ...registered } = await register(rotating);
    const first = await tokensOf({ config, ...registered });
    const second = await client.refreshTokenGrant(config, first.refresh_token ?? "");
    expect(second.refresh_token).not.toBe(first.refresh_token);
    const isActive = async (token = "") => (await client.tokenIntrospection(config, token)).active;
    expect([await isActive(second.access_token), await isActive(second.refresh_token)]).toEqual([true, true]);
    const reuse = await oktaRefusalOf(client.refreshTokenGrant(config, first.refresh_token ?? ""));
    expect(reuse).toEqual(invalidRefreshToken);
    const next = await oktaRefusalOf(client.refreshTokenGrant(config, second.refresh_token ?? ""));
    expect(next).toEqual(invalidRefreshToken);
    expect([await isActive(first.access_token), await isActive(second.access_token)]).toEqual([false, false]);
  });

  it("can be used again within the app's grace period", async () => {
    const { config, ...registered } = await register({ ...rotating, refreshTokenLeeway: 60 });
    const { refresh_token = "" } = await tokensOf({ config, ...registered });
    await client.refreshTokenGrant(config, refresh_token);
    expect((await client.refreshTokenGrant(config, refresh_token)).refresh_token).not.toBe(refresh_token);
  });

  it("is no good in another app's hands, nor when it is none", async () => {
    const { refresh_token = "" } = await tokensOf(await register(spa));
    const { config } = await register({ ...spa, label: "Other" });
    expect(await oktaRefusalOf(client.refreshTokenGrant(config, refresh_token))).toEqual(invalidRefreshToken);
    expect(await oktaRefusalOf(client.refreshTokenGrant(config, "x"))).toEqual(invalidRefreshToken);
  });

  it("gives nothing when the person may no longer use the app", async () => {
    const { config, id, ...registered } = await register(spa);
    const { refresh_token = "" } = await tokensOf({ config, id, ...registered });
    for (const { id: assignment, appId } of okta.org.assignments.values())
      if (appId === id) okta.org.assignments.delete(assignment);
    expect(await oktaRefusalOf(client.refreshTokenGrant(config, refresh_token))).toEqual([
      "access_denied",
      "User is not assigned to the client application.",
    ]);
  });

  it("is refused to an app without the grant", async () => {
    const { config } = await register({ ...spa, grantTypes: ["authorization_code"] });
    expect(await oktaRefusalOf(client.refreshTokenGrant(config, "x"))).toEqual([
      "unauthorized_client",
      "The client is not authorized to use the provided grant type. Configured grant types: [authorization_code].",
    ]);
  });
});

describe("introspection", () => {
  it("tells what a token is good for, and nothing of one that is none", async () => {
    const registered = await register({ type: "web" });
    const { config } = registered;
    const { access_token, refresh_token = "", id_token = "" } = await tokensOf(registered);
    const token = await client.tokenIntrospection(config, access_token);
    expect(token).toMatchObject({
      ...{ active: true, token_type: "Bearer", client_id: registered.id, username: ada, sub: ada },
      ...{ iss: okta.issuer, aud: "api://default", uid: expect.stringMatching(/^00u/) },
      scope: "openid profile email offline_access a.read",
    });
    expect(await client.tokenIntrospection(config, refresh_token)).toMatchObject({ active: true });
    expect(await client.tokenIntrospection(config, id_token)).toMatchObject({ active: true });
    expect(await client.tokenIntrospection(config, "x")).toEqual({ active: false });
    expect(await client.tokenIntrospection(config, `${access_token}x`)).toEqual({ active: false });
  });

  it("tells another app's access token to an app with a secret alone, and its refresh token to nobody", async () => {
    const { access_token, refresh_token = "" } = await tokensOf(await register(spa));
    const web = await register({ type: "web", label: "Reads" });
    const other = await register({ ...spa, label: "Pries" });
    const isActive = async ({ config }: Registered, token: string) =>
      (await client.tokenIntrospection(config, token)).active;
    expect([await isActive(web, access_token), await isActive(web, refresh_token)]).toEqual([true, false]);
    expect(await isActive(other, access_token)).toBe(false);
  });
});

describe("revocation", () => {
  it("of an access token leaves the refresh token, and of that one ends both", async () => {
    const registered = await register(spa);
    const { config } = registered;
    const { access_token, refresh_token = "" } = await tokensOf(registered);
    await client.tokenRevocation(config, access_token);
    expect(await client.tokenIntrospection(config, access_token)).toEqual({ active: false });
    expect(await oktaRefusalOf(client.fetchUserInfo(config, access_token, client.skipSubjectCheck))).not.toBe(
      "no refusal",
    );
    const next = await client.refreshTokenGrant(config, refresh_token);
    await client.tokenRevocation(config, refresh_token, { token_type_hint: "refresh_token" });
    expect(await client.tokenIntrospection(config, next.access_token)).toEqual({ active: false });
    expect(await oktaRefusalOf(client.refreshTokenGrant(config, refresh_token))).toEqual(invalidRefreshToken);
  });

  it("of another app's token changes nothing", async () => {
    const registered = await register(spa);
    const { access_token } = await tokensOf(registered);
    const { config } = await register({ ...spa, label: "Meddles" });
    await client.tokenRevocation(config, access_token);
    expect(await client.tokenIntrospection(registered.config, access_token)).toMatchObject({ active: true });
  });
});

describe("an app without a secret that sends its id alone as Basic credentials, as okta-auth-js does", () => {
  const post = (path: string, credentials: string, form: Record<string, string>) =>
    fetch(`${okta.issuer}${path}`, {
      method: "POST",
      headers: { authorization: `Basic ${Buffer.from(credentials).toString("base64")}` },
      body: new URLSearchParams(form),
    });

  it("ends its token", async () => {
    const registered = await register(spa);
    const { access_token: token } = await tokensOf(registered);
    const response = await post("/v1/revoke", registered.id, { token });
    expect([response.status, await response.text()]).toEqual([200, ""]);
    expect(await client.tokenIntrospection(registered.config, token)).toEqual({ active: false });
  });

  it("is refused at the token endpoint", async () => {
    const { id, ...registered } = await register(spa);
    const { refresh_token = "" } = await tokensOf({ id, ...registered });
    const response = await post("/v1/token", id, { grant_type: "refresh_token", refresh_token });
    expect([response.status, await response.json()]).toEqual([
      401,
      {
        error: "invalid_client",
        error_description: "Found Authentication header but was not valid client credentials.",
      },
    ]);
  });

  it.each([
    ["no secret where the app has one", { type: "web" }, {}, "No client credentials found."],
    [
      "the id in the body too",
      spa,
      { client_id: "again" },
      "Cannot supply multiple client credentials. Use one of the following: credentials in the Authorization header, credentials in the post body, or a client_assertion in the post body.",
    ],
  ])("is refused with %s", async (_, app, more, words) => {
    const registered = await register(app);
    const { access_token: token } = await tokensOf(registered);
    const response = await post("/v1/revoke", registered.id, { token, ...more });
    expect([response.status, ((await response.json()) as Properties).error_description]).toEqual([
      401,
      words,
    ]);
  });
});

describe("userinfo", () => {
  const ask = async (headers: Record<string, string>) => {
    const response = await fetch(`${okta.issuer}/v1/userinfo`, { headers });
    return [response.status, response.headers.get("www-authenticate")] as const;
  };

  it.each([
    ["no token", {}, 401, 'error="invalid_request", error_description="The access token is missing."'],
    [
      "a token that is none",
      { authorization: "Bearer x" },
      401,
      'error="invalid_token", error_description="The access token is invalid."',
    ],
  ])("is refused with %s", async (_, headers, status, words) => {
    expect(await ask(headers)).toEqual([status, expect.stringContaining(words)]);
  });

  it("is refused with a token without openid", async () => {
    const { access_token } = await tokensOf(await register(spa), "a.read");
    expect(await ask({ authorization: `Bearer ${access_token}` })).toEqual([
      403,
      expect.stringContaining(
        'error="insufficient_scope", error_description="The access token provided does not contain the required scopes."',
      ),
    ]);
  });
});

describe("a logout", () => {
  const signedOut = "http://127.0.0.1:8401/goodbye";
  const leave = (url: URL, cookies: ReadonlyMap<string, string>) =>
    fetch(url, {
      redirect: "manual",
      headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join("; ") },
    });

  it("ends the session and sends the browser back to the app", async () => {
    const registered = await register({ ...spa, postLogoutRedirectUris: [signedOut] });
    const cookies = new Map<string, string>();
    const { id_token = "" } = await tokensOf(registered, "openid", cookies);
    const again = await signInLocally(
      client.buildAuthorizationUrl(registered.config, await request(registered)),
      ada,
      { cookies, end: httpUri },
    );
    expect(again.posted).toBe(false);
    const url = client.buildEndSessionUrl(registered.config, {
      ...{ id_token_hint: id_token, post_logout_redirect_uri: signedOut, state: "bye" },
    });
    const response = await leave(url, cookies);
    expect([response.status, response.headers.get("location")]).toEqual([302, `${signedOut}?state=bye`]);
    for (const cookie of response.headers.getSetCookie())
      cookies.delete(cookie.slice(0, cookie.indexOf("=")));
    const after = await signInLocally(
      client.buildAuthorizationUrl(registered.config, await request(registered)),
      ada,
      { cookies, end: httpUri },
    );
    expect(after.posted).toBe(true);
  });

  const request = async ({ redirect_uri }: Registered) => ({
    ...{ redirect_uri, scope: "openid", state: "s", code_challenge_method: "S256" },
    code_challenge: await client.calculatePKCECodeChallenge(client.randomPKCECodeVerifier()),
  });

  it.each([
    [
      "another address to go back to",
      { post_logout_redirect_uri: "http://127.0.0.1:8401/elsewhere" },
      "The &#39;post_logout_redirect_uri&#39; parameter must be a Logout redirect URI in the client app settings.",
    ],
    ["an ID token that is none", { id_token_hint: "x" }, "The &#39;id_token_hint&#39; parameter is invalid."],
    ["no ID token", { id_token_hint: "" }, "The required parameter &#39;id_token_hint&#39; is missing."],
  ])("is refused on a page with %s", async (_, changed, words) => {
    const registered = await register({ ...spa, postLogoutRedirectUris: [signedOut] });
    const { id_token = "" } = await tokensOf(registered, "openid");
    const url = client.buildEndSessionUrl(registered.config, { id_token_hint: id_token, ...changed });
    const response = await leave(url, new Map());
    expect([response.status, await response.text()]).toEqual([400, expect.stringContaining(words)]);
  });
});

describe("a page of another origin", () => {
  const origin = "https://shop.example";
  const preflight = async (path: string, from: string) => {
    const headers = {
      ...{ origin: from, "access-control-request-method": "POST" },
      "access-control-request-headers": "content-type,x-okta-user-agent-extended",
    };
    const response = await fetch(`${okta.issuer}${path}`, { method: "OPTIONS", headers });
    return [
      response.headers.get("access-control-allow-origin"),
      response.headers.get("access-control-allow-headers"),
    ];
  };

  it("may call the endpoints when the org trusts its origin, and not otherwise", async () => {
    const paths = [
      "/v1/token",
      "/v1/userinfo",
      "/v1/revoke",
      "/.well-known/openid-configuration",
      "/v1/keys",
    ];
    await okta.make("okta:trustedorigin/origin:Origin", { name: "Shop", origin, scopes: [{ type: "CORS" }] });
    for (const path of paths) {
      expect(await preflight(path, origin)).toEqual([origin, "content-type,x-okta-user-agent-extended"]);
      expect(await preflight(path, "https://other.example")).toEqual([null, null]);
    }
    expect(await preflight("/v1/logout", origin)).toEqual([null, null]);
  });

  it("reads why it is refused a token", async () => {
    const response = await fetch(`${okta.issuer}/v1/token`, { method: "POST", headers: { origin } });
    expect([response.status, response.headers.get("access-control-allow-origin")]).toEqual([400, origin]);
  });

  it("may redeem and refresh at the origin of its app's redirect URI", async () => {
    const { config, ...registered } = await register(spa);
    const { refresh_token = "" } = await tokensOf({ config, ...registered });
    const refresh = (from: string) =>
      fetch(`${okta.issuer}/v1/token`, {
        method: "POST",
        headers: { origin: from },
        body: new URLSearchParams({
          ...{ grant_type: "refresh_token", refresh_token, client_id: registered.id },
        }),
      });
    const own = new URL(httpUri).origin;
    const [known, unknown] = [await refresh(own), await refresh("https://other.example")];
    expect([known.status, known.headers.get("access-control-allow-origin")]).toEqual([200, own]);
    expect([unknown.status, unknown.headers.get("access-control-allow-origin")]).toEqual([400, null]);
    expect(await unknown.json()).toMatchObject({
      error_description:
        "Browser requests to the token endpoint must be part of at least one whitelisted redirect_uri.",
    });
  });
});

describe("PKCE", () => {
  it.each([
    [
      "the method plain",
      { code_challenge_method: "plain" },
      "PKCE code challenge method is not supported. Valid values: [S256]",
    ],
    [
      "no method",
      { code_challenge_method: undefined },
      "PKCE code challenge method is not supported. Valid values: [S256]",
    ],
    [
      "a challenge that is too short",
      { code_challenge: "x" },
      "PKCE code challenge contains illegal characters.",
    ],
  ])("is refused with %s", async (_, changed, words) => {
    const { config, redirect_uri } = await register(spa);
    const sent = {
      ...{ redirect_uri, scope: "a.read", state: "s", code_challenge_method: "S256" },
      code_challenge: await client.calculatePKCECodeChallenge(client.randomPKCECodeVerifier()),
      ...changed,
    };
    const given = Object.entries(sent).filter(([, value]) => value !== undefined) as [string, string][];
    const { callback } = await signInLocally(
      client.buildAuthorizationUrl(config, new URLSearchParams(given)),
      ada,
      {
        end: redirect_uri,
      },
    );
    expect(callback?.searchParams.get("error_description")).toBe(words);
  });
});
