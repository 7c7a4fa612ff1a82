/**
 * validate-jwt executed on a real gateway with really signed tokens. What Microsoft leaves undocumented is marked in the
 * code as assumed; it is not proved here.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TestGateway } from "../../../../support/gateway.ts";
import { makeService, policy, serveGateway } from "../../../../support/gateway.ts";
import { serve, type TestServer } from "../../../../support/serve.ts";
import {
  goodClaims,
  makeKey,
  nowSeconds,
  serveIssuer,
  signToken,
  type TestIssuer,
} from "../../../../support/tokens.ts";

const key = makeKey("k1");
const other = makeKey("k2");
const elliptic = makeKey("e1", "ec");
const secret = Buffer.from("0123456789abcdef0123456789abcdef");

let issuer: TestIssuer;
let backend: TestServer;
let gateway: TestGateway;
beforeAll(async () => {
  issuer = await serveIssuer([key.jwk, elliptic.jwk]);
  backend = await serve((_, response) => response.end("let in"));
  gateway = await serveGateway({});
});
afterAll(() => Promise.all([issuer.close(), backend.close(), gateway.close()]));

/** Attributes and children of validate-jwt around a working default. */
async function use(
  attributes: string,
  children = "",
  config = `<openid-config url="${issuer.configUrl}" />`,
): Promise<void> {
  const source = /(header-name|query-parameter-name|token-value)=/.test(attributes)
    ? ""
    : 'header-name="Authorization"';
  const document = await policy(`<validate-jwt ${source} ${attributes}>${config}${children}</validate-jwt>`);
  gateway.service = makeService({ policy: document, api: { serviceUrl: backend.origin } });
  gateway.log.length = 0;
  gateway.now = nowSeconds;
}

async function call(
  headers: Record<string, string>,
  query = "",
): Promise<[status: number, reason: string | undefined]> {
  const response = await fetch(`${gateway.origin}/things${query}`, { headers });
  await response.text();
  return [response.status, /\((\w+)\)$/.exec(gateway.log.at(-1) ?? "")?.[1]];
}
const bearer = (token: string) => call({ authorization: `Bearer ${token}` });
const letIn = [200, undefined];
const audience = "<audiences><audience>api://test</audience></audiences>";

describe("an expression", () => {
  it("may stand in attributes, in the place of the discovery document and in every list", async () => {
    await use(
      `require-expiration-time="@(context.Request.Method != "GET")" clock-skew="@(60)" failed-validation-httpcode="@(400 + 3)" failed-validation-error-message="@($"Not by {context.Request.Method}.")"`,
      `<audiences><audience>@(context.Request.Headers.GetValueOrDefault("X-Audience", ""))</audience></audiences>
       <issuers><issuer>@("https://" + "other.example")</issuer></issuers>
       <required-claims><claim name="scp"><value>@("a" + ".read")</value></claim></required-claims>`,
      `<openid-config url="@("${issuer.configUrl}")" />`,
    );
    const token = signToken(key, { ...goodClaims, iss: "https://other.example", exp: undefined });
    const headers = { authorization: `Bearer ${token}` };
    expect(await call({ ...headers, "x-audience": "api://test" })).toEqual(letIn);
    expect(await call({ ...headers, "x-audience": "api://other" })).toEqual([403, "TokenAudienceNotAllowed"]);
    const refused = await fetch(`${gateway.origin}/things`, { headers });
    expect(await refused.text()).toBe('{ "statusCode": 403, "message": "Not by GET." }');
  });

  it("is worked out for each request, so that one of them is let in and the next one is not", async () => {
    await use('token-value="@(context.Request.Headers.GetValueOrDefault("X-Token", "none"))"');
    const token = signToken(key);
    expect(await call({ "x-token": token })).toEqual(letIn);
    expect(await call({})).toEqual([401, "JwtInvalid"]);
  });

  it("that gives no status is a failure of the policy", async () => {
    await use('failed-validation-httpcode="@("many")"');
    expect(await call({})).toEqual([500, "ExpressionValueEvaluationFailure"]);
  });
});

