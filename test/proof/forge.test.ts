/** Every forged token differs from a good one in what its name says and in nothing else, as jose reads and judges them. */
import crypto, { generateKeyPairSync } from "node:crypto";
import { syncBuiltinESMExports } from "node:module";
import {
  compactVerify,
  createLocalJWKSet,
  decodeJwt,
  decodeProtectedHeader,
  errors,
  type JWTPayload,
  jwtVerify,
  UnsecuredJWT,
} from "jose";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { createForge, type Forge } from "../../proof/forge.ts";
import { audienceOf } from "../../proof/okta-client.ts";
import {
  type Credentials,
  type TokenContext,
  type TokenSources,
  tokenKinds,
} from "../../proof/token-kinds.ts";

// The forge imports the function by its name.
const sign = vi.spyOn(crypto, "sign");
syncBuiltinESMExports();
afterAll(() => {
  sign.mockRestore();
  syncBuiltinESMExports();
});

const pair = generateKeyPairSync("rsa", { modulusLength: 2048 });
const publicJwk = { ...pair.publicKey.export({ format: "jwk" }), kid: "k1", alg: "RS256", use: "sig" };
const now = 1_893_456_000;
const identity = {
  issuer: "https://okta.example/oauth2/default",
  audience: "api://orders",
  clientId: "0oaClient",
};
let forge: Forge;
let good: string;
beforeAll(() => {
  forge = createForge({ kid: "k1", jwk: pair.privateKey.export({ format: "jwk" }) }, identity, now);
  good = forge.token({ scp: ["orders.read"] });
});
const context: TokenContext = {
  security: { kind: "token", anyOf: [["orders.read"]] },
  requiredClaims: [],
  needed: ["orders.read"],
  all: ["orders.read", "orders.write"],
  lacking: [["orders.write"]],
  isLackingCut: false,
};
const sources = (): TokenSources => ({
  issued: async (scp) => forge.token({ scp }),
  issuedTo: async (_, scp) => forge.token({ scp }),
  issuedToOtherApp: async (scp) => forge.token({ scp, cid: "0oaOther", sub: "0oaOther" }),
  forge,
});

/** Verified as an API would: by the published key, for issuer, audience and time. */
async function verified(token: string): Promise<JWTPayload> {
  const keys = createLocalJWKSet({ keys: [publicJwk] });
  const { issuer, audience } = identity;
  const currentDate = new Date(now * 1000);
  const options = { issuer, audience, currentDate, algorithms: ["RS256"], requiredClaims: ["exp"] };
  return (await jwtVerify(token, keys, options)).payload;
}

function credentialsOf(id: string): Promise<Credentials> {
  const kind = tokenKinds.find((one) => one.id === id);
  if (kind === undefined) throw new Error(`There must be a kind "${id}"; got none.`);
  return kind.credentials(sources(), context);
}

async function bearerOf(id: string): Promise<string> {
  const { headers, query, noToken } = await credentialsOf(id);
  expect([query, noToken, Object.keys(headers ?? {})]).toEqual([undefined, undefined, ["authorization"]]);
  const [, token = ""] = /^Bearer (.*)$/.exec(headers?.authorization ?? "") ?? [];
  return token;
}

const signature = (token: string) => token.split(".")[2];

/** Header and claims that two tokens do not have alike. */
function differences(token: string): readonly string[] {
  const flat = (one: string) => new Map(Object.entries({ ...decodeProtectedHeader(one), ...decodeJwt(one) }));
  const [model, own] = [flat(good), flat(token)];
  const names = [...new Set([...model.keys(), ...own.keys()])];
  return names.filter((name) => JSON.stringify(model.get(name)) !== JSON.stringify(own.get(name))).sort();
}

/** jose's error code, and the claim with what is wrong of it. */
async function refusal(token: string): Promise<readonly (string | undefined)[]> {
  const error = await verified(token).then(
    () => undefined,
    (refused: unknown) => refused,
  );
  if (error instanceof errors.JWTClaimValidationFailed || error instanceof errors.JWTExpired)
    return [error.code, error.claim, error.reason];
  if (error instanceof errors.JOSEError) return [error.code];
  throw new Error("jose must refuse the token; it let it in.", { cause: error });
}

