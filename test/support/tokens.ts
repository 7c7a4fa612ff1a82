import {
  createHmac,
  createPublicKey,
  generateKeyPairSync,
  type JsonWebKey,
  type KeyObject,
  sign,
} from "node:crypto";
import { serve, type TestServer } from "./serve.ts";

/** A key that signs test tokens. */
export interface TestKey {
  readonly kid: string;
  readonly privateKey: KeyObject;
  /** Public part, as a key set publishes it. */
  readonly jwk: JsonWebKey;
}

/** RSA-2048, or EC on P-256. */
export function makeKey(kid: string, type: "rsa" | "ec" = "rsa", alg?: string): TestKey {
  const { privateKey } =
    type === "rsa"
      ? generateKeyPairSync("rsa", { modulusLength: 2048 })
      : generateKeyPairSync("ec", { namedCurve: "P-256" });
  const jwk = {
    ...createPublicKey(privateKey).export({ format: "jwk" }),
    kid,
    use: "sig",
    ...(alg === undefined ? {} : { alg }),
  };
  return { kid, privateKey, jwk };
}

/** The time of every test: 2030-01-01, in seconds. */
export const nowSeconds = 1_893_456_000;

/** Claims of a good token at {@link nowSeconds}. */
export const goodClaims = {
  iss: "https://issuer.example",
  aud: "api://test",
  scp: ["a.read", "a.write"],
  iat: nowSeconds,
  exp: nowSeconds + 3600,
};

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");

/** Signs claims by an algorithm of RFC 7518; `secret` keys HS256. */
export function signToken(
  key: TestKey,
  claims: object = goodClaims,
  { alg = "RS256", header = {}, secret }: { alg?: string; header?: object; secret?: Buffer } = {},
): string {
  const content = `${part({ alg, kid: key.kid, ...header })}.${part(claims)}`;
  return `${content}.${signature(key.privateKey, { alg, content, secret }).toString("base64url")}`;
}

function signature(
  key: KeyObject,
  { alg, content, secret }: { alg: string; content: string; secret: Buffer | undefined },
): Buffer {
  const data = Buffer.from(content);
  if (alg === "none") return Buffer.alloc(0);
  if (alg.startsWith("HS"))
    return createHmac(`sha${alg.slice(2)}`, secret ?? "")
      .update(data)
      .digest();
  if (alg.startsWith("ES")) return sign(`sha${alg.slice(2)}`, data, { key, dsaEncoding: "ieee-p1363" });
  if (alg.startsWith("PS"))
    return sign(`sha${alg.slice(2)}`, data, { key, padding: 6, saltLength: Number(alg.slice(2)) / 8 });
  return sign(`sha${alg.slice(2)}`, data, key);
}

/** An identity provider's discovery document and keys; both can be changed while it runs. */
export interface TestIssuer extends TestServer {
  readonly configUrl: string;
  keys: JsonWebKey[];
  /** Answers 500 while true. */
  broken: boolean;
  /** How often the key set was fetched. */
  fetches: number;
}

/** Serves discovery and keys; `fields` overrides those of the discovery document. */
export async function serveIssuer(keys: JsonWebKey[], fields: object = {}): Promise<TestIssuer> {
  const state = { keys, broken: false, fetches: 0 };
  const server = await serve((request, response) => {
    const origin = `http://${request.headers.host}`;
    if (request.url === "/keys") state.fetches += 1;
    response.writeHead(state.broken ? 500 : 200, { "content-type": "application/json" });
    response.end(
      JSON.stringify(request.url === "/keys" ? { keys: state.keys } : { ...discovery(origin), ...fields }),
    );
  });
  return Object.assign(state, server, { configUrl: `${server.origin}/config` });
}

function discovery(origin: string) {
  return {
    issuer: "https://issuer.example",
    authorization_endpoint: `${origin}/authorize`,
    jwks_uri: `${origin}/keys`,
    response_types_supported: ["code"],
    subject_types_supported: ["public"],
    id_token_signing_alg_values_supported: ["RS256"],
  };
}
