/**
 * How strictly a token is read: jose signs it, whatever its payload holds, so that nothing but the reading can refuse it. What
 * API Management itself does with such tokens is not proved here; the code says what is assumed.
 */
import { generateKeyPairSync, type JsonWebKey, type KeyObject, sign } from "node:crypto";
import { CompactSign, exportJWK } from "jose";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { parseToken } from "../../../../simulator/apim/policy/tokens/json-web-token.ts";
import { keyOfJwk } from "../../../../simulator/apim/policy/tokens/signing-key.ts";
import { VerifiedTokens } from "../../../../simulator/apim/policy/tokens/verified-tokens.ts";
import { makeService, policy, serveGateway, type TestGateway } from "../../../support/gateway.ts";
import { exchangeRaw } from "../../../support/raw.ts";
import { serve, type TestServer } from "../../../support/serve.ts";
import {
  goodClaims,
  makeKey,
  nowSeconds,
  serveIssuer,
  signToken,
  type TestIssuer,
} from "../../../support/tokens.ts";

const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const kid = "k1";

let issuer: TestIssuer;
let backend: TestServer;
let gateway: TestGateway;
const forwarded: (string[] | undefined)[] = [];
beforeAll(async () => {
  issuer = await serveIssuer([{ ...(await exportJWK(publicKey)), kid, use: "sig" }]);
  backend = await serve((request, response) => {
    forwarded.push(request.headersDistinct.authorization);
    response.end("let in");
  });
  gateway = await serveGateway({});
});
afterAll(() => Promise.all([issuer.close(), backend.close(), gateway.close()]));
beforeEach(() => use());

const audience = "<audiences><audience>api://test</audience></audiences>";
const scopes = (match: string, ...values: string[]) =>
  `<required-claims><claim name="scp" ${match}>${values.map((value) => `<value>${value}</value>`).join("")}</claim></required-claims>`;

async function use(
  children = audience,
  { source = 'header-name="Authorization"', config = `<openid-config url="${issuer.configUrl}" />` } = {},
): Promise<void> {
  const document = await policy(`<validate-jwt ${source}>${config}${children}</validate-jwt>`);
  gateway.service = makeService({ policy: document, api: { serviceUrl: backend.origin } });
  gateway.log.length = 0;
  forwarded.length = 0;
}

async function signPayload(payload: string | Buffer, header: object = {}): Promise<string> {
  const protectedHeader = { alg: "RS256", kid, ...header };
  return new CompactSign(Buffer.from(payload)).setProtectedHeader(protectedHeader).sign(privateKey);
}

/** The good claims with one that is written as it is. */
function withClaim(name: string, json: string): string {
  const others = Object.entries(goodClaims).filter(([other]) => other !== name);
  return `{${[...others.map(([key, value]) => `"${key}":${JSON.stringify(value)}`), `"${name}":${json}`].join(",")}}`;
}

const letIn = [200, undefined];
async function ask(
  headers: readonly string[],
  query = "",
): Promise<[status: number, reason: string | undefined]> {
  const lines = headers.map((line) => `${line}\r\n`).join("");
  const text = await exchangeRaw(
    gateway.origin,
    `GET /things${query} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${lines}\r\n`,
  );
  return [Number(text.split(" ")[1]), /\((\w+)\)$/.exec(gateway.log.at(-1) ?? "")?.[1]];
}
const bearer = (token: string) => ask([`Authorization: Bearer ${token}`]);

const nested = (depth: number) => `${"[".repeat(depth)}${"]".repeat(depth)}`;

