/** What each check of a token says in the log, and the nearest token that it takes. That Azure's texts are the same is not proved here. */
import { createSecretKey } from "node:crypto";
import { describe, expect, it } from "vitest";
import { parsePolicyDocument } from "../../../../simulator/apim/policy/document.ts";
import type { Exchange } from "../../../../simulator/apim/policy/exchange.ts";
import type { RequiredClaim } from "../../../../simulator/apim/policy/required-claim.ts";
import { judgeClaims } from "../../../../simulator/apim/policy/tokens/claims.ts";
import { parseToken } from "../../../../simulator/apim/policy/tokens/json-web-token.ts";
import { OpenIdConfigurations } from "../../../../simulator/apim/policy/tokens/open-id-configurations.ts";
import {
  keyOfJwk,
  keyOfModulus,
  keyOfSecret,
  type VerificationKey,
} from "../../../../simulator/apim/policy/tokens/signing-key.ts";
import type { JwtSettings } from "../../../../simulator/apim/policy/tokens/token-settings.ts";
import { VerifiedTokens } from "../../../../simulator/apim/policy/tokens/verified-tokens.ts";
import { verifyToken } from "../../../../simulator/apim/policy/tokens/verify-token.ts";
import { goodClaims, makeKey, nowSeconds, signToken } from "../../../support/tokens.ts";

const key = makeKey("k1");
const secret = Buffer.from("0123456789abcdef0123456789abcdef");

const settings: JwtSettings = {
  source: { kind: "header", name: "Authorization", scheme: "Bearer" },
  statusCode: 401,
  message: undefined,
  requireExpirationTime: true,
  requireSignedTokens: true,
  clockSkewSeconds: 0,
  outputVariable: undefined,
  configurationUrls: [],
  keys: [],
  audiences: new Set(["api://a", "api://b"]),
  issuers: new Set(),
  claims: [],
};
const good = { aud: "api://a", iss: "https://a.example", exp: nowSeconds + 1 };

/** Reason and text for a good token's claims with some changed; `undefined` for one that is let in. */
function judged(
  change: Readonly<Record<string, unknown>>,
  more: Partial<JwtSettings> = {},
): readonly string[] | undefined {
  const issuers = new Set(["https://a.example", "https://b.example"]);
  const refusal = judgeClaims({ ...good, ...change }, { ...settings, ...more }, { nowSeconds, issuers });
  return refusal && [refusal.reason, refusal.message];
}