describe("the refusal", () => {
  it("has API Management's body, letter by letter, and no WWW-Authenticate", async () => {
    await use('failed-validation-error-message="Unauthorized. Access token is missing or invalid."');
    const response = await fetch(`${gateway.origin}/things`);
    expect(response.status).toBe(401);
    expect(response.headers.get("content-type")).toBe("application/json");
    expect(response.headers.has("www-authenticate")).toBe(false);
    const body = await response.text();
    expect(body).toBe(
      '{ "statusCode": 401, "message": "Unauthorized. Access token is missing or invalid." }',
    );
    expect(Buffer.byteLength(body)).toBe(85);
  });

  it("has the status that the policy names, and the failure's own text by default", async () => {
    await use('failed-validation-httpcode="418"');
    const response = await fetch(`${gateway.origin}/things`);
    expect([response.status, await response.json()]).toEqual([
      418,
      { statusCode: 418, message: "JWT not present." },
    ]);
  });

  it("is logged with scope, claim and kid, without the token", async () => {
    await use("", "<audiences><audience>api://x</audience></audiences>");
    const token = signToken(key);
    await bearer(token);
    expect(gateway.log).toEqual([
      'validate-jwt (global) refused GET /things: claim "aud" must be one of "api://x"; got "api://test". Access denied. (kid "k1") (TokenAudienceNotAllowed)',
    ]);
    expect(gateway.log.join()).not.toContain(token.split(".")[2]);
  });
});

describe("the token", () => {
  it("is taken from Authorization without its scheme", async () => {
    await use("", audience);
    expect(await bearer(signToken(key))).toEqual(letIn);
    expect(await call({})).toEqual([401, "TokenNotPresent"]);
  });

  it("must have the scheme that is required, in any letter case", async () => {
    await use('require-scheme="Bearer"', audience);
    const token = signToken(key);
    expect(await call({ authorization: `bearer ${token}` })).toEqual(letIn);
    expect(await call({ authorization: `Basic ${token}` })).toEqual([401, "TokenNotPresent"]);
    expect(await call({ authorization: token })).toEqual([401, "TokenNotPresent"]);
  });

  it("is taken whole from another header, where a scheme is not looked for", async () => {
    await use('header-name="X-Token" require-scheme="Bearer"', audience);
    expect(await call({ "x-token": signToken(key) })).toEqual(letIn);
    expect(await call({ "x-token": `Bearer ${signToken(key)}` })).toEqual([401, "JwtInvalid"]);
  });

  it("is taken from a query parameter", async () => {
    await use('query-parameter-name="token"', audience);
    expect(await call({}, `?a=1&token=${signToken(key)}`)).toEqual(letIn);
    expect(await call({}, "?a=1")).toEqual([401, "TokenNotPresent"]);
    expect(gateway.log.at(-1)).not.toContain("?");
  });

  it("is the policy's own value", async () => {
    await use(`token-value="${signToken(key)}"`, audience);
    expect(await call({})).toEqual(letIn);
  });

  it.each([
    ["two parts", "a.b"],
    ["a JWE", "a.b.c.d.e"],
    ["padding", `${signToken(key)}=`],
    ["white space inside", signToken(key).replace(".", ". ")],
    ["a payload that is no object", `${Buffer.from('{"alg":"RS256"}').toString("base64url")}.W10.AA`],
    ["a critical extension", signToken(key, goodClaims, { header: { crit: ["exp"] } })],
  ])("is refused with %s", async (_, token) => {
    await use("", audience);
    expect(await bearer(token)).toEqual([401, "JwtInvalid"]);
  });
});

