/**
 * The matrix against a gateway of another make: jose judges there. A careful one answers every cell as it must, and each
 * carelessness is found by the kinds that are named after it and by no other. What the local gateway does is not proved here.
 */
import { generateKeyPairSync } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { createLocalJWKSet, decodeJwt, errors, type JWTPayload, jwtVerify, UnsecuredJWT } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createForge } from "../../proof/forge.ts";
import { deriveMatrix } from "../../proof/matrix.ts";
import { TokenRequestError } from "../../proof/okta-client.ts";
import { runMatrix } from "../../proof/run.ts";
import { tokenKinds } from "../../proof/token-kinds.ts";
import { minimal, read } from "../openapi/minimal-document.ts";
import { batch } from "../support/callers.ts";
import { serve, type TestServer } from "../support/serve.ts";

const now = 1_893_456_000;
const pair = generateKeyPairSync("rsa", { modulusLength: 2048 });
const jwk = { ...pair.privateKey.export({ format: "jwk" }), kid: "k1" };
const keys = createLocalJWKSet({ keys: [{ ...pair.publicKey.export({ format: "jwk" }), kid: "k1" }] });
const pem = Buffer.from(pair.publicKey.export({ type: "spki", format: "pem" }));
const identity = { issuer: "https://okta.example", audience: "api://orders", clientId: "0oaClient" };

/** What a gateway does otherwise than it should. */
interface Carelessness {
  /** Finds the token where none should be looked for; `undefined` goes on as it should. */
  readonly find?: (request: IncomingMessage) => string | undefined;
  /** Takes a token's claims without the checks that are due; `undefined` goes on as it should. */
  readonly trust?: (token: string, refused: unknown) => Promise<JWTPayload | undefined>;
  /** Judges the scopes. */
  readonly permits?: (scp: unknown) => boolean;
  /** Okta gives other apps a token. */
  readonly otherApp?: true;
}

let gateway: TestServer;
let carelessness: Carelessness = {};
beforeAll(async () => {
  gateway = await serve(async (request, response) => {
    response.writeHead(await statusFor(request)).end();
  });
});
afterAll(() => gateway.close());

const dueChecks = {
  issuer: identity.issuer,
  audience: identity.audience,
  currentDate: new Date(now * 1000),
  algorithms: ["RS256"],
  requiredClaims: ["exp"],
};

/** As jose verifies, with some of the checks that are due changed or, by `undefined`, left out. */
const verifiedWith =
  (change: Readonly<Record<string, unknown>>) =>
  async (token: string): Promise<JWTPayload | undefined> => {
    const options = Object.fromEntries(
      Object.entries({ ...dueChecks, ...change }).filter(([, value]) => value !== undefined),
    );
    return jwtVerify(token, keys, options).then(
      ({ payload }) => payload,
      () => undefined,
    );
  };

async function statusFor(request: IncomingMessage): Promise<number> {
  const { find, trust, permits = (scp) => Array.isArray(scp) && scp.includes("orders.read") } = carelessness;
  const token = find?.(request) ?? /^Bearer (.+)$/.exec(request.headers.authorization ?? "")?.[1];
  if (token === "anybody") return 200;
  if (token === undefined) return 401;
  const claims = await jwtVerify(token, keys, dueChecks).then(
    ({ payload }) => payload,
    (refused: unknown) => trust?.(token, refused),
  );
  if (claims === undefined) return 401;
  return permits(claims.scp) ? 200 : 403;
}

/** Ids of the kinds whose cell differs. */
async function foundBy(careless: Carelessness): Promise<readonly string[]> {
  carelessness = careless;
  const api = { name: "orders", url: gateway.origin, document: await read(minimal()) };
  const { cells } = deriveMatrix([api], {
    signingKey: true,
    writes: true,
    callers: [batch],
    otherApp: "refused",
  });
  const forge = createForge({ kid: "k1", jwk }, identity, now);
  const issued = async (scp: readonly string[]) => forge.token({ scp });
  const denied = () =>
    Promise.reject(
      new TokenRequestError("denied", { refusal: { oktaError: "access_denied", words: "denied" } }),
    );
  const answers = await runMatrix(cells, {
    sources: {
      issued,
      issuedTo: (_, scp) => issued(scp),
      issuedToOtherApp: careless.otherApp ? issued : denied,
      forge,
    },
    concurrency: 8,
    timeoutMilliseconds: 60_000,
  });
  // A client of the stack is answered as whoever has all scopes.
  expect(answers.map(({ cell }) => cell.kind.id).filter((id) => id !== "client:batch")).toHaveLength(19);
  return answers
    .filter(({ passed, cell }) => !passed && cell.kind.caller === undefined)
    .map(({ cell }) => cell.kind.id);
}

