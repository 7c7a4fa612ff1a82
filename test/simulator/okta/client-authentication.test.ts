/** How an app proves at the token endpoint who it is, with secrets and origins that a careless comparison would mix up. */
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
beforeAll(async () => {
  okta = await serveOkta();
  app = await makeClient(okta, {
    app: { redirectUris: [redirectUri, "https://portal.example/signin-oauth/code/callback/okta"] },
  });
  await assignConference(okta, app.id);
});
afterAll(() => okta.close());

const insecure = { execute: [client.allowInsecureRequests] };
const configFor = (secret: string, how = client.ClientSecretBasic(secret)) =>
  client.discovery(new URL(okta.issuer), app.clientId, secret, how, insecure);

function giveSecret(clientSecret: string): void {
  const kept = okta.org.apps.get(app.id);
  if (kept === undefined) throw new Error("The app must be there.");
  okta.org.apps.set(app.id, { ...kept, clientSecret });
}

describe("a client secret", () => {
  it.each(["a+b", "a b", "a:b:c", "100%", "a&b=c", "%2B", "A".repeat(64)])(
    "is understood as openid-client encodes it: %s",
    async (secret) => {
      giveSecret(secret);
      const tokens = await client.clientCredentialsGrant(await configFor(secret), { scope: "a.read" });
      expect(tokens.scope).toBe("a.read");
    },
  );

  it.each(["s3cret-of-20-letterS", "s3cret-of-20-letter", "s3cret-of-20-letters!", "S3CRET-OF-20-LETTERS"])(
    "is compared to its last letter: %s",
    async (wrong) => {
      giveSecret("s3cret-of-20-letters");
      const granted = client.clientCredentialsGrant(await configFor(wrong), { scope: "a.read" });
      await expect(granted).rejects.toMatchObject({ error: "invalid_client", status: 401 });
    },
  );

  it.each([
    ["basic", "s3cret"],
    ["BASIC", "s3cret"],
    ["Basic ", "s3cret"],
    ["Basic", "not-encoded&b=c"],
  ])("is read after the scheme %s: %s", async (scheme, secret) => {
    giveSecret(secret);
    const pair = Buffer.from(`${app.clientId}:${secret}`).toString("base64");
    const response = await fetch(`${okta.issuer}/v1/token`, {
      method: "POST",
      headers: { authorization: `${scheme} ${pair}` },
      body: new URLSearchParams({ grant_type: "client_credentials", scope: "a.read" }),
    });
    expect(response.status).toBe(200);
  });
});

describe("a browser", () => {
  it.each([new URL(redirectUri).origin, "https://portal.example"])(
    "redeems a code with PKCE from an origin of any of the app's redirect URIs, and may read the answer: %s",
    async (origin) => {
      giveSecret("s3cret");
      const verifier = client.randomPKCECodeVerifier();
      const start = client.buildAuthorizationUrl(await configFor("s3cret"), {
        ...{ redirect_uri: redirectUri, scope: "a.read", state: "s-1", code_challenge_method: "S256" },
        code_challenge: await client.calculatePKCECodeChallenge(verifier),
      });
      const { callback } = await signInLocally(start, "ada.attendee@example.com");
      const response = await fetch(`${okta.issuer}/v1/token`, {
        method: "POST",
        headers: {
          authorization: `Basic ${Buffer.from(`${app.clientId}:s3cret`).toString("base64")}`,
          origin,
        },
        body: new URLSearchParams({
          ...{ grant_type: "authorization_code", redirect_uri: redirectUri, code_verifier: verifier },
          code: callback?.searchParams.get("code") ?? "",
        }),
      });
      expect([response.status, response.headers.get("access-control-allow-origin")]).toEqual([200, origin]);
    },
  );
});
