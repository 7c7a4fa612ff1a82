/** Service apps at the management API: Okta's own SDK with a private key, and assertions by hand with jose. */
import { generateKeyPairSync, randomUUID } from "node:crypto";
import { type JWK, SignJWT } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { serveOkta, type TestOkta } from "../../../support/okta.ts";
import { all, oktaRefusalOf, serviceClient, tokenClient } from "../../../support/okta-sdk.ts";

let okta: TestOkta;
beforeAll(async () => {
  okta = await serveOkta();
});
afterAll(() => okta.close());

const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const otherKey = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
const kid = "test";

interface ServiceApp {
  readonly clientId: string;
  readonly scopes: readonly string[];
}

/** Registers a service app over the management API, with granted scopes and administrator roles. */
async function makeService({
  scopes = ["okta.apps.read"],
  roles = ["APP_ADMIN"],
  type = "service",
  method = "private_key_jwt",
  key = { ...publicKey.export({ format: "jwk" }), alg: "RS256", use: "sig" },
}: {
  scopes?: readonly string[];
  roles?: readonly string[];
  type?: string;
  method?: string;
  key?: object;
} = {}): Promise<ServiceApp> {
  const client = tokenClient(okta.org);
  const jwks = { keys: [{ ...key, kid }] };
  const { id: clientId = "" } = await client.applicationApi.createApplication({
    application: {
      ...{ name: "oidc_client", label: randomUUID(), signOnMode: "OPENID_CONNECT" },
      credentials: { oauthClient: { token_endpoint_auth_method: method } },
      settings: {
        oauthClient: { application_type: type, grant_types: ["client_credentials"], jwks, redirect_uris: [] },
      },
    } as never,
  });
  for (const scopeId of scopes)
    await client.applicationApi.grantConsentToScope({
      ...{ appId: clientId, oAuth2ScopeConsentGrant: { issuer: okta.origin, scopeId } },
    });
  for (const role of roles)
    await client.roleAssignmentApi.assignRoleToClient({
      clientId,
      assignRoleRequest: { type: role as never },
    });
  return { clientId, scopes };
}

const sdkOf = (app: ServiceApp, scopes = app.scopes) =>
  serviceClient(okta.org, {
    ...{ clientId: app.clientId, scopes, privateKey: { ...privateKey.export({ format: "jwk" }), kid } },
  });

interface Assertion {
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly header?: Readonly<Record<string, string>>;
  readonly key?: typeof privateKey;
}

async function signed({ clientId }: ServiceApp, { claims = {}, header = {}, key = privateKey }: Assertion) {
  const now = Math.floor(Date.now() / 1000);
  const aud = `${okta.origin}/oauth2/v1/token`;
  const all = { iss: clientId, sub: clientId, aud, iat: now, exp: now + 300, ...claims };
  return new SignJWT(all).setProtectedHeader({ alg: "RS256", kid, ...header }).sign(key);
}

async function ask(form: Readonly<Record<string, string>>): Promise<[number, Record<string, unknown>]> {
  const response = await fetch(`${okta.origin}/oauth2/v1/token`, {
    method: "POST",
    body: new URLSearchParams({ grant_type: "client_credentials", scope: "okta.apps.read", ...form }),
  });
  return [response.status, (await response.json()) as Record<string, unknown>];
}

const client_assertion_type = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
const askSigned = async (app: ServiceApp, assertion: Assertion = {}, form = {}) =>
  ask({ client_assertion_type, client_assertion: await signed(app, assertion), ...form });

describe("a service app whose registered key fits no assertion", () => {
  it.each<[string, object]>([
    ["no key", {}],
    ["a key without its numbers", { kty: "RSA" }],
    ["a key that is too short", { kty: "RSA", n: "AQ", e: "AQAB" }],
    ["a point that is on no curve", { kty: "EC", crv: "P-256", x: "AA", y: "AA" }],
    ["a secret", { kty: "oct", k: "c2VjcmV0" }],
    ["another kind of key", generateKeyPairSync("ed25519").publicKey.export({ format: "jwk" })],
  ])("is refused by the signature: %s", async (_, key) => {
    const [status, { error, error_description }] = await askSigned(await makeService({ key }));
    expect([status, error, error_description]).toEqual([
      401,
      "invalid_client",
      expect.stringContaining("signature"),
    ]);
  });
});