const mistakes: readonly (readonly [string, readonly string[], Carelessness])[] = [
  [
    "lets expired tokens in",
    ["expired"],
    { trust: verifiedWith({ currentDate: new Date((now - 5000) * 1000) }) },
  ],
  ["lets tokens in that never expire", ["without-expiry"], { trust: verifiedWith({ requiredClaims: [] }) }],
  [
    "lets tokens in before their time",
    ["not-yet-valid"],
    { trust: verifiedWith({ currentDate: new Date((now + 2000) * 1000) }) },
  ],
  ["takes every audience", ["wrong-audience"], { trust: verifiedWith({ audience: undefined }) }],
  ["takes every issuer", ["wrong-issuer"], { trust: verifiedWith({ issuer: undefined }) }],
  [
    "does not look at signatures",
    ["payload-changed", "unknown-key"],
    {
      trust: async (token, refused) =>
        refused instanceof errors.JWSSignatureVerificationFailed ? decodeJwt(token) : undefined,
    },
  ],
  [
    "lets tokens of an unknown key in",
    ["unknown-kid"],
    {
      trust: async (token, refused) =>
        refused instanceof errors.JWKSNoMatchingKey ? decodeJwt(token) : undefined,
    },
  ],
  [
    "takes unsigned tokens",
    ["alg-none"],
    {
      trust: async (token) => {
        try {
          return UnsecuredJWT.decode(token, { currentDate: dueChecks.currentDate }).payload;
        } catch (error) {
          if (error instanceof errors.JOSEError) return undefined;
          throw error;
        }
      },
    },
  ],
  [
    "takes the public key's text for a shared secret",
    ["hs256-public-key"],
    {
      trust: (token) =>
        jwtVerify(token, pem, { ...dueChecks, algorithms: ["HS256"] }).then(
          ({ payload }) => payload,
          () => undefined,
        ),
    },
  ],
  [
    "takes a token by every scheme",
    ["basic-scheme"],
    { find: ({ headers }) => headers.authorization?.split(" ")[1] },
  ],
  [
    "takes a token from the query string as well",
    ["query-string"],
    { find: ({ url }) => new URL(url ?? "", "http://a").searchParams.get("access_token") ?? undefined },
  ],
  [
    "lets in who has no token",
    ["no-token", "query-string"],
    { find: ({ headers }) => (headers.authorization === undefined ? "anybody" : undefined) },
  ],
  [
    "lets in who brings something else than a token",
    ["not-a-token"],
    { find: ({ headers }) => (headers.authorization?.includes(".") === false ? "anybody" : undefined) },
  ],
  ["looks at no scopes", ["other-scopes", "scp-missing"], { permits: () => true }],
  ["takes every scope for the needed one", ["other-scopes"], { permits: (scp) => scp !== undefined }],
  [
    "takes a token without scopes for one with all",
    ["scp-missing"],
    { permits: (scp) => scp === undefined || JSON.stringify(scp).includes("read") },
  ],
  [
    "takes no other scopes beside the needed one",
    ["all-scopes"],
    { permits: (scp) => JSON.stringify(scp) === '["orders.read"]' },
  ],
  ["lets nobody in", ["needed-scopes", "all-scopes"], { permits: () => false }],
  ["gets tokens from an Okta that gives them to everybody", ["other-app"], { otherApp: true }],
];

describe("a gateway of another make", () => {
  it("answers as every cell demands when it is careful", async () => {
    expect(await foundBy({})).toEqual([]);
  });

  it.each(mistakes)("that %s is found by %j", async (_, kinds, careless) => {
    expect(await foundBy(careless)).toEqual(kinds);
  });

  it("is made in so many ways that each kind finds one", () => {
    const finding = new Set(mistakes.flatMap(([, kinds]) => kinds));
    // The others of a kind need an operation that needs several scopes: planted-mistakes.test.ts has one.
    const ofOneScope = tokenKinds.filter(({ exists }) => exists === undefined).map(({ id }) => id);
    expect(ofOneScope.filter((id) => !finding.has(id))).toEqual([]);
  });
});