describe("a token's JSON", () => {
  it("is read when everything is in order", async () => {
    expect(await bearer(await signPayload(JSON.stringify(goodClaims)))).toEqual(letIn);
    expect(await bearer(await signPayload(withClaim("deep", nested(31))))).toEqual(letIn);
    expect(await bearer(await signPayload(withClaim("text", '"é 日 \\u00e9 {[\\"]}"')))).toEqual(letIn);
    expect(await bearer(await signPayload(withClaim("same", '[{"a":1},{"a":{"a":1}}]')))).toEqual(letIn);
  });

  it.each<[string, string | Buffer]>([
    ["invalid UTF-8", Buffer.from(withClaim("x", '"\u00ff"'), "latin1")],
    ["an overlong escape in UTF-8", Buffer.from(withClaim("x", '"\u00c0\u00ae"'), "latin1")],
    ["a byte order mark", `\ufeff${JSON.stringify(goodClaims)}`],
    ["a claim twice", `{"exp":1,${JSON.stringify(goodClaims).slice(1)}`],
    ["a claim twice, once escaped", `{"\\u0065xp":1,${JSON.stringify(goodClaims).slice(1)}`],
    ["a name twice further down", withClaim("x", '[{"a":{"b":1,"b":2}}]')],
    ["33 levels", withClaim("deep", nested(32))],
    ["3500 levels", withClaim("aud", nested(3500))],
    ["a list", "[]"],
    ["null", "null"],
    ["nothing", ""],
    ["a comment", `${JSON.stringify(goodClaims)}//`],
  ])("is refused with %s", async (_, payload) => {
    expect(await bearer(await signPayload(payload))).toEqual([401, "JwtInvalid"]);
  });

  it.each([
    ["a parameter twice", `{"alg":"RS256","kid":"other","kid":"${kid}"}`],
    ["a kid that is no text", '{"alg":"RS256","kid":1}'],
    ["no alg", `{"kid":"${kid}"}`],
    ["alg as a list", '{"alg":["RS256"]}'],
  ])("is refused with %s in its header", async (_, header) => {
    expect(await bearer(signText(Buffer.from(header).toString("base64url")))).toEqual([401, "JwtInvalid"]);
  });
});

/** Signs parts as they are written, right or wrong. */
function signText(
  header: string,
  payload = Buffer.from(JSON.stringify(goodClaims)).toString("base64url"),
  key: KeyObject = privateKey,
): string {
  const content = `${header}.${payload}`;
  return `${content}.${sign("sha256", Buffer.from(content), key).toString("base64url")}`;
}

describe("a token's Base64url", () => {
  const header = Buffer.from(JSON.stringify({ alg: "RS256", kid })).toString("base64url");
  const claims = JSON.stringify(goodClaims);
  // White space makes the payload's length a multiple of three, so that one more letter decodes to nothing.
  const payload = Buffer.from(claims.padEnd(Math.ceil(claims.length / 3) * 3)).toString("base64url");

  it("is refused where a part has a length that no bytes have", async () => {
    expect(payload.length % 4).toBe(0);
    expect(await bearer(signText(header, payload))).toEqual(letIn);
    expect(await bearer(signText(header, `${payload}A`))).toEqual([401, "JwtInvalid"]);
  });

  it("is refused where its signature has such a length", async () => {
    // A signature of 384 bytes has 512 letters.
    const large = generateKeyPairSync("rsa", { modulusLength: 3072 });
    const { n, e } = await exportJWK(large.publicKey);
    const issuers = "<issuers><issuer>https://issuer.example</issuer></issuers>";
    await use(issuers, { config: `<issuer-signing-keys><key n="${n}" e="${e}" /></issuer-signing-keys>` });
    const token = signText(header, payload, large.privateKey);
    expect(await bearer(token)).toEqual(letIn);
    expect(await bearer(`${token}A`)).toEqual([401, "JwtInvalid"]);
  });
});

describe("a registered claim", () => {
  it.each([
    ["aud", '"api://test"'],
    ["aud", '["api://other","api://test"]'],
    ["exp", `${goodClaims.exp}.5`],
    ["nbf", "0"],
    ["sub", '""'],
    ["jti", '"1"'],
  ])("%s is read as %s", async (name, json) => {
    expect(await bearer(await signPayload(withClaim(name, json)))).toEqual(letIn);
  });

  it.each([
    ["aud", '[["api://test"]]'],
    ["aud", '["api://test",1]'],
    ["aud", '["api://test",null]'],
    ["aud", '{"0":"api://test"}'],
    ["aud", "null"],
    ["iss", '["https://issuer.example"]'],
    ["iss", "null"],
    ["sub", "1"],
    ["sub", '["a"]'],
    ["jti", "{}"],
    ["exp", "1e400"],
    ["exp", `"${goodClaims.exp}"`],
    ["exp", `[${goodClaims.exp}]`],
    ["exp", "null"],
    ["exp", "true"],
    ["nbf", "-1e400"],
    ["nbf", '"0"'],
    ["nbf", "null"],
    ["iat", "1e400"],
    ["iat", '"0"'],
  ])("%s is refused as %s", async (name, json) => {
    expect(await bearer(await signPayload(withClaim(name, json)))).toEqual([401, "JwtInvalid"]);
    expect(gateway.log.at(-1)).toContain(`claim "${name}" must be `);
  });

  it("that is not valid yet is named with its time", async () => {
    expect(await bearer(await signPayload(withClaim("nbf", `${nowSeconds + 1}`)))).toEqual([
      401,
      "JwtInvalid",
    ]);
    expect(gateway.log.at(-1)).toContain(
      `the token is not valid before ${nowSeconds + 1}; it is ${nowSeconds}.`,
    );
  });
});

