/**
 * A sign-in ends where it began, however its address is written. The spellings are those of other people's clients; the code that
 * comes back is redeemed by one that is not ours. Okta itself is not asked here.
 */
import { request as httpRequest } from "node:http";
import * as client from "openid-client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  assignConference,
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
  config = await client.discovery(
    new URL(okta.issuer),
    app.clientId,
    app.clientSecret,
    client.ClientSecretBasic(app.clientSecret),
    { execute: [client.allowInsecureRequests] },
  );
});
afterAll(() => okta.close());

const ada = "ada.attendee@example.com";
const state = "3f2504e0-4f89-11d3-9a0c-0305e82c3301";

async function expectToken(query: string, expectedState = state): Promise<void> {
  const { callback } = await signInLocally(new URL(`${okta.issuer}/v1/authorize?${query}`), ada);
  const tokens = await client.authorizationCodeGrant(config, callback ?? new URL(redirectUri), {
    expectedState,
  });
  expect(tokens.scope).toBe("a.read a.write");
}

describe("a sign-in's address", () => {
  // Read off client-oauth2 4.3.3, which the developer portal calls with these names in this order.
  // https://github.com/Azure/api-management-developer-portal/blob/master/src/services/oauthService.ts
  it("may be what the developer portal's library writes", async () => {
    await expectToken(
      `client_id=${app.clientId}&redirect_uri=http%3A%2F%2F127.0.0.1%3A8401%2Fsignin-oauth%2Fcode%2Fcallback%2Fokta&response_type=code&state=${state}&scope=a.read%20a.write`,
    );
  });

  it("may be what openid-client writes", async () => {
    const url = client.buildAuthorizationUrl(config, {
      redirect_uri: redirectUri,
      scope: "a.read a.write",
      state,
    });
    expect(url.search).toContain("scope=a.read+a.write");
    await expectToken(url.search.slice(1));
  });

  it.each<[string, (query: string) => string]>([
    ["spaces as %20", (query) => query.replaceAll("+", "%20")],
    ["a bare colon and slashes", (query) => query.replaceAll("%3A", ":").replaceAll("%2F", "/")],
    ["escapes in lower case", (query) => query.replaceAll("%3A", "%3a").replaceAll("%2F", "%2f")],
    ["a letter escaped", (query) => query.replace("a.read", "%61.read")],
    ["an ampersand more at each end", (query) => `&${query}&`],
    ["a parameter without a value", (query) => `${query}&nonce`],
    ["its own path in the query", (query) => `x=/v1/authorize&${query}`],
    ["a question mark more", (query) => `${query}&x=?y`],
    ["broken escapes in what nobody reads", (query) => `${query}&x=%zz&y=%ff`],
  ])("may be written with %s", async (_, spelled) => {
    const { search } = client.buildAuthorizationUrl(config, {
      redirect_uri: redirectUri,
      scope: "a.read a.write",
      state,
    });
    await expectToken(spelled(search.slice(1)));
  });

  it.each(["~a.b-c_d", "ü✓", "a/b:c?d", "%2F", "a&b=c", "'()*!", "100%", "+"])(
    "gives the state back as it was: %s",
    async (own) => {
      const base = { client_id: app.clientId, response_type: "code", redirect_uri: redirectUri };
      const query = new URLSearchParams({ ...base, scope: "a.read a.write" });
      await expectToken(`${query}&state=${encodeURIComponent(own)}`, own);
    },
  );

  it("may be a whole URL, as a proxy is sent it", async () => {
    const query = new URLSearchParams({
      client_id: app.clientId,
      response_type: "code",
      redirect_uri: redirectUri,
      scope: "a.read",
      state,
    });
    const cookies = await new Promise<readonly string[] | undefined>((resolve, reject) => {
      const { port, host } = new URL(okta.origin);
      const path = `${okta.issuer}/v1/authorize?${query}`;
      const sent = httpRequest({ host: "127.0.0.1", port, path, headers: { host } }, (response) => {
        response.resume();
        resolve(response.headers["set-cookie"]);
      });
      sent.on("error", reject).end();
    });
    expect(cookies?.join()).toMatch(/_interaction_resume=[\w-]+; path=\/oauth2\/default\/v1\/authorize\//);
  });
});