describe("a claim", () => {
  it.each([
    ["iss", 7, "a text"],
    ["sub", null, "a text"],
    ["jti", {}, "a text"],
    ["exp", "1", "a number of seconds"],
    ["nbf", Number.POSITIVE_INFINITY, "a number of seconds"],
    ["iat", null, "a number of seconds"],
    ["aud", 7, "a text or a list of texts"],
    ["aud", ["api://a", 7], "a text or a list of texts"],
  ])('"%s" of another type, %j, is named with the type that it must have', (name, value, wanted) => {
    expect(judged({ [name]: value })).toEqual([
      "JwtInvalid",
      `claim "${name}" must be ${wanted}. Access denied.`,
    ]);
  });

  it.each<[string, Readonly<Record<string, unknown>>, readonly [string, string]]>([
    ["no exp", { exp: undefined }, ["JwtInvalid", 'claim "exp" is missing. Access denied.']],
    [
      "an exp of now",
      { exp: nowSeconds },
      ["TokenExpired", `the token expired at ${nowSeconds}; it is ${nowSeconds}. Access denied.`],
    ],
    [
      "a later nbf",
      { nbf: nowSeconds + 1 },
      ["JwtInvalid", `the token is not valid before ${nowSeconds + 1}; it is ${nowSeconds}. Access denied.`],
    ],
    [
      "another aud",
      { aud: ["x", "y"] },
      [
        "TokenAudienceNotAllowed",
        'claim "aud" must be one of "api://a", "api://b"; got "x", "y". Access denied.',
      ],
    ],
    [
      "no aud",
      { aud: undefined },
      [
        "TokenAudienceNotAllowed",
        'claim "aud" must be one of "api://a", "api://b"; got none. Access denied.',
      ],
    ],
    [
      "another iss",
      { iss: "x" },
      [
        "TokenIssuerNotAllowed",
        'claim "iss" must be one of "https://a.example", "https://b.example"; got "x". Access denied.',
      ],
    ],
    [
      "no iss",
      { iss: undefined },
      [
        "TokenIssuerNotAllowed",
        'claim "iss" must be one of "https://a.example", "https://b.example"; got none. Access denied.',
      ],
    ],
  ])("is told with what was due: %s", (_, change, refusal) => {
    expect(judged(change)).toEqual(refusal);
  });

  it("is cut where it is long", () => {
    const long = "x".repeat(1000);
    expect(judged({ aud: long })?.[1]?.length).toBeLessThan(300);
    const claim: RequiredClaim = { name: "scp", match: "any", separator: undefined, values: ["a"] };
    expect(judged({ scp: long }, { claims: [claim] })?.[1]).toBe(
      `Claim scp value of ${"x".repeat(200)} is not allowed. Access denied.`,
    );
  });

  it.each([
    ["the last second before exp", { exp: nowSeconds + 1 }],
    ["nbf of now", { nbf: nowSeconds }],
    ["one of several audiences", { aud: ["x", "api://b"] }],
    ["sub, jti and iat of their types", { sub: "s", jti: "j", iat: 0.5 }],
  ])("is taken with %s", (_, change) => {
    expect(judged(change)).toBeUndefined();
  });

  it.each<[unknown, string | undefined, string]>([
    [["b", "c"], undefined, "b, c"],
    ["b c", " ", "b, c"],
    ["a b", undefined, "a b"],
    [[{ a: 1 }, ["a"], 7, true], undefined, "7, true"],
    [{}, undefined, ""],
  ])("that is required, %j split by %j, is told as %j where it lacks the value", (scp, separator, told) => {
    const claim: RequiredClaim = { name: "scp", match: "any", separator, values: ["a"] };
    expect(judged({ scp }, { claims: [claim] })).toEqual([
      "TokenClaimValueNotAllowed",
      `Claim scp value of ${told} is not allowed. Access denied.`,
    ]);
  });
});

describe("a token's form", () => {
  const token = signToken(key);
  const [header = "", payload = "", signature = ""] = token.split(".");

  it.each([
    ["one part", header],
    ["two parts", `${header}.${payload}`],
    ["four parts, though the first three are a good token", `${token}.`],
    ["five parts", `${token}.x.y`],
    ["an empty header", `.${payload}.${signature}`],
    ["an empty payload", `${header}..${signature}`],
  ])("is none with %s", (_, text) => {
    expect(parseToken(text)).toBeUndefined();
  });

  it("is taken apart", () => {
    expect(parseToken(token)).toEqual({
      text: token,
      header: { alg: "RS256", kid: "k1" },
      algorithm: "RS256",
      kid: "k1",
      claims: goodClaims,
      contentEnd: `${header}.${payload}`.length,
    });
    expect(parseToken(signToken(key, goodClaims, { header: { kid: undefined } }))?.kid).toBeUndefined();
  });
});

