/**
 * Examples of Microsoft's pages on tokens, with tokens that are really signed.
 *
 * @see https://learn.microsoft.com/azure/api-management/validate-jwt-policy
 * @see https://learn.microsoft.com/azure/api-management/validate-azure-ad-token-policy
 */
import { createPrivateKey } from "node:crypto";
import { SignJWT } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parsePolicyDocument } from "../../../../simulator/apim/policy/document.ts";
import { readPkcs12 } from "../../../../simulator/kernel/pkcs12.ts";
import { makeService, serveGateway, type TestGateway } from "../../../support/gateway.ts";
import { pkcs12File } from "../../../support/pkcs12-files.ts";
import { serve, type TestServer } from "../../../support/serve.ts";
import { makeKey, nowSeconds, serveIssuer, signToken, type TestIssuer } from "../../../support/tokens.ts";

const key = makeKey("k1");
const secret = Buffer.from("0123456789abcdef0123456789abcdef");
const namedValues: Readonly<Record<string, string>> = {
  "jwt-signing-key": secret.toString("base64"),
  "aad-tenant-id": "00000000-0000-4000-8000-000000000001",
  "aad-client-application-id": "00000000-0000-4000-8000-000000000002",
};

let gateway: TestGateway;
let backend: TestServer;
let issuer: TestIssuer;
let tenant: TestIssuer;
beforeAll(async () => {
  backend = await serve((_, response) => response.end("let in"));
  gateway = await serveGateway();
  issuer = await serveIssuer([key.jwk]);
  const entra = `https://sts.windows.net/${namedValues["aad-tenant-id"]}/`;
  tenant = await serveIssuer([key.jwk], { issuer: entra });
});
afterAll(() => Promise.all([gateway, backend, issuer, tenant].map((server) => server.close())));

async function use(inbound: string): Promise<void> {
  const xml = `<policies><inbound>${inbound}</inbound><backend><forward-request /></backend></policies>`;
  const document = await parsePolicyDocument(xml, {
    ...{ scope: "global", sku: "Developer" },
    namedValue: (name) => namedValues[name],
  });
  const operations = ["GET", "POST"].map((method) => ({
    ...{ id: method, method, urlTemplate: "/things", responses: [] },
  }));
  gateway.service = makeService({ policy: document, api: { serviceUrl: backend.origin }, operations });
}

async function call(claims: object, { method = "GET", isSecret = false, scheme = "Bearer" } = {}) {
  const all = { iat: nowSeconds, exp: nowSeconds + 3600, ...claims };
  const token = signToken(key, all, isSecret ? { alg: "HS256", secret } : {});
  const headers = { Authorization: `${scheme} ${token}` };
  return (await fetch(`${gateway.origin}/things`, { method, headers })).status;
}