describe("a required claim", () => {
  const ask = async (json: string, match = 'match="all"', ...values: string[]) => {
    await use(audience + scopes(match, ...(values.length > 0 ? values : ["a.read"])));
    return bearer(await signPayload(withClaim("scp", json)));
  };

  it.each(['"a.read"', '["a.read"]', '["b",7,true,"a.read"]'])("is held by %s", async (json) => {
    expect(await ask(json)).toEqual(letIn);
  });

  it.each(['[["a.read"]]', '{"a.read":1}', '[{"a.read":1}]', "[]", '["a.read "]', '"A.READ"', "[null]"])(
    "is not held by %s",
    async (json) => {
      expect(await ask(json)).toEqual([401, "TokenClaimValueNotAllowed"]);
    },
  );

  it.each([
    ['{"a":1}', '{"a":1}'],
    ['[["a"]]', '["a"]'],
    ["[null]", "null"],
  ])("is not held by %s, though the policy asks for its text %s", async (json, value) => {
    expect(await ask(json, "", value)).toEqual([401, "TokenClaimValueNotAllowed"]);
  });

  it("is missing when it is null", async () => {
    expect(await ask("null")).toEqual([401, "TokenClaimNotFound"]);
  });

  it.each([
    ["7", "7"],
    ["true", "true"],
    ["[7,true]", "true"],
  ])("is compared with %s as text", async (json, value) => {
    expect(await ask(json, "", value)).toEqual(letIn);
  });

  it.each(["", 'match="all"'])("needs every value with %j", async (match) => {
    expect(await ask('["a.read","a.write"]', match, "a.read", "a.write")).toEqual(letIn);
    for (const json of ['["a.read"]', '["a.write"]', '["a.read","b"]'])
      expect(await ask(json, match, "a.read", "a.write")).toEqual([401, "TokenClaimValueNotAllowed"]);
  });

  it("needs one value with match any", async () => {
    for (const json of ['["a.read"]', '["a.write"]'])
      expect(await ask(json, 'match="any"', "a.read", "a.write")).toEqual(letIn);
    expect(await ask('["b"]', 'match="any"', "a.read", "a.write")).toEqual([
      401,
      "TokenClaimValueNotAllowed",
    ]);
  });
});

describe("a token that comes with another", () => {
  it.each<[string, (good: string) => readonly string[]]>([
    ["a second one after it", (good) => [`Authorization: Bearer ${good}`, "Authorization: Bearer bad"]],
    ["a second one before it", (good) => ["authorization: Bearer bad", `Authorization: Bearer ${good}`]],
    ["an empty one after it", (good) => [`Authorization: Bearer ${good}`, "AUTHORIZATION:"]],
    ["an empty one before it", (good) => ["Authorization:", `Authorization: Bearer ${good}`]],
    ["itself", (good) => [`Authorization: Bearer ${good}`, `Authorization: Bearer ${good}`]],
    ["another in the same line", (good) => [`Authorization: Bearer ${good}, Basic x`]],
  ])("is refused with %s, and nothing is sent on", async (_, headers) => {
    const good = await signPayload(JSON.stringify(goodClaims));
    for (const source of [
      'header-name="Authorization"',
      'header-name="Authorization" require-scheme="Bearer"',
    ]) {
      await use(audience, { source });
      expect((await ask(headers(good)))[0]).toBe(401);
      expect(forwarded).toEqual([]);
    }
  });

  it("is refused in another header as well", async () => {
    await use(audience, { source: 'header-name="X-Token"' });
    const good = await signPayload(JSON.stringify(goodClaims));
    expect(await ask([`X-Token: ${good}`])).toEqual(letIn);
    expect(await ask([`X-Token: ${good}`, "x-token: bad"])).toEqual([401, "JwtInvalid"]);
    expect(gateway.log.at(-1)).toContain("more than one value");
  });

  it("is refused in a query parameter as well, however its name is written", async () => {
    await use(audience, { source: 'query-parameter-name="token"' });
    const good = await signPayload(JSON.stringify(goodClaims));
    expect(await ask([], `?a=1&token=${good}`)).toEqual(letIn);
    for (const query of [
      `token=${good}&token=bad`,
      `token=bad&token=${good}`,
      `token=${good}&to%6ben=bad`,
      `TOKEN=bad&token=${good}`,
      `token=${good}&token`,
    ])
      expect([query.length, ...(await ask([], `?${query}`))]).toEqual([query.length, 401, "JwtInvalid"]);
    expect(forwarded).toHaveLength(1);
  });

  it("is not there for the policy when the client's Connection names it, nor for the backend", async () => {
    const good = await signPayload(JSON.stringify(goodClaims));
    expect(await ask(["Connection: Authorization", `Authorization: Bearer ${good}`])).toEqual([
      401,
      "TokenNotPresent",
    ]);
    await use("", { config: "" });
    gateway.service = makeService({ policy: await policy(""), api: { serviceUrl: backend.origin } });
    await ask(["Connection: Authorization", `Authorization: Bearer ${good}`]);
    expect(forwarded).toEqual([undefined]);
  });

  it("reaches the backend as it was judged", async () => {
    const good = await signPayload(JSON.stringify(goodClaims));
    expect(await bearer(good)).toEqual(letIn);
    expect(forwarded).toEqual([[`Bearer ${good}`]]);
  });
});