describe("a signature", () => {
  const rsa = keyOfJwk(key.jwk);
  const hmac: VerificationKey = keyOfSecret(secret, "s1");
  const verified = async (
    text: string,
    keys: readonly (VerificationKey | undefined)[],
    requireSigned = true,
  ) => {
    const token = parseToken(text);
    if (token === undefined) throw new Error("The text must be a token; it is none.");
    const options = { requireSigned, verified: new VerifiedTokens() };
    return verifyToken(
      token,
      keys.flatMap((one) => one ?? []),
      options,
    );
  };

  it.each<[string, string, readonly (VerificationKey | undefined)[], string, string]>([
    [
      "none",
      signToken(key, goodClaims, { alg: "none" }),
      [rsa],
      "TokenSignatureInvalid",
      "the token is not signed: its alg is none. Access denied.",
    ],
    [
      "an algorithm that is not taken",
      signToken(key, goodClaims, { alg: "RS384" }),
      [rsa],
      "TokenSignatureInvalid",
      "alg must be one of RS256, RS512, PS256, ES256, HS256. Access denied.",
    ],
    [
      "another key of the same kid",
      signToken(makeKey("k1")),
      [rsa],
      "TokenSignatureInvalid",
      "the signature does not fit. Access denied.",
    ],
    [
      "a key that nobody has",
      signToken(makeKey("k2")),
      [rsa],
      "TokenSignatureKeyNotFound",
      "no key for RS256 made the signature. Access denied.",
    ],
    [
      "a shared secret of the same length",
      signToken(key, goodClaims, { alg: "HS256", secret: Buffer.alloc(32), header: { kid: "s1" } }),
      [hmac],
      "TokenSignatureInvalid",
      "the signature does not fit. Access denied.",
    ],
    [
      "a shared secret without a kid",
      signToken(key, goodClaims, { alg: "HS256", secret: Buffer.alloc(32), header: { kid: undefined } }),
      [keyOfSecret(secret)],
      "TokenSignatureKeyNotFound",
      "no key for HS256 made the signature. Access denied.",
    ],
    [
      "an RSA key that is named by the modulus's id",
      signToken(makeKey("m1")),
      [keyOfModulus(String(key.jwk.n), String(key.jwk.e), "m1")],
      "TokenSignatureInvalid",
      "the signature does not fit. Access denied.",
    ],
  ])("by %s is told as that", async (_, text, keys, reason, message) => {
    expect(await verified(text, keys)).toEqual({ reason, message });
  });

  it("that is cut is no good one, and ends nothing", async () => {
    const token = signToken(key, goodClaims, { alg: "HS256", secret, header: { kid: "s1" } });
    expect(await verified(token, [hmac])).toBeUndefined();
    const cut = await verified(token.slice(0, -4), [hmac]);
    expect(cut?.reason).toBe("TokenSignatureInvalid");
  });

  it("is looked for with every key where none has the token's kid", async () => {
    const plain = keyOfModulus(String(key.jwk.n), String(key.jwk.e));
    expect(plain).not.toHaveProperty("id");
    expect(keyOfSecret(secret)).not.toHaveProperty("id");
    const other = keyOfModulus(String(makeKey("k2").jwk.n), String(key.jwk.e));
    expect(await verified(signToken(key), [other, plain])).toBeUndefined();
    expect(await verified(signToken(key), [other])).toMatchObject({ reason: "TokenSignatureKeyNotFound" });
  });

  it("is verified once: the same token with the same key is known", async () => {
    const token = parseToken(signToken(key));
    if (token === undefined || rsa === undefined) throw new Error("Token and key must be good.");
    const tokens = new VerifiedTokens();
    expect(tokens.has(token, rsa)).toBe(false);
    const options = { requireSigned: true, verified: tokens };
    expect(await verifyToken(token, [rsa], options)).toBeUndefined();
    expect([tokens.has(token, rsa), tokens.parse(token.text) === token]).toEqual([true, true]);
    // A key that would refuse it is not asked again: what stands in the memory decides.
    const blind = { ...rsa, key: rsa.key, algorithms: ["RS256"] as const };
    expect(verifyToken(token, [blind], options)).toBeUndefined();
    // A token that only looks the same is not that token: it is verified.
    expect(tokens.has({ ...token }, rsa)).toBe(false);
    const foreign = { key: createSecretKey(secret), algorithms: ["RS256"] as const };
    expect(tokens.has(token, foreign)).toBe(false);
  });
});