describe("validate-jwt", () => {
  const byNamedKey = (
    claims = "",
  ) => `<validate-jwt header-name="Authorization" require-scheme="Bearer" output-token-variable-name="jwt">
    <issuer-signing-keys><key>{{jwt-signing-key}}</key></issuer-signing-keys>
    <audiences><audience>@(context.Request.OriginalUrl.Host)</audience></audiences>
    <issuers><issuer>http://contoso.com/</issuer></issuers>${claims}</validate-jwt>`;
  const good = { iss: "http://contoso.com/", aud: "127.0.0.1" };

  it.each<[string, object, number]>([
    ["lets a simple token for the gateway's host in", good, 200],
    ["refuses one for another host", { ...good, aud: "other.example" }, 401],
    ["refuses one of another issuer", { ...good, iss: "http://other.example/" }, 401],
    ["refuses one that has expired", { ...good, exp: nowSeconds - 1 }, 401],
  ])("%s", async (_, claims, expected) => {
    await use(byNamedKey());
    expect(await call(claims, { isSecret: true })).toBe(expected);
  });

  it("refuses another scheme, and a key that is not the named one", async () => {
    await use(byNamedKey());
    expect(await call(good, { isSecret: true, scheme: "Token" })).toBe(401);
    expect(await call(good)).toBe(401);
  });

  it("takes the key of an uploaded certificate, and fails where nothing is known of it", async () => {
    await use(
      '<validate-jwt header-name="Authorization" require-scheme="Bearer"><issuer-signing-keys><key certificate-id="my-rsa-cert" /></issuer-signing-keys></validate-jwt>',
    );
    const { certificate, privateKey = "", chain } = readPkcs12(pkcs12File("rsa"), "s3cret");
    const token = await new SignJWT({})
      .setProtectedHeader({ alg: "RS256" })
      .setExpirationTime(nowSeconds + 3600)
      .sign(createPrivateKey(privateKey));
    const status = async (text: string) =>
      (await fetch(`${gateway.origin}/things`, { headers: { Authorization: `Bearer ${text}` } })).status;
    expect(await status(token)).toBe(500);
    expect(gateway.log.at(-1)).toContain("no certificates are known");
    const uploaded = { id: "my-rsa-cert", thumbprint: "", certificate, chain };
    if (gateway.service !== undefined) gateway.service = { ...gateway.service, certificates: [uploaded] };
    expect([await status(token), await call({})]).toEqual([200, 401]);
  });

  it.each<[string, string, string, object, object]>([
    [
      "a single tenant of Entra ID",
      "<audiences><audience>app</audience></audiences>",
      "id",
      { aud: "app" },
      {},
    ],
    ["a customer tenant of Entra ID", "", "azp", { aud: "any" }, { azp: "other" }],
    [
      "Azure AD B2C",
      "<audiences><audience>app</audience></audiences>",
      "id",
      { aud: "app" },
      { id: "other" },
    ],
  ])("asks for a claim of a token of %s", async (_, audiences, claim, more, wrong) => {
    await use(`<validate-jwt header-name="Authorization" failed-validation-httpcode="401" failed-validation-error-message="Unauthorized. Access token is missing or invalid.">
      <openid-config url="${issuer.configUrl}" />${audiences}
      <required-claims><claim name="${claim}" match="all"><value>insert claim here</value></claim></required-claims></validate-jwt>`);
    const claims = { iss: "https://issuer.example", ...more };
    expect(await call({ ...claims, [claim]: "insert claim here" })).toBe(200);
    expect(await call({ ...claims, ...wrong })).toBe(401);
  });

  it.each<[string, string, string, number]>([
    ["lets logistics read", "logistics", "GET", 200],
    ["does not let logistics write", "logistics", "POST", 403],
    ["lets finance write", "finance", "POST", 200],
    ["refuses another group", "sales", "GET", 401],
  ])("%s by a claim", async (_, group, method, expected) => {
    await use(`${byNamedKey('<required-claims><claim name="group" match="any"><value>finance</value><value>logistics</value></claim></required-claims>')}
      <choose><when condition="@(context.Request.Method == "POST" && !((Jwt)context.Variables["jwt"]).Claims["group"].Contains("finance"))">
        <return-response><set-status code="403" reason="Forbidden" /></return-response></when></choose>`);
    expect(await call({ ...good, group }, { method, isSecret: true })).toBe(expected);
  });
});

describe("validate-azure-ad-token", () => {
  const example = (
    more = "",
  ) => `<validate-azure-ad-token tenant-id="{{aad-tenant-id}}" authentication-endpoint="${tenant.origin}" output-token-variable-name="jwt">
    <client-application-ids><application-id>{{aad-client-application-id}}</application-id></client-application-ids>${more}</validate-azure-ad-token>`;
  const good = () => ({
    iss: `https://sts.windows.net/${namedValues["aad-tenant-id"]}/`,
    ...{ appid: namedValues["aad-client-application-id"], aud: "127.0.0.1", ver: "1.0" },
  });

  it("lets a token of the client in, and no other one", async () => {
    await use(example());
    expect([await call(good()), await call({ ...good(), appid: "other" })]).toEqual([200, 401]);
  });

  it("asks for the gateway's host and for a claim", async () => {
    await use(
      example(
        '<audiences><audience>@(context.Request.OriginalUrl.Host)</audience></audiences><required-claims><claim name="ctry" match="any"><value>US</value></claim></required-claims>',
      ),
    );
    const claims = { ...good(), ctry: "US" };
    const got = [claims, { ...claims, ctry: "IT" }, { ...claims, aud: "other.example" }].map((one) =>
      call(one),
    );
    expect(await Promise.all(got)).toEqual([200, 401, 401]);
  });
});
