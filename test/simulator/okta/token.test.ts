/** Client credentials at the local Okta, asked by a strict client that is not ours. Okta itself is not asked here. */

import { createRemoteJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from "jose";
import * as client from "openid-client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeApp, makeClient, serveOkta, type TestApp, type TestOkta } from "../../support/okta.ts";

let okta: TestOkta;
let app: TestApp & { ruleId: string; policyId: string };
beforeAll(async () => {
  okta = await serveOkta();
  app = await makeClient(okta);
});
afterAll(() => okta.close());

const insecure = { execute: [client.allowInsecureRequests] };
const basic = (id: string, secret: string) => `Basic ${Buffer.from(`${id}:${secret}`).toString("base64")}`;

async function ask(
  form: Record<string, string>,
  { authorization = basic(app.clientId, app.clientSecret), ...headers }: Record<string, string> = {},
): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await fetch(`${okta.issuer}/v1/token`, {
    method: "POST",
    headers: { ...(authorization === "" ? {} : { authorization }), ...headers },
    body: new URLSearchParams(form),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}
const grant = { grant_type: "client_credentials", scope: "a.read" };

describe("client credentials", () => {
  it("give openid-client a token that verifies against the published keys", async () => {
    const config = await client.discovery(
      new URL(okta.issuer),
      app.clientId,
      app.clientSecret,
      client.ClientSecretBasic(app.clientSecret),
      insecure,
    );
    const tokens = await client.clientCredentialsGrant(config, { scope: "a.read a.write" });
    expect(tokens).toMatchObject({ token_type: "bearer", expires_in: 600, scope: "a.read a.write" });
    const keys = createRemoteJWKSet(new URL(String(config.serverMetadata().jwks_uri)));
    const { payload } = await jwtVerify(tokens.access_token, keys, {
      issuer: okta.issuer,
      audience: "api://default",
    });
    expect(payload).toEqual({
      ver: 1,
      jti: expect.stringMatching(/^AT\./),
      iss: okta.issuer,
      aud: "api://default",
      iat: expect.any(Number),
      exp: Number(payload.iat) + 600,
      cid: app.clientId,
      scp: ["a.read", "a.write"],
      sub: app.clientId,
    });
    expect(decodeProtectedHeader(tokens.access_token)).toEqual({
      alg: "RS256",
      kid: expect.stringMatching(/^[\w-]{43}$/),
    });
  });

  it("are answered in Okta's form", async () => {
    const { status, body } = await ask(grant);
    expect([status, body]).toEqual([
      200,
      { token_type: "Bearer", expires_in: 600, access_token: expect.any(String), scope: "a.read" },
    ]);
  });

  it("give the default scopes when none is named", async () => {
    const scope = await okta.make("okta:auth/serverScope:ServerScope", {
      authServerId: "default",
      name: "a.default",
      default: true,
    });
    const rules = okta.handler("okta:auth/serverPolicyRule:ServerPolicyRule");
    const rule = {
      authServerId: "default",
      policyId: app.policyId,
      name: "Test",
      priority: 1,
      grantTypeWhitelists: ["client_credentials"],
      accessTokenLifetimeMinutes: 10,
    };
    try {
      await rules.update(app.ruleId, { ...rule, scopeWhitelists: ["*"] });
      const { body } = await ask({ grant_type: "client_credentials" });
      expect(decodeJwt(String(body.access_token)).scp).toEqual(["a.default"]);
    } finally {
      await okta.handler("okta:auth/serverScope:ServerScope").delete(scope.id, scope.properties);
      await rules.update(app.ruleId, { ...rule, scopeWhitelists: ["a.read", "a.write"] });
    }
  });

  it.each<[string, Record<string, string>, Record<string, string>, number, string, string]>([
    [
      "an unknown scope",
      { ...grant, scope: "a.delete" },
      {},
      400,
      "invalid_scope",
      "One or more scopes are not configured for the authorization server resource.",
    ],
    [
      "no scope",
      { grant_type: "client_credentials" },
      {},
      400,
      "invalid_scope",
      "The authorization server resource does not have any configured default scopes, 'scope' must be provided.",
    ],
    [
      "openid",
      { ...grant, scope: "openid a.read" },
      {},
      400,
      "invalid_scope",
      "Cannot request 'openid' scopes using client credentials.",
    ],
    [
      "no grant type",
      { scope: "a.read" },
      {},
      400,
      "invalid_request",
      "The token request must specify a 'grant_type'. Valid values: [authorization_code, client_credentials, refresh_token]",
    ],
    [
      "an unknown grant type",
      { ...grant, grant_type: "password" },
      {},
      400,
      "unsupported_grant_type",
      "The authorization grant type is not supported by the authorization server. Configured grant types: [authorization_code, client_credentials, refresh_token].",
    ],
    ["no credentials", grant, { authorization: "" }, 401, "invalid_client", "No client credentials found."],
    [
      "malformed credentials",
      grant,
      { authorization: "Basic %%%" },
      401,
      "invalid_client",
      "Found Authentication header but was not valid client credentials.",
    ],
    [
      "an unknown client",
      grant,
      { authorization: basic("0oaNobody", "x") },
      401,
      "invalid_client",
      "Invalid value for 'client_id' parameter.",
    ],
    [
      "a browser's origin",
      grant,
      { origin: "https://elsewhere.example" },
      401,
      "invalid_client",
      "Browser requests to the token endpoint must use Proof Key for Code Exchange.",
    ],
    [
      "a browser's foreign origin with PKCE",
      { ...grant, code_verifier: "x" },
      { origin: "https://elsewhere.example" },
      400,
      "invalid_request",
      "Browser requests to the token endpoint must be part of at least one whitelisted redirect_uri.",
    ],
  ])("are refused with %s", async (_, form, headers, status, error, description) => {
    expect(await ask(form, headers)).toEqual({ status, body: { error, error_description: description } });
  });

  it("are refused with a wrong secret, and with the right one sent by the wrong method", async () => {
    expect(await ask(grant, { authorization: basic(app.clientId, "wrong") })).toMatchObject({
      status: 401,
      body: {
        error: "invalid_client",
        error_description: "The client secret supplied for a confidential client is invalid.",
      },
    });
    expect(
      await ask(
        { ...grant, client_id: app.clientId, client_secret: app.clientSecret },
        { authorization: "" },
      ),
    ).toMatchObject({
      status: 401,
      body: {
        error_description:
          "Client authentication failed. Either the client or the client credentials are invalid.",
      },
    });
  });

  it("are taken in the body from an app that is registered so", async () => {
    const post = await makeClient(okta, {
      label: "Post",
      app: { tokenEndpointAuthMethod: "client_secret_post" },
    });
    const inBody = { ...grant, client_id: post.clientId, client_secret: post.clientSecret };
    expect((await ask(inBody, { authorization: "" })).status).toBe(200);
    expect((await ask(grant, { authorization: basic(post.clientId, post.clientSecret) })).status).toBe(401);
  });

  it("are refused to an app that is not registered for them", async () => {
    const codeOnly = await makeApp(okta, { label: "Code only", grantTypes: ["authorization_code"] });
    expect(await ask(grant, { authorization: basic(codeOnly.clientId, codeOnly.clientSecret) })).toEqual({
      status: 400,
      body: {
        error: "unauthorized_client",
        error_description:
          "The client is not authorized to use the provided grant type. Configured grant types: [authorization_code].",
      },
    });
  });

  it("are refused for a scope that asks people for consent", async () => {
    const { id, properties } = await okta.make("okta:auth/serverScope:ServerScope", {
      authServerId: "default",
      name: "a.personal",
      consent: "REQUIRED",
    });
    expect(await ask({ ...grant, scope: "a.personal" })).toMatchObject({
      status: 400,
      body: { error: "consent_required" },
    });
    await okta.handler("okta:auth/serverScope:ServerScope").delete(id, properties);
  });

  it("are refused to an app without an access policy", async () => {
    const alone = await makeApp(okta, { label: "Alone" });
    expect(await ask(grant, { authorization: basic(alone.clientId, alone.clientSecret) })).toEqual({
      status: 401,
      body: {
        error: "access_denied",
        error_description:
          "Policy evaluation failed for this request, please check the policy configurations.",
      },
    });
  });

  it.each<[string, Parameters<typeof makeClient>[1], string, number, string]>([
    ["the policy is inactive", { policy: { status: "INACTIVE" } }, "a.read", 401, "Policy evaluation failed"],
    ["the rule is inactive", { rule: { status: "INACTIVE" } }, "a.read", 401, "Policy evaluation failed"],
    [
      "the rule is for another grant",
      { rule: { grantTypeWhitelists: ["authorization_code"] } },
      "a.read",
      401,
      "Policy evaluation failed",
    ],
    [
      "the rule has none of the scopes",
      { rule: { scopeWhitelists: ["a.read"] } },
      "a.write",
      400,
      "all the requested scopes were rejected",
    ],
    [
      "the rule lacks one of the scopes",
      { rule: { scopeWhitelists: ["a.read"] } },
      "a.read a.write",
      400,
      "Denied scopes: [a.write].",
    ],
  ])("are refused when %s", async (label, parts, scope, status, description) => {
    const other = await makeClient(okta, { ...parts, label });
    const answer = await ask(
      { ...grant, scope },
      { authorization: basic(other.clientId, other.clientSecret) },
    );
    expect(answer).toEqual({
      status,
      body: { error: "access_denied", error_description: expect.stringContaining(description) },
    });
  });

  it("follow the rule of the lowest priority", async () => {
    const two = await makeClient(okta, {
      label: "Two rules",
      rule: { priority: 2, accessTokenLifetimeMinutes: 30 },
    });
    await okta.make("okta:auth/serverPolicyRule:ServerPolicyRule", {
      ...{ authServerId: "default", policyId: two.policyId, priority: 1, accessTokenLifetimeMinutes: 5 },
      ...{ grantTypeWhitelists: ["client_credentials"], scopeWhitelists: ["*"] },
    });
    const { body } = await ask(grant, { authorization: basic(two.clientId, two.clientSecret) });
    expect(body.expires_in).toBe(300);
  });

  it("leave neither secret nor token in the log", async () => {
    const { body } = await ask(grant);
    await ask(grant, { authorization: basic(app.clientId, "s3cret-guess") });
    const everything = okta.log.join("\n");
    expect(everything).toContain("Okta refused a token: invalid_client");
    for (const secret of [app.clientSecret, "s3cret-guess", String(body.access_token)])
      expect(everything).not.toContain(secret);
  });
});

describe("discovery", () => {
  it("is served in both forms, at Okta's three addresses", async () => {
    const get = async (url: string) => (await fetch(url)).json() as Promise<Record<string, unknown>>;
    const openId = await get(`${okta.issuer}/.well-known/openid-configuration`);
    const legacy = await get(`${okta.issuer}/.well-known/oauth-authorization-server`);
    const current = await get(`${okta.origin}/.well-known/oauth-authorization-server/oauth2/default`);
    expect(openId).toMatchObject({
      issuer: okta.issuer,
      jwks_uri: `${okta.issuer}/v1/keys`,
      subject_types_supported: ["public"],
      scopes_supported: expect.arrayContaining(["a.read", "openid"]),
    });
    expect(current).toEqual(legacy);
    expect(legacy).not.toHaveProperty("id_token_signing_alg_values_supported");
    for (const document of [openId, legacy])
      expect(document).toMatchObject({
        introspection_endpoint: `${okta.issuer}/v1/introspect`,
        revocation_endpoint: `${okta.issuer}/v1/revoke`,
      });
    expect(openId).toMatchObject({
      userinfo_endpoint: `${okta.issuer}/v1/userinfo`,
      end_session_endpoint: `${okta.issuer}/v1/logout`,
    });
    expect(legacy).not.toHaveProperty("userinfo_endpoint");
  });

  it("hides a scope that is not published", async () => {
    await okta.make("okta:auth/serverScope:ServerScope", {
      authServerId: "default",
      name: "a.hidden",
      metadataPublish: "NO_CLIENTS",
    });
    const document = (await (await fetch(`${okta.issuer}/.well-known/openid-configuration`)).json()) as {
      scopes_supported: string[];
    };
    expect(document.scopes_supported).not.toContain("a.hidden");
  });

  it("publishes the public key alone", async () => {
    const { keys } = (await (await fetch(`${okta.issuer}/v1/keys`)).json()) as { keys: object[] };
    expect(keys).toEqual([
      { kty: "RSA", use: "sig", alg: "RS256", kid: expect.any(String), n: expect.any(String), e: "AQAB" },
    ]);
  });

  it("answers 404 for an unknown authorization server", async () => {
    const response = await fetch(`${okta.origin}/oauth2/nothing/.well-known/openid-configuration`);
    expect([response.status, await response.json()]).toEqual([
      404,
      { errorCode: "E0000007", errorSummary: expect.stringContaining("Not found") },
    ]);
  });

  it("gives an authorization server of one's own its own issuer, audience and key", async () => {
    const server = await okta.make("okta:auth/server:Server", {
      name: "orders",
      audiences: ["api://orders"],
    });
    const own = await makeApp(okta, { label: "Orders" });
    const at = { authServerId: server.id };
    await okta.make("okta:auth/serverScope:ServerScope", { ...at, name: "o.read" });
    const { id: policyId } = await okta.make("okta:auth/serverPolicy:ServerPolicy", {
      ...at,
      description: "x",
      priority: 1,
      clientWhitelists: ["ALL_CLIENTS"],
    });
    await okta.make("okta:auth/serverPolicyRule:ServerPolicyRule", {
      ...at,
      policyId,
      priority: 1,
      grantTypeWhitelists: ["client_credentials"],
      scopeWhitelists: ["*"],
    });
    const config = await client.discovery(
      new URL(String(server.properties.issuer)),
      own.clientId,
      own.clientSecret,
      client.ClientSecretBasic(own.clientSecret),
      insecure,
    );
    const { access_token: token } = await client.clientCredentialsGrant(config, { scope: "o.read" });
    expect(decodeJwt(token)).toMatchObject({ iss: server.properties.issuer, aud: "api://orders" });
    expect(decodeProtectedHeader(token).kid).toBe(server.properties.kid);
  });
});