describe("the signature", () => {
  it.each(["RS256", "RS512", "PS256"])("is accepted by %s with an RSA key", async (alg) => {
    await use("");
    expect(await bearer(signToken(key, goodClaims, { alg }))).toEqual(letIn);
  });

  it("is accepted by ES256 with a P-256 key", async () => {
    await use("");
    expect(await bearer(signToken(elliptic, goodClaims, { alg: "ES256" }))).toEqual(letIn);
  });

  it("is accepted by HS256 with a given key only", async () => {
    const token = signToken(key, goodClaims, { alg: "HS256", secret });
    const given = `<issuer-signing-keys><key>${secret.toString("base64")}</key></issuer-signing-keys>`;
    await use("", given, "");
    expect(await bearer(token)).toEqual(letIn);
    await use("");
    expect(await bearer(token)).toEqual([401, "TokenSignatureKeyNotFound"]);
  });

  it("is not taken for HS256 keyed with the public key", async () => {
    await use("");
    const pem = String(key.privateKey.export({ type: "pkcs8", format: "pem" }));
    expect(await bearer(signToken(key, goodClaims, { alg: "HS256", secret: Buffer.from(pem) }))).toEqual([
      401,
      "TokenSignatureKeyNotFound",
    ]);
  });

  it.each(["RS384", "PS512", "HS512"])("is refused by %s", async (alg) => {
    await use("");
    expect(await bearer(signToken(key, goodClaims, { alg, secret }))).toEqual([401, "TokenSignatureInvalid"]);
  });

  it("must be the one of the named key", async () => {
    await use("");
    expect(await bearer(signToken({ ...other, kid: "k1" }))).toEqual([401, "TokenSignatureInvalid"]);
  });

  it("is tried with every key when no key has the token's kid", async () => {
    await use("");
    expect(await bearer(signToken({ ...key, kid: "renamed" }))).toEqual(letIn);
    expect(await bearer(signToken(other))).toEqual([401, "TokenSignatureKeyNotFound"]);
  });

  it("is not taken by another algorithm than the published key is for", async () => {
    const pinned = makeKey("p1", "rsa", "RS256");
    const own = await serveIssuer([pinned.jwk]);
    await use("", "", `<openid-config url="${own.configUrl}" />`);
    expect(await bearer(signToken(pinned))).toEqual(letIn);
    expect(await bearer(signToken(pinned, goodClaims, { alg: "RS512" }))).toEqual([
      401,
      "TokenSignatureKeyNotFound",
    ]);
    await own.close();
  });

  it("may be missing only where the policy says so", async () => {
    const unsigned = signToken(key, goodClaims, { alg: "none" });
    await use("");
    expect(await bearer(unsigned)).toEqual([401, "TokenSignatureInvalid"]);
    await use('require-signed-tokens="false"');
    expect(await bearer(unsigned)).toEqual(letIn);
    expect(await bearer(`${unsigned}AAAA`)).toEqual([401, "TokenSignatureInvalid"]);
  });

  it("is made by a key of modulus and exponent", async () => {
    const { n, e } = key.jwk;
    await use("", `<issuer-signing-keys><key id="k1" n="${n}" e="${e}" /></issuer-signing-keys>`, "");
    expect(await bearer(signToken(key))).toEqual(letIn);
    expect(await bearer(signToken(other))).toEqual([401, "TokenSignatureKeyNotFound"]);
  });

  it("is remembered with its key, not with the claims' judgement", async () => {
    await use("", audience);
    const token = signToken(key);
    expect(await bearer(token)).toEqual(letIn);
    gateway.now = goodClaims.exp;
    expect(await bearer(token)).toEqual([401, "TokenExpired"]);
    expect(await bearer(token.replace(/.$/, (last) => (last === "A" ? "Q" : "A")))).toEqual([
      401,
      expect.any(String),
    ]);
  });
});

describe("the lifetime", () => {
  it("ends at exp and begins at nbf", async () => {
    await use("");
    const token = signToken(key, { ...goodClaims, nbf: nowSeconds });
    for (const [now, answer] of [
      [nowSeconds - 1, [401, "JwtInvalid"]],
      [nowSeconds, letIn],
      [goodClaims.exp - 1, letIn],
      [goodClaims.exp, [401, "TokenExpired"]],
    ] as const) {
      gateway.now = now;
      gateway.log.length = 0;
      expect([now, await bearer(token)]).toEqual([now, answer]);
    }
  });

  it("is widened by the clock skew, to the second", async () => {
    await use('clock-skew="60"');
    const token = signToken(key, { ...goodClaims, nbf: nowSeconds });
    for (const [now, status] of [
      [nowSeconds - 61, 401],
      [nowSeconds - 60, 200],
      [goodClaims.exp + 59, 200],
      [goodClaims.exp + 60, 401],
    ] as const) {
      gateway.now = now;
      expect([now, (await bearer(token))[0]]).toEqual([now, status]);
    }
  });

  it("must be there unless the policy says otherwise", async () => {
    const endless = signToken(key, { ...goodClaims, exp: undefined });
    await use("");
    expect(await bearer(endless)).toEqual([401, "JwtInvalid"]);
    await use('require-expiration-time="false"');
    expect(await bearer(endless)).toEqual(letIn);
    expect(await bearer(signToken(key, { ...goodClaims, exp: "never" }))).toEqual([401, "JwtInvalid"]);
  });
});