describe("a key set", () => {
  const good = makeKey("good");
  const tokenOf = (key = good, alg = "RS256") => signToken(key, goodClaims, { alg });
  async function useKeys(...keys: unknown[]): Promise<void> {
    const own = await serveIssuer(keys as JsonWebKey[]);
    await use(audience, { config: `<openid-config url="${own.configUrl}" />` });
    expect(await bearer(tokenOf())).toEqual(keys.includes(good.jwk) ? letIn : expect.anything());
    await own.close();
  }
  const weak = generateKeyPairSync("rsa", { modulusLength: 1024 }).publicKey.export({ format: "jwk" });

  it.each<[string, unknown, string]>([
    [
      "a point that is not on the curve",
      { kty: "EC", crv: "P-256", x: "AA", y: "AA", kid: "bad" },
      'key of URL, "bad": ',
    ],
    [
      "numbers that are no Base64url",
      { kty: "RSA", n: "%%", e: "AQAB" },
      'key of URL, number 1: "n" is no Base64url text.',
    ],
    ["no numbers", { kty: "RSA", kid: "bad", x5c: ["AA"] }, 'key of URL, "bad": "n" is no Base64url text.'],
    [
      "an RSA key of 1024 bits",
      { ...weak, kid: "weak" },
      'key of URL, "weak": it has 1024 bits, and 2048 are the least.',
    ],
    [
      "an exponent of 1",
      { ...good.jwk, e: "AQ", kid: "bad" },
      'key of URL, "bad": its exponent is 1, and must be odd and above 1.',
    ],
    [
      "an even exponent",
      { ...good.jwk, e: "AQAA", kid: "bad" },
      'key of URL, "bad": its exponent is 65536, and must be odd and above 1.',
    ],
    ["a kid that is no text", { ...good.jwk, kid: 1 }, 'key of URL, number 1: "kid" is no text.'],
    [
      "key_ops that are no list",
      { ...good.jwk, key_ops: "verify" },
      'key of URL, "good": "key_ops" is no list.',
    ],
    ["a text for a key", "key", "key of URL, number 1: it is no object."],
    ["null for a key", null, "key of URL, number 1: it is no object."],
  ])("with %s is used without it, and the log names it", async (_, bad, line) => {
    await useKeys(bad, good.jwk);
    expect(gateway.log).toEqual([expect.stringContaining("validate-jwt leaves out a ")]);
    expect(gateway.log[0]?.replace(/http:\S+\/config/, "URL")).toContain(line);
  });

  it.each<[string, unknown]>([
    ["a key of another kind", { kty: "OKP", crv: "Ed25519", x: "AA" }],
    ["a shared secret", { kty: "oct", k: "AAAA" }],
    ["another curve", { kty: "EC", crv: "P-384", x: "AA", y: "AA" }],
    ["a key for encryption", { ...makeKey("enc").jwk, use: "enc" }],
    ["a key for an algorithm of encryption", { ...makeKey("enc").jwk, alg: "RSA-OAEP" }],
  ])("with %s is used without it, and nobody is told", async (_, other) => {
    await useKeys(other, good.jwk);
    expect(gateway.log).toEqual([]);
  });

  it.each<[string, object]>([
    ["use enc", { use: "enc" }],
    ["an algorithm of another kind", { alg: "ES256" }],
    ["another algorithm", { alg: "RS512" }],
    ["key_ops without verify", { key_ops: ["encrypt"] }],
    ["the kind oct", { kty: "oct", k: good.jwk.n }],
  ])("verifies nothing with a key of %s", async (_, fields) => {
    await useKeys({ ...good.jwk, ...fields });
    expect(await bearer(tokenOf())).toEqual([401, "TokenSignatureKeyNotFound"]);
  });

  it("verifies with a key whose key_ops say so", () => {
    expect(keyOfJwk({ ...good.jwk, key_ops: ["verify"] })?.id).toBe("good");
  });

  it("does not take the key of one kid for that of another", async () => {
    const second = makeKey("second");
    await useKeys(good.jwk, second.jwk);
    expect(await bearer(tokenOf(second))).toEqual(letIn);
    expect(await bearer(tokenOf({ ...good, kid: "second" }))).toEqual([401, "TokenSignatureInvalid"]);
    expect(await bearer(tokenOf({ ...second, kid: "good" }))).toEqual([401, "TokenSignatureInvalid"]);
  });
});