describe("a good token", () => {
  it("is verified by jose, and says what Okta's say", async () => {
    expect(await verified(good)).toEqual({
      ver: 1,
      jti: "AT.forged-for-the-proof",
      iss: identity.issuer,
      aud: identity.audience,
      iat: now,
      exp: now + 3600,
      cid: identity.clientId,
      sub: identity.clientId,
      scp: ["orders.read"],
    });
    expect(decodeProtectedHeader(good)).toEqual({ kid: "k1", alg: "RS256" });
    expect(audienceOf(good)).toBe(identity.audience);
  });

  it.each([
    ["needed-scopes", ["orders.read"]],
    ["all-scopes", ["orders.read", "orders.write"]],
    ["other-scopes", ["orders.write"]],
    ["other-app", ["orders.read"]],
  ])("of the kind %s has its scopes, and is verified", async (id, scp) => {
    expect(await verified(await bearerOf(id))).toMatchObject({ scp });
  });

  it("without scopes is verified, and differs in nothing else", async () => {
    const token = await bearerOf("scp-missing");
    await verified(token);
    expect(differences(token)).toEqual(["scp"]);
    expect(decodeJwt(token)).not.toHaveProperty("scp");
  });
});

describe("a bad token", () => {
  it.each<[string, readonly string[], readonly (string | undefined)[]]>([
    ["expired", ["exp", "iat"], ["ERR_JWT_EXPIRED", "exp", "check_failed"]],
    ["without-expiry", ["exp"], ["ERR_JWT_CLAIM_VALIDATION_FAILED", "exp", "missing"]],
    ["not-yet-valid", ["nbf"], ["ERR_JWT_CLAIM_VALIDATION_FAILED", "nbf", "check_failed"]],
    ["wrong-audience", ["aud"], ["ERR_JWT_CLAIM_VALIDATION_FAILED", "aud", "check_failed"]],
    ["wrong-issuer", ["iss"], ["ERR_JWT_CLAIM_VALIDATION_FAILED", "iss", "check_failed"]],
    ["unknown-key", [], ["ERR_JWS_SIGNATURE_VERIFICATION_FAILED"]],
    ["unknown-kid", ["kid"], ["ERR_JWKS_NO_MATCHING_KEY"]],
    ["payload-changed", ["exp"], ["ERR_JWS_SIGNATURE_VERIFICATION_FAILED"]],
    ["alg-none", ["alg"], ["ERR_JOSE_ALG_NOT_ALLOWED"]],
    ["hs256-public-key", ["alg"], ["ERR_JOSE_ALG_NOT_ALLOWED"]],
  ])("of the kind %s differs in %j, and is refused for that", async (id, names, reason) => {
    const token = await bearerOf(id);
    expect(differences(token)).toEqual(names);
    expect(await refusal(token)).toEqual(reason);
  });

  it.each(["expired", "not-yet-valid", "without-expiry", "wrong-audience", "wrong-issuer"])(
    "of the kind %s is signed by Okta's own key all the same",
    async (id) => {
      await expect(compactVerify(await bearerOf(id), pair.publicKey)).resolves.toBeDefined();
    },
  );

  it("is meant for the nearest audience, issuer and key that are wrong", async () => {
    const [audience, issuer, kid] = await Promise.all(
      ["wrong-audience", "wrong-issuer", "unknown-kid"].map(bearerOf),
    );
    expect([decodeJwt(audience ?? "").aud, decodeJwt(issuer ?? "").iss]).toEqual([
      "api://orders-another",
      "https://okta.example/oauth2/default-another",
    ]);
    expect(decodeProtectedHeader(kid ?? "").kid).toBe("unknown-kid");
  });

  it("that is not yet valid will be, and had not expired by then", async () => {
    const { nbf = 0, exp = 0 } = decodeJwt(await bearerOf("not-yet-valid"));
    expect([nbf - now, exp - nbf]).toEqual([1800, 1800]);
  });

  it("that expired lived for an hour", async () => {
    const { iat = 0, exp = 0 } = decodeJwt(await bearerOf("expired"));
    expect([now - exp, exp - iat]).toEqual([3600, 3600]);
  });

  it("with another payload keeps header and signature, and claims to live longer", async () => {
    const token = await bearerOf("payload-changed");
    expect([token.split(".")[0], signature(token)]).toEqual([good.split(".")[0], signature(good)]);
    expect(decodeJwt(token).exp).toBe(now + 3600 + 86_400);
  });

  it("without a signature is what jose takes for an unsecured one", async () => {
    const token = await bearerOf("alg-none");
    expect(signature(token)).toBe("");
    const currentDate = new Date(now * 1000);
    expect(UnsecuredJWT.decode(token, { currentDate }).payload).toEqual(decodeJwt(good));
  });

  it("by HS256 is signed with the very text of the public key, which a careless verifier accepts", async () => {
    const token = await bearerOf("hs256-public-key");
    const pem = pair.publicKey.export({ type: "spki", format: "pem" });
    await expect(compactVerify(token, Buffer.from(pem), { algorithms: ["HS256"] })).resolves.toBeDefined();
    await expect(
      compactVerify(token, Buffer.from(pem.toString().trim()), { algorithms: ["HS256"] }),
    ).rejects.toThrow(errors.JWSSignatureVerificationFailed);
  });

  it.each(["unknown-key", "unknown-kid"])(
    "of the kind %s is signed, by one key that Okta does not know",
    async (id) => {
      const token = await bearerOf(id);
      expect(Buffer.from(signature(token) ?? "", "base64url")).toHaveLength(256);
      await expect(compactVerify(token, pair.publicKey)).rejects.toThrow(
        errors.JWSSignatureVerificationFailed,
      );
    },
  );

  it("is made without Okta's private key where it needs none, and refused where it does", () => {
    const published = createForge({ kid: "k1", jwk: publicJwk }, identity, now);
    expect(decodeProtectedHeader(published.signedByStranger({}))).toEqual({ kid: "k1", alg: "RS256" });
    expect(published.keyedWithPublicKey({ scp: [] })).toBe(forge.keyedWithPublicKey({ scp: [] }));
    expect(() => published.token({})).toThrow("A kind that needs Okta's private key ran without it.");
  });
});