describe("audience and issuer", () => {
  it("match when any one does", async () => {
    await use("", "<audiences><audience>api://x</audience><audience>api://test</audience></audiences>");
    expect(await bearer(signToken(key))).toEqual(letIn);
    expect(await bearer(signToken(key, { ...goodClaims, aud: ["api://y", "api://x"] }))).toEqual(letIn);
    expect(await bearer(signToken(key, { ...goodClaims, aud: "API://TEST" }))).toEqual([
      401,
      "TokenAudienceNotAllowed",
    ]);
    expect(await bearer(signToken(key, { ...goodClaims, aud: undefined }))).toEqual([
      401,
      "TokenAudienceNotAllowed",
    ]);
  });

  it("come from the discovery document and from the policy alike", async () => {
    await use("", "<issuers><issuer>https://second.example</issuer></issuers>");
    expect(await bearer(signToken(key))).toEqual(letIn);
    expect(await bearer(signToken(key, { ...goodClaims, iss: "https://second.example" }))).toEqual(letIn);
    expect(await bearer(signToken(key, { ...goodClaims, iss: "https://third.example" }))).toEqual([
      401,
      "TokenIssuerNotAllowed",
    ]);
  });

  it("let every audience in when the walkthrough's aud claim without values stands for audiences", async () => {
    await use("", '<required-claims><claim name="aud" match="any" /></required-claims>');
    expect(await bearer(signToken(key, { ...goodClaims, aud: "api://somebody-else" }))).toEqual(letIn);
    await use("", audience);
    expect(await bearer(signToken(key, { ...goodClaims, aud: "api://somebody-else" }))).toEqual([
      401,
      "TokenAudienceNotAllowed",
    ]);
  });
});

describe("required claims", () => {
  const claim = (attributes: string, ...values: string[]) =>
    `<required-claims><claim ${attributes}>${values.map((value) => `<value>${value}</value>`).join("")}</claim></required-claims>`;

  it("need all values, or any", async () => {
    await use("", claim('name="scp"', "a.read", "a.write"));
    expect(await bearer(signToken(key))).toEqual(letIn);
    expect(await bearer(signToken(key, { ...goodClaims, scp: ["a.read"] }))).toEqual([
      401,
      "TokenClaimValueNotAllowed",
    ]);
    await use("", claim('name="scp" match="any"', "a.read", "a.write"));
    expect(await bearer(signToken(key, { ...goodClaims, scp: ["a.read"] }))).toEqual(letIn);
    expect(await bearer(signToken(key, { ...goodClaims, scp: ["b"] }))).toEqual([
      401,
      "TokenClaimValueNotAllowed",
    ]);
  });

  it("split a text where a separator is given", async () => {
    const text = signToken(key, { ...goodClaims, scp: "a.read a.write" });
    await use("", claim('name="scp" match="any"', "a.read"));
    expect(await bearer(text)).toEqual([401, "TokenClaimValueNotAllowed"]);
    await use("", claim('name="scp" match="any" separator=" "', "a.read"));
    expect(await bearer(text)).toEqual(letIn);
  });

  it("name every claim that is missing", async () => {
    await use("", '<required-claims><claim name="dept" /><claim name="role" /></required-claims>');
    expect(await bearer(signToken(key))).toEqual([401, "TokenClaimNotFound"]);
    expect(gateway.log.at(-1)).toContain(
      "JWT token is missing the following claims: dept, role Access denied.",
    );
  });

  it("name a claim that is missing before one of another value", async () => {
    await use(
      "",
      '<required-claims><claim name="scp"><value>b</value></claim><claim name="dept" /></required-claims>',
    );
    expect(await bearer(signToken(key))).toEqual([401, "TokenClaimNotFound"]);
    expect(await bearer(signToken(key, { ...goodClaims, dept: "x" }))).toEqual([
      401,
      "TokenClaimValueNotAllowed",
    ]);
  });

  it("compare values in the same letter case", async () => {
    await use("", claim('name="scp" match="any"', "A.read"));
    expect(await bearer(signToken(key, { ...goodClaims, scp: ["A.read"] }))).toEqual(letIn);
    expect(await bearer(signToken(key))).toEqual([401, "TokenClaimValueNotAllowed"]);
  });

  it("miss a claim of a name that every object knows, until the token has it", async () => {
    await use("", '<required-claims><claim name="constructor" /></required-claims>');
    expect(await bearer(signToken(key))).toEqual([401, "TokenClaimNotFound"]);
    gateway.log.length = 0;
    expect(await bearer(signToken(key, { ...goodClaims, constructor: "x" }))).toEqual(letIn);
  });

  it.each([
    [7, "7"],
    [true, "true"],
  ])("compare %j as text", async (value, text) => {
    await use("", claim('name="level"', text));
    expect(await bearer(signToken(key, { ...goodClaims, level: value }))).toEqual(letIn);
  });
});

