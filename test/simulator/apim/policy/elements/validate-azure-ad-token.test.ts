/** `validate-azure-ad-token` on the local gateway, by a tenant of the tests' own that stands where `authentication-endpoint` says. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeService, policy, serveGateway, type TestGateway } from "../../../../support/gateway.ts";
import { serve, type TestServer } from "../../../../support/serve.ts";
import { goodClaims, makeKey, nowSeconds, signToken } from "../../../../support/tokens.ts";

const key = makeKey("entra");
const tenantId = "8f7d8a1c-0000-4000-8000-1234567890ab";
const v1 = `https://sts.windows.net/${tenantId}/`;
const v2 = `https://login.microsoftonline.com/${tenantId}/v2.0`;

let tenant: TestServer;
let backend: TestServer;
let gateway: TestGateway;
const asked: string[] = [];
beforeAll(async () => {
  tenant = await serve((request, response) => {
    const { url = "", headers } = request;
    asked.push(url);
    response.writeHead(200, { "content-type": "application/json" });
    if (url === "/keys") {
      response.end(JSON.stringify({ keys: [key.jwk] }));
      return;
    }
    const isMany = url.startsWith("/organizations/");
    const issuer = url.includes("/v2.0/") ? v2 : v1;
    response.end(
      JSON.stringify({
        issuer: isMany ? issuer.replace(tenantId, "{tenantid}") : issuer,
        authorization_endpoint: `http://${headers.host}/authorize`,
        jwks_uri: `http://${headers.host}/keys`,
        response_types_supported: ["code"],
        subject_types_supported: ["public"],
        id_token_signing_alg_values_supported: ["RS256"],
      }),
    );
  });
  backend = await serve((_, response) => response.end("let in"));
  gateway = await serveGateway();
});
afterAll(() => Promise.all([tenant.close(), backend.close(), gateway.close()]));

async function use(attributes: string, children = "", more = ""): Promise<void> {
  const element = `<validate-azure-ad-token authentication-endpoint="${tenant.origin}" ${attributes}>${children}</validate-azure-ad-token>`;
  gateway.service = makeService({
    policy: await policy(element + more),
    api: { serviceUrl: backend.origin },
  });
  gateway.log.length = 0;
  gateway.now = nowSeconds;
}

const call = (headers: Record<string, string>, query = "") =>
  fetch(`${gateway.origin}/things${query}`, { headers });
const bearer = async (claims: object) =>
  (await call({ authorization: `Bearer ${signToken(key, { ...goodClaims, ...claims })}` })).status;
const clients =
  "<client-application-ids><application-id>app-1</application-id><application-id>app-2</application-id></client-application-ids>";

describe("validate-azure-ad-token", () => {
  it("takes tokens of v1.0 by appid and of v2.0 by azp, of the tenant's own issuers alone", async () => {
    await use(`tenant-id="${tenantId}"`, clients);
    expect(await bearer({ iss: v1, appid: "app-1" })).toBe(200);
    expect(await bearer({ iss: v2, azp: "APP-2" })).toBe(200);
    expect(await bearer({ iss: v2, azp: "app-3" })).toBe(401);
    expect(await bearer({ iss: v2 })).toBe(401);
    expect(await bearer({ iss: v2.replace(tenantId, "another"), azp: "app-1" })).toBe(401);
    expect(new Set(asked)).toEqual(
      new Set([
        `/${tenantId}/v2.0/.well-known/openid-configuration`,
        `/${tenantId}/.well-known/openid-configuration`,
        "/keys",
      ]),
    );
  });

  it("takes a tenant that is named by a URL, as its page does", async () => {
    await use('tenant-id="https://contoso.onmicrosoft.com/"', clients);
    asked.length = 0;
    await bearer({ iss: v1, appid: "app-1" });
    expect(asked).toContain("/contoso.onmicrosoft.com/v2.0/.well-known/openid-configuration");
  });

  it("asks an endpoint without a scheme by https", async () => {
    const host = new URL(tenant.origin).host;
    await use(`tenant-id="${tenantId}"`, clients);
    gateway.service = makeService({
      policy: await policy(
        `<validate-azure-ad-token tenant-id="${tenantId}" authentication-endpoint="${host}" />`,
      ),
      api: { serviceUrl: backend.origin },
    });
    expect(await bearer({ iss: v1 })).toBe(401);
    expect(gateway.log.join()).toContain(`https://${host}/${tenantId}/v2.0/.well-known/openid-configuration`);
  });

  it("says Azure's words, and in the log what is wrong", async () => {
    await use(`tenant-id="${tenantId}"`, clients);
    const absent = await call({});
    expect([absent.status, await absent.text()]).toEqual([
      401,
      '{ "statusCode": 401, "message": "Azure AD JWT not present" }',
    ]);
    const token = signToken(key, { ...goodClaims, iss: v2, azp: "app-3" });
    const wrong = await call({ authorization: `Bearer ${token}` });
    expect(await wrong.text()).toBe('{ "statusCode": 401, "message": "Invalid Azure AD JWT" }');
    expect(gateway.log.at(-1)).toContain('must be one of app-1, app-2; got "app-3"');
  });

  it("refuses a signature of another key, and a token without exp", async () => {
    await use(`tenant-id="${tenantId}"`);
    const token = signToken(makeKey("entra"), { ...goodClaims, iss: v2 });
    expect((await call({ authorization: `Bearer ${token}` })).status).toBe(401);
    expect(await bearer({ iss: v2, exp: undefined })).toBe(401);
    expect(await bearer({ iss: v2 })).toBe(200);
  });

  it("takes the tenant of the token where the policy names many", async () => {
    await use('tenant-id="organizations"');
    expect(await bearer({ iss: v2, tid: tenantId })).toBe(200);
    expect(await bearer({ iss: v2, tid: "another" })).toBe(401);
    expect(await bearer({ iss: v2 })).toBe(401);
  });

  it("asks for audiences and claims, which may be expressions", async () => {
    const children = `<audiences><audience>@(context.Request.OriginalUrl.Host)</audience></audiences>
      <required-claims><claim name="@("ct" + "ry")" match="any"><value>US</value><value>@(context.Request.Method)</value></claim></required-claims>`;
    await use(`tenant-id="@("${tenantId}")"`, children);
    expect(await bearer({ iss: v2, aud: "127.0.0.1", ctry: "US" })).toBe(200);
    expect(await bearer({ iss: v2, aud: "127.0.0.1", ctry: "GET" })).toBe(200);
    expect(await bearer({ iss: v2, aud: "127.0.0.1", ctry: "DE" })).toBe(401);
    expect(await bearer({ iss: v2, aud: "another", ctry: "US" })).toBe(401);
  });

  it("takes the token from another header, a query parameter or an expression", async () => {
    const token = signToken(key, { ...goodClaims, iss: v2 });
    await use(`tenant-id="${tenantId}" header-name="X-Token"`);
    expect((await call({ "x-token": token })).status).toBe(200);
    await use(`tenant-id="${tenantId}" query-parameter-name="token"`);
    expect((await call({}, `?token=${token}`)).status).toBe(200);
    await use(`tenant-id="${tenantId}" token-value="@(context.Request.Headers["X-Mine"][0])"`);
    expect((await call({ "x-mine": token })).status).toBe(200);
  });

  it("gives the token to the policies after it, and its own answer where the policy names one", async () => {
    const echo =
      '<return-response><set-body>@(((Jwt)context.Variables["jwt"]).Claims["name"][0])</set-body></return-response>';
    await use(
      `tenant-id="${tenantId}" output-token-variable-name="jwt" failed-validation-httpcode="403" failed-validation-error-message="@("No entry by " + context.Request.Method)"`,
      "",
      echo,
    );
    const token = signToken(key, { ...goodClaims, iss: v1, name: "Ada" });
    const good = await call({ authorization: `Bearer ${token}` });
    const refused = await call({});
    expect([await good.text(), refused.status, await refused.text()]).toEqual([
      "Ada",
      403,
      '{ "statusCode": 403, "message": "No entry by GET" }',
    ]);
  });

  it.each([
    ["<validate-azure-ad-token />", "'tenant-id' is missing"],
    [
      '<validate-azure-ad-token tenant-id="a" header-name="A" query-parameter-name="b" />',
      "Exactly one of 'header-name'",
    ],
    [
      '<validate-azure-ad-token tenant-id="a"><audiences /></validate-azure-ad-token>',
      "At least one 'audience'",
    ],
    ['<validate-azure-ad-token tenant-id="a"><decryption-keys /></validate-azure-ad-token>', "not simulated"],
  ])("refuses %s when it is saved", async (xml, problem) => {
    await expect(policy(xml)).rejects.toThrow(problem);
  });
});