describe("a good token that is sent wrongly", () => {
  it("goes as another scheme", async () => {
    expect(await credentialsOf("basic-scheme")).toEqual({ headers: { authorization: `Basic ${good}` } });
  });

  it("goes in the query string", async () => {
    expect(await credentialsOf("query-string")).toEqual({ query: { access_token: good } });
  });

  it("does not go at all", async () => {
    expect(await credentialsOf("no-token")).toEqual({});
  });

  it("has something else in its place that no reader takes for a token", async () => {
    expect(await bearerOf("not-a-token")).toBe("not-a-token");
    expect(await refusal(await bearerOf("not-a-token"))).toEqual(["ERR_JWS_INVALID"]);
  });
});

describe("a forge", () => {
  const signatures = (make: () => unknown) => {
    sign.mockClear();
    make();
    return sign.mock.calls.length;
  };

  it("signs a token once when it is asked for it again", () => {
    const claims = { scp: ["orders.write"], exp: now + 60 };
    expect(signatures(() => [forge.token(claims), forge.token({ ...claims })])).toBe(1);
    expect(signatures(() => [forge.signedByStranger(claims), forge.signedByStranger(claims)])).toBe(1);
  });

  it("signs anew when claims, header or key differ", () => {
    const claims = { scp: ["orders.write"], exp: now + 120 };
    const tokens = () =>
      new Set([
        forge.token(claims),
        forge.token({ ...claims, exp: now + 121 }),
        forge.token(claims, { kid: "k2" }),
        forge.signedByStranger(claims),
      ]).size;
    expect(signatures(() => expect(tokens()).toBe(4))).toBe(4);
  });
});