describe("a shared secret", () => {
  it("alone makes the signature", async () => {
    const secret = Buffer.from("0123456789abcdef");
    const config = `<issuer-signing-keys><key>${secret.toString("base64")}</key></issuer-signing-keys>`;
    await use(audience, { config });
    const token = (key: Buffer) => signToken(makeKey("h"), goodClaims, { alg: "HS256", secret: key });
    expect(await bearer(token(secret))).toEqual(letIn);
    for (const other of [
      Buffer.from("0123456789abcdeg"),
      Buffer.alloc(0),
      Buffer.from("0123456789abcde"),
      Buffer.from(secret.toString("base64")),
    ]) {
      gateway.log.length = 0;
      expect(await bearer(token(other))).toEqual([401, "TokenSignatureKeyNotFound"]);
    }
    const cut = token(secret).slice(0, -2);
    expect((await bearer(cut))[0]).toBe(401);
  });
});

describe("validate-jwt without keys", () => {
  it("refuses every signed token", async () => {
    await use(audience, { config: "" });
    expect(await bearer(await signPayload(JSON.stringify(goodClaims)))).toEqual([
      401,
      "TokenSignatureKeyNotFound",
    ]);
  });
});

describe("the tokens that were verified", () => {
  const key = makeKey("k");
  const verificationKey = keyOfJwk(key.jwk);
  const numbered = (number: number) => parseToken(signToken(key, { number }));

  it("are remembered, the last 250 of them", () => {
    const verified = new VerifiedTokens();
    const template = numbered(0);
    if (template === undefined || verificationKey === undefined)
      throw new Error("The test's own token and key must be good.");
    const tokens = Array.from({ length: 251 }, (_, index) => ({
      ...template,
      text: `${template.text}${index}`,
    }));
    for (const token of tokens) verified.add(token, verificationKey);
    expect(verified.parse(tokens[0]?.text ?? "")).not.toBe(tokens[0]);
    expect(tokens.slice(1).every((token) => verified.parse(token.text) === token)).toBe(true);
  });

  it("are remembered for the key that made the signature", () => {
    const verified = new VerifiedTokens();
    const token = numbered(1);
    const other = keyOfJwk(makeKey("k").jwk);
    if (token === undefined || verificationKey === undefined || other === undefined)
      throw new Error("The test's own token and keys must be good.");
    verified.add(token, verificationKey);
    expect([verified.has(token, verificationKey), verified.has(token, other)]).toEqual([true, false]);
  });
});

describe("the discovery document", () => {
  it.each([
    ["an issuer that is no text", { issuer: ["https://issuer.example"] }],
    ["a key set's address that is no text", { jwks_uri: 1 }],
  ])("is not taken with %s", async (_, fields) => {
    const own = await serveIssuer([makeKey("k").jwk], fields);
    await expect(use(audience, { config: `<openid-config url="${own.configUrl}" />` })).rejects.toThrow(
      /must be an OpenID Connect discovery document; "issuer" or "jwks_uri" is no text/,
    );
    await own.close();
  });

  it.each([
    ["no JSON", "<html>", /did not answer JSON \(SyntaxError\)/],
    ["null", "null", /must answer a JSON object/],
  ])("is not taken when it is %s", async (_, body, message) => {
    const own = await serve((_, response) => response.end(body));
    await expect(use(audience, { config: `<openid-config url="${own.origin}" />` })).rejects.toThrow(message);
    await own.close();
  });
});