describe("the discovery document", () => {
  const hour = 3600;

  it("is kept for an hour", async () => {
    const own = await serveIssuer([key.jwk]);
    await use("", "", `<openid-config url="${own.configUrl}" />`);
    own.fetches = 0;
    for (const [seconds, fetches] of [
      [0, 1],
      [hour - 1, 1],
      [hour, 2],
    ] as const) {
      gateway.now = nowSeconds + seconds;
      await bearer(signToken(key, { ...goodClaims, exp: nowSeconds + 2 * hour }));
      expect([seconds, own.fetches]).toEqual([seconds, fetches]);
    }
    await own.close();
  });

  it("is fetched again for an unknown kid, at most every five minutes", async () => {
    const own = await serveIssuer([key.jwk]);
    await use("", "", `<openid-config url="${own.configUrl}" />`);
    await bearer(signToken(key));
    own.keys = [key.jwk, other.jwk];
    own.fetches = 0;
    expect(await bearer(signToken(other))).toEqual([401, "TokenSignatureKeyNotFound"]);
    expect(own.fetches).toBe(0);
    gateway.now += 300;
    gateway.log.length = 0;
    expect(await bearer(signToken(other))).toEqual(letIn);
    expect(own.fetches).toBe(1);
    await own.close();
  });

  it("stays in use while its server is broken", async () => {
    const own = await serveIssuer([key.jwk]);
    await use("", "", `<openid-config url="${own.configUrl}" />`);
    const token = signToken(key, { ...goodClaims, exp: nowSeconds + 9 * hour });
    expect(await bearer(token)).toEqual(letIn);
    own.broken = true;
    gateway.now += 2 * hour;
    expect(await bearer(token)).toEqual(letIn);
    await own.close();
  });

  it("that never answered leaves every token without a key, and is asked again after five minutes", async () => {
    const own = await serveIssuer([key.jwk]);
    await use("", "", `<openid-config url="${own.configUrl}" />`);
    own.broken = true;
    expect(await bearer(signToken(key))).toEqual([401, "TokenSignatureKeyNotFound"]);
    expect(gateway.log.at(-1)).toContain(
      `Access denied. (kid "k1"; "${own.configUrl}" answered 500 instead of 200.) (TokenSignatureKeyNotFound)`,
    );
    own.broken = false;
    expect(await bearer(signToken(key))).toEqual([401, "TokenSignatureKeyNotFound"]);
    gateway.now += 300;
    gateway.log.length = 0;
    expect(await bearer(signToken(key))).toEqual(letIn);
    await own.close();
    expect(await bearer(signToken(other))).toEqual([401, "TokenSignatureKeyNotFound"]);
    expect(gateway.log.at(-1)).not.toContain(own.configUrl);
    gateway.now += 300;
    expect(await bearer(signToken(other))).toEqual([401, "TokenSignatureKeyNotFound"]);
    expect(gateway.log.at(-1)).toContain(`"${own.configUrl}" cannot be reached (ECONNREFUSED).`);
  });

  it("that never answered lets no other issuer in, by a key of the policy's own", async () => {
    const own = await serveIssuer([key.jwk]);
    const { n, e } = key.jwk;
    const keys = `<issuer-signing-keys><key id="k1" n="${n}" e="${e}" /></issuer-signing-keys>`;
    await use("", keys, `<openid-config url="${own.configUrl}" />`);
    own.broken = true;
    const stranger = signToken(key, { ...goodClaims, iss: "https://stranger.example" });
    expect(await bearer(stranger)).toEqual([401, "TokenIssuerNotAllowed"]);
    await use("", keys, "");
    expect(await bearer(stranger)).toEqual(letIn);
    await own.close();
  });

  it("that never answered is named in the log, not to the client", async () => {
    const own = await serveIssuer([key.jwk]);
    await use("", "", `<openid-config url="${own.configUrl}" />`);
    own.broken = true;
    const response = await fetch(`${gateway.origin}/things`, {
      headers: { authorization: `Bearer ${signToken(key)}` },
    });
    expect(await response.json()).toEqual({
      statusCode: 401,
      message: "no key for RS256 made the signature. Access denied.",
    });
    await own.close();
  });
});
