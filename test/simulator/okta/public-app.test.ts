/** Apps without a secret, made over the management API: a strict client that is not ours signs people in with PKCE. */
import * as client from "openid-client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { serveOkta, signInLocally, type TestOkta } from "../../support/okta.ts";
import { tokenClient } from "../../support/okta-sdk.ts";

let okta: TestOkta;
beforeAll(async () => {
  okta = await serveOkta();
  const api = tokenClient(okta.org).authorizationServerApi;
  const authServerId = "default";
  await api.createOAuth2Scope({ authServerId, oAuth2Scope: { name: "orders.read" } });
  const { id: policyId = "" } = await api.createAuthorizationServerPolicy({
    authServerId,
    policy: {
      type: "OAUTH_AUTHORIZATION_POLICY",
      ...{ name: "All", description: "All", priority: 1 },
      conditions: { clients: { include: ["ALL_CLIENTS"] } },
    },
  });
  await api.createAuthorizationServerPolicyRule({
    ...{ authServerId, policyId },
    policyRule: {
      type: "RESOURCE_ACCESS",
      ...{ name: "All", priority: 1 },
      conditions: {
        ...{ grantTypes: { include: ["authorization_code"] }, scopes: { include: ["*"] } },
        people: { groups: { include: ["EVERYONE"] } },
      },
    },
  });
});
afterAll(() => okta.close());

/** Registers an app without a secret that everybody may use. */
async function makePublicApp(application_type: string, uri: string): Promise<string> {
  const { id = "" } = await tokenClient(okta.org).applicationApi.createApplication({
    application: {
      ...{ name: "oidc_client", label: application_type, signOnMode: "OPENID_CONNECT" },
      credentials: { oauthClient: { token_endpoint_auth_method: "none" } },
      settings: {
        implicitAssignment: true,
        oauthClient: {
          ...{ application_type, grant_types: ["authorization_code"], response_types: ["code"] },
          redirect_uris: [uri],
        },
      },
    } as never,
  });
  return id;
}

async function start(clientId: string, redirect_uri: string) {
  const config = await client.discovery(new URL(okta.issuer), clientId, undefined, client.None(), {
    execute: [client.allowInsecureRequests],
  });
  const verifier = client.randomPKCECodeVerifier();
  const url = client.buildAuthorizationUrl(config, {
    ...{ redirect_uri, scope: "openid orders.read", state: "s", code_challenge_method: "S256" },
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
  });
  return { config, verifier, url };
}

describe("an app without a secret", () => {
  it.each([
    ["browser", "http://127.0.0.1:3000/callback"],
    ["native", "com.example.orders:/callback"],
  ])("of type %s signs a person in with PKCE", async (type, uri) => {
    const { config, verifier, url } = await start(await makePublicApp(type, uri), uri);
    const { callback, page } = await signInLocally(url, "ada.attendee@example.com", { end: uri });
    if (callback === undefined) throw new Error(page);
    const checks = { pkceCodeVerifier: verifier, expectedState: "s" };
    const tokens = await client.authorizationCodeGrant(config, callback, checks);
    expect(tokens).toMatchObject({ token_type: "bearer", scope: "openid orders.read" });
  });

  it("is refused to begin without PKCE", async () => {
    const uri = "http://127.0.0.1:3000/callback";
    const { url } = await start(await makePublicApp("browser", uri), uri);
    url.searchParams.delete("code_challenge");
    url.searchParams.delete("code_challenge_method");
    const { callback } = await signInLocally(url, "ada.attendee@example.com", { end: uri });
    expect(callback?.searchParams.get("error_description")).toBe(
      "PKCE code challenge is required by the application.",
    );
  });

  it("gets no token for another verifier", async () => {
    const uri = "http://127.0.0.1:3000/callback";
    const { config, url } = await start(await makePublicApp("browser", uri), uri);
    const { callback } = await signInLocally(url, "ada.attendee@example.com", { end: uri });
    if (callback === undefined) throw new Error("The app must be called back; it was not.");
    const pkceCodeVerifier = client.randomPKCECodeVerifier();
    const grant = client.authorizationCodeGrant(config, callback, { pkceCodeVerifier, expectedState: "s" });
    await expect(grant).rejects.toMatchObject({ error_description: "PKCE verification failed." });
  });

  it.each([
    [
      "a trusted origin with CORS",
      "https://shop.example",
      "The authorization code is invalid or has expired.",
    ],
    [
      "another origin",
      "https://other.example",
      "Browser requests to the token endpoint must be part of at least one whitelisted redirect_uri.",
    ],
  ])("is answered in a page of %s", async (_, origin, error_description) => {
    const scopes = [{ type: "CORS" as const }];
    const trustedOrigin = { name: "Shop", origin: "https://shop.example", scopes };
    const trusted = tokenClient(okta.org).trustedOriginApi;
    const { id: trustedOriginId = "" } = await trusted.createTrustedOrigin({ trustedOrigin });
    const redirect_uri = "http://127.0.0.1:3000/callback";
    const client_id = await makePublicApp("browser", redirect_uri);
    const code_verifier = client.randomPKCECodeVerifier();
    const form = { grant_type: "authorization_code", code: "x", redirect_uri, client_id, code_verifier };
    const sent = { method: "POST", headers: { origin }, body: new URLSearchParams(form) };
    const response = await fetch(`${okta.issuer}/v1/token`, sent);
    await trusted.deleteTrustedOrigin({ trustedOriginId });
    expect(await response.json()).toMatchObject({ error_description });
  });

  it("cannot say who it is in the place of an app that has a secret", async () => {
    const { clientId } = okta.org.strangerApp();
    const response = await fetch(`${okta.issuer}/v1/token`, {
      method: "POST",
      body: new URLSearchParams({
        grant_type: "client_credentials",
        client_id: clientId,
        scope: "orders.read",
      }),
    });
    expect([response.status, await response.json()]).toEqual([
      401,
      { error: "invalid_client", error_description: "No client credentials found." },
    ]);
  });
});