describe("a service app with a private key", () => {
  it("reads what its scopes and its role allow, by Okta's own SDK", async () => {
    const app = await makeService();
    const [first] = await all(await sdkOf(app).applicationApi.listApplications());
    expect(first?.label).toBe("Another team's app");
  });

  it("is refused to change what its scope lets it read alone", async () => {
    const client = sdkOf(await makeService());
    const call = client.applicationApi.deactivateApplication({ appId: "0oaAnotherTeamsApp00" });
    expect(await oktaRefusalOf(call)).toMatchObject({
      ...{ status: 403, errorCode: "E0000006" },
      errorSummary: "You do not have permission to perform the requested action",
    });
  });

  it("manages authorization servers with their scope and role", async () => {
    const scopes = ["okta.authorizationServers.manage"];
    const client = sdkOf(await makeService({ scopes, roles: ["API_ACCESS_MANAGEMENT_ADMIN"] }));
    const authorizationServer = { name: "by a service", audiences: ["api://service"] };
    const made = await client.authorizationServerApi.createAuthorizationServer({ authorizationServer });
    const read = client.authorizationServerApi.getAuthorizationServer({ authServerId: made.id ?? "" });
    expect((await read).name).toBe("by a service");
  });

  it("is refused without a role, whatever its scopes are", async () => {
    const client = sdkOf(await makeService({ roles: [] }));
    expect(await oktaRefusalOf(all(await client.applicationApi.listApplications()))).toMatchObject({
      ...{ status: 403, errorCode: "E0000006" },
    });
  });

  it("is told which scope it lacks", async () => {
    const app = await makeService({ scopes: ["okta.groups.read"] });
    const [, { access_token }] = await askSigned(app, {}, { scope: "okta.groups.read" });
    const response = await fetch(`${okta.origin}/api/v1/apps`, {
      headers: { authorization: `Bearer ${access_token}` },
    });
    expect([response.status, response.headers.get("www-authenticate")]).toEqual([
      403,
      `Bearer authorization_uri="${okta.origin}/oauth2/v1/authorize", realm="${okta.origin}", scope="okta.apps.read", error="insufficient_scope", error_description="The access token provided does not contain the required scopes.", resource="/api/v1/apps"`,
    ]);
  });

  it("gets the scopes that were granted to it, and is refused when there are none", async () => {
    const app = await makeService();
    const [status, body] = await askSigned(app, {}, { scope: "okta.apps.manage okta.apps.read" });
    expect([status, body.scope, body.expires_in]).toEqual([200, "okta.apps.read", 3600]);
    expect(await askSigned(app, {}, { scope: "okta.apps.manage" })).toEqual([
      ...[
        400,
        { error: "consent_required", error_description: "You are not allowed any of the requested scopes." },
      ],
    ]);
    expect((await askSigned(app, {}, { scope: "" }))[1].error_description).toBe("No scopes were requested.");
  });

  it("loses its access when it is switched off", async () => {
    const app = await makeService();
    const [, { access_token }] = await askSigned(app);
    const list = () =>
      fetch(`${okta.origin}/api/v1/apps`, { headers: { authorization: `Bearer ${access_token}` } });
    expect((await list()).status).toBe(200);
    await tokenClient(okta.org).applicationApi.deactivateApplication({ appId: app.clientId });
    expect([(await list()).status, (await askSigned(app))[1].error_description]).toEqual([
      ...[401, "The issuer claim for client_assertion is not a valid client_id."],
    ]);
  });

  const later = Math.floor(Date.now() / 1000) + 2 * 3600;
  it.each<[string, Assertion, string]>([
    [
      "of nobody",
      { claims: { iss: "0oaNobody" } },
      "The issuer claim for client_assertion is not a valid client_id.",
    ],
    [
      "about somebody else",
      { claims: { sub: "x" } },
      "The subject claim for client_assertion is not a valid client_id.",
    ],
    [
      "for another endpoint",
      { claims: { aud: "https://other.example" } },
      "The audience claim for client_assertion must be the endpoint invoked for the request.",
    ],
    [
      "without an end",
      { claims: { exp: undefined } },
      "The client_assertion must contain the 'exp' claim as seconds since epoch.",
    ],
    ["that has ended", { claims: { exp: 1 } }, "The client_assertion token is expired."],
    [
      "that ends after more than an hour",
      { claims: { exp: later } },
      "The client_assertion token has an expiration too far into the future.",
    ],
    ["by another key", { key: otherKey }, "The client_assertion signature is invalid."],
    ["by a key of another name", { header: { kid: "other" } }, "The client_assertion JWT kid is invalid."],
  ])("is refused with an assertion %s", async (_, assertion, error_description) => {
    expect(await askSigned(await makeService(), assertion)).toEqual([
      ...[401, { error: "invalid_client", error_description }],
    ]);
  });

  it("uses an assertion with an id once", async () => {
    const app = await makeService();
    const assertion = { claims: { jti: "once" } };
    expect((await askSigned(app, assertion))[0]).toBe(200);
    expect((await askSigned(app, assertion))[1].error_description).toBe(
      "The client_assertion token has already been used.",
    );
  });

  it("gets a token of an authorization server by its key as well", async () => {
    const app = await makeService();
    await openToAll("orders.read");
    const endpoint = `${okta.issuer}/v1/token`;
    const form = {
      ...{ grant_type: "client_credentials", scope: "orders.read", client_assertion_type },
      client_assertion: await signed(app, { claims: { aud: endpoint } }),
    };
    const response = await fetch(endpoint, { method: "POST", body: new URLSearchParams(form) });
    expect(await response.json()).toMatchObject({ token_type: "Bearer", scope: "orders.read" });
  });
});