describe("a key", () => {
  it.each([
    ["x", { kty: "EC", crv: "P-256", x: "a b", y: "AA" }],
    ["y", { kty: "EC", crv: "P-256", x: "AA", y: "AA\n" }],
    ["n", { kty: "RSA", n: "=AA", e: "AQAB" }],
    ["e", { kty: "RSA", n: "AA", e: 7 }],
    ["n", { kty: "RSA", e: "AQAB" }],
  ])('with a "%s" that is no Base64url text is refused by that name', (name, jwk) => {
    expect(() => keyOfJwk(jwk)).toThrow(`"${name}" is no Base64url text`);
  });

  it("of another kind on P-256 signs nothing here", () => {
    expect(keyOfJwk({ kty: "OKP", crv: "P-256", x: "AA", y: "AA" })).toBeUndefined();
  });
});

describe("the settings", () => {
  const n = String(key.jwk.n);
  const e = String(key.jwk.e);
  const base64 = secret.toString("base64");
  const document = (attributes: string, children: string) =>
    parsePolicyDocument(
      `<policies><inbound><validate-jwt header-name="Authorization" ${attributes}>${children}</validate-jwt></inbound></policies>`,
      { scope: "api", sku: "Developer" },
    );
  const keys = (inner: string) => `<issuer-signing-keys>${inner}</issuer-signing-keys>`;
  const usable = keys(`<key>${base64}</key>`);

  it.each([
    ['output-token-variable-name=""', usable, "'output-token-variable-name' must not be empty."],
    ["", keys("<key></key>"), "A key must be one of a Base64 text, 'n' and 'e', and 'certificate-id'."],
    [
      "",
      keys(`<key n="${n}"></key>`),
      "A key must be one of a Base64 text, 'n' and 'e', and 'certificate-id'.",
    ],
    [
      "",
      keys(`<key e="${e}"></key>`),
      "A key must be one of a Base64 text, 'n' and 'e', and 'certificate-id'.",
    ],
    [
      "",
      keys(`<key n="${n}" e="${e}">${base64}</key>`),
      "A key must be one of a Base64 text, 'n' and 'e', and 'certificate-id'.",
    ],
    [
      "",
      keys(`<key n="${n}">${base64}</key>`),
      "A key must be one of a Base64 text, 'n' and 'e', and 'certificate-id'.",
    ],
    [
      "",
      keys(`<key e="${e}">${base64}</key>`),
      "A key must be one of a Base64 text, 'n' and 'e', and 'certificate-id'.",
    ],
    [
      "",
      keys(`<key>${base64}x</key>`),
      "A key must be one of a Base64 text, 'n' and 'e', and 'certificate-id'.",
    ],
    [
      "",
      keys(`<key>${base64.slice(0, 40)}-_-_</key>`),
      "A key must be one of a Base64 text, 'n' and 'e', and 'certificate-id'.",
    ],
    [
      "",
      keys(`<key>-_-_${base64}</key>`),
      "A key must be one of a Base64 text, 'n' and 'e', and 'certificate-id'.",
    ],
    ["", keys(`<key>${base64}</key><zumo-master-key />`), "The element is not simulated."],
    ["", '<openid-config url="xhttps://a.example" />', "must be an http or https URL"],
    ["", '<openid-config url="https://" />', "must be an http or https URL"],
    ["", `<openid-config url="https://a.example" x="1" />${usable}`, "The attribute 'x' is not declared."],
    ["", `${keys(`<key x="1">${base64}</key>`)}`, "The attribute 'x' is not declared."],
    [
      "",
      `<issuer-signing-keys x="1"><key>${base64}</key></issuer-signing-keys>`,
      "The attribute 'x' is not declared.",
    ],
    [
      "",
      `${usable}<audiences x="1"><audience>a</audience></audiences>`,
      "The attribute 'x' is not declared.",
    ],
    [
      "",
      `${usable}<required-claims x="1"><claim name="a" /></required-claims>`,
      "The attribute 'x' is not declared.",
    ],
    [
      "",
      `${usable}<required-claims><claim name="a" x="1" /></required-claims>`,
      "The attribute 'x' is not declared.",
    ],
  ])("with %s and %s are refused", async (attributes, children, message) => {
    await expect(document(attributes, children)).rejects.toThrow(message);
  });

  it.each([
    ['id="check" output-token-variable-name="jwt" require-scheme="Bearer"', usable],
    ["", keys(`<key>\n  ${base64}\n</key>`)],
    ["", keys(`<key id="k" n="${n}" e="${e}" />`)],
    ["", keys(`<key n="${n}" e="${e}">  </key>`)],
  ])("are taken with %s and %s", async (attributes, children) => {
    await expect(document(attributes, children)).resolves.toBeDefined();
  });

  /** Runs the one statement of a document on a request that carries a token. */
  async function run(attributes: string, authorization: string, children = usable): Promise<Exchange> {
    const { sections } = await document(attributes, children);
    const [statement] = sections.inbound;
    if (statement === undefined || statement === "base") throw new Error("There must be a statement.");
    const exchange = {
      request: { method: "GET", target: "/", backendTarget: "/", headers: ["Authorization", authorization] },
      operation: undefined,
      variables: new Map<string, unknown>(),
      configurations: new OpenIdConfigurations({ now: () => nowSeconds * 1000 }, () => {}),
      verifiedTokens: new VerifiedTokens(),
      now: () => nowSeconds * 1000,
    } as unknown as Exchange;
    expect([statement.element, await statement.run(exchange)]).toEqual(["validate-jwt", "next"]);
    return exchange;
  }
  const token = signToken(key, goodClaims, { alg: "HS256", secret });

  it("put the claims where they are told to, and nowhere else", async () => {
    const told = await run('output-token-variable-name="jwt"', `Bearer ${token}`);
    expect([...told.variables]).toEqual([["jwt", expect.objectContaining({ payload: goodClaims })]]);
    expect([...(await run("", `Bearer ${token}`)).variables]).toEqual([]);
  });

  it.each([`Bearer ${token}`, `bearer   ${token}`, `Basic ${token}`, token])(
    "without a scheme take a token by any or none: %#",
    async (authorization) => {
      await run("", authorization);
    },
  );

  it("ask for no scheme, and separate nothing, where the attribute is empty", async () => {
    const claims = (value: string) =>
      `${usable}<required-claims><claim name="iss" separator=""><value>${value}</value></claim></required-claims>`;
    await run('require-scheme=""', `Any ${token}`, claims(String(goodClaims.iss)));
    const { iss } = goodClaims as { iss: string };
    await expect(run("", `Bearer ${token}`, claims(iss.slice(0, 1)))).rejects.toMatchObject({
      failure: { reason: "TokenClaimValueNotAllowed" },
    });
  });

  it.each([
    ["Bearer", "TokenNotPresent", 'require-scheme="Bearer"'],
    ["Bearer ", "TokenNotPresent", 'require-scheme="Bearer"'],
    ["", "TokenNotPresent", ""],
    [`x Bearer ${token}`, "TokenNotPresent", 'require-scheme="Bearer"'],
    [`Bearer x ${token}`, "JwtInvalid", 'require-scheme="Bearer"'],
  ])("refuse %j for %s", async (authorization, reason, attributes) => {
    await expect(run(attributes, authorization)).rejects.toMatchObject({
      failure: { source: "validate-jwt", reason },
    });
  });

  it("show a kid, shortened when it is long, and nothing when there is no kid", async () => {
    const bad = (kid: string | undefined) =>
      run(
        "",
        `Bearer ${signToken(key, goodClaims, { alg: "HS256", secret: Buffer.alloc(32), header: { kid } })}`,
      );
    const message = "no key for HS256 made the signature. Access denied.";
    await expect(bad("x".repeat(200))).rejects.toMatchObject({
      failure: { message, detail: `(kid "${"x".repeat(100)}")` },
    });
    await expect(bad(undefined)).rejects.toMatchObject({
      failure: expect.not.objectContaining({ detail: "" }),
    });
    await expect(bad(undefined)).rejects.not.toHaveProperty("failure.detail");
    await expect(run("", "Bearer x")).rejects.toMatchObject({
      failure: { reason: "JwtInvalid", message: "the token is not a JWT. Access denied." },
    });
  });
});