/** A scope of the server default, and an access policy that lets every client in. */
async function openToAll(name: string): Promise<void> {
  const api = tokenClient(okta.org).authorizationServerApi;
  await api.createOAuth2Scope({ authServerId: "default", oAuth2Scope: { name } });
  const made = await api.createAuthorizationServerPolicy({
    authServerId: "default",
    policy: {
      type: "OAUTH_AUTHORIZATION_POLICY",
      ...{ name: "All", description: "All", priority: 1 },
      conditions: { clients: { include: ["ALL_CLIENTS"] } },
    },
  });
  await api.createAuthorizationServerPolicyRule({
    ...{ authServerId: "default", policyId: made.id ?? "" },
    policyRule: {
      type: "RESOURCE_ACCESS",
      ...{ name: "All", priority: 1 },
      conditions: { grantTypes: { include: ["client_credentials"] }, scopes: { include: ["*"] } },
    },
  });
}

describe("the org's own token endpoint", () => {
  it("takes a service app with a private key alone", async () => {
    const words = async (answer: Promise<[number, Record<string, unknown>]>) => {
      const [status, { error_description }] = await answer;
      return [status, error_description];
    };
    const { clientId, clientSecret } = okta.org.strangerApp();
    expect(await words(ask({ client_id: clientId, client_secret: clientSecret }))).toEqual([
      401,
      "Client Credentials requests to the Org Authorization Server must use the private_key_jwt token_endpoint_auth_method.",
    ]);
    expect(await words(askSigned(await makeService({ type: "web" })))).toEqual([
      401,
      "Only clients with 'application_type' of 'service' may use the client_credentials 'grant_type' with the Org Authorization Server.",
    ]);
    expect(await words(askSigned(await makeService({ method: "client_secret_basic" })))).toEqual([
      401,
      "Client authentication failed. Either the client or the client credentials are invalid.",
    ]);
  });

  it("publishes the key that its tokens are signed with", async () => {
    const [, { access_token }] = await askSigned(await makeService());
    const header = JSON.parse(Buffer.from(String(access_token).split(".")[0] ?? "", "base64url").toString());
    const { keys } = (await (await fetch(`${okta.origin}/oauth2/v1/keys`)).json()) as { keys: JWK[] };
    expect(keys).toEqual([
      { kty: "RSA", alg: "RS256", use: "sig", kid: header.kid, e: "AQAB", n: expect.any(String) },
    ]);
  });
});
