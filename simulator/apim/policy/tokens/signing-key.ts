import {
  createHmac,
  createPublicKey,
  createSecretKey,
  type JsonWebKey,
  type KeyObject,
  timingSafeEqual,
  verify,
  X509Certificate,
} from "node:crypto";

/** The algorithms that API Management accepts and the local gateway does. */
export const algorithms = ["RS256", "RS512", "PS256", "ES256", "HS256"] as const;

/** A JWS algorithm, by its name in RFC 7518. */
export type Algorithm = (typeof algorithms)[number];

/** A key that may have signed a token. */
export interface VerificationKey {
  /** `kid` of the token that it belongs to. */
  readonly id?: string;
  readonly key: KeyObject;
  /** What it may be used with; a key never serves an algorithm of another kind. */
  readonly algorithms: readonly Algorithm[];
}

const rsaAlgorithms: readonly Algorithm[] = ["RS256", "RS512", "PS256"];

/**
 * Makes a key of a JWK: RSA, or EC on P-256. Gives `undefined` for one that is for something else: another kind of key, another
 * algorithm, encryption.
 *
 * @throws {Error} whose message says what is wrong with a key that should verify signatures.
 * @see https://www.rfc-editor.org/rfc/rfc7517#section-4
 */
export function keyOfJwk(jwk: unknown): VerificationKey | undefined {
  if (typeof jwk !== "object" || jwk === null || Array.isArray(jwk)) throw new Error("it is no object");
  const {
    kty,
    crv,
    use,
    alg,
    kid,
    key_ops: operations = ["verify"],
  } = jwk as JsonWebKey & {
    key_ops?: unknown;
  };
  if (use !== undefined && use !== "sig") return undefined;
  if (!Array.isArray(operations)) throw new Error('"key_ops" is no list');
  const fitting = kty === "RSA" ? rsaAlgorithms : kty === "EC" && crv === "P-256" ? (["ES256"] as const) : [];
  const allowed = fitting.filter((algorithm) => alg === undefined || alg === algorithm);
  if (allowed.length === 0 || !operations.includes("verify")) return undefined;
  if (kid !== undefined && typeof kid !== "string") throw new Error('"kid" is no text');
  return {
    ...(kid === undefined ? {} : { id: kid }),
    key: publicKeyOf(jwk as JsonWebKey),
    algorithms: allowed,
  };
}

/** Makes a key of an RSA modulus and exponent in Base64url. @throws {Error} when they are none, or too short. */
export function keyOfModulus(n: string, e: string, id?: string): VerificationKey {
  const key = publicKeyOf({ kty: "RSA", n, e });
  return { ...(id === undefined ? {} : { id }), key, algorithms: rsaAlgorithms };
}

/**
 * Makes a shared-secret key.
 *
 * Assumed of Azure: a shared secret must have 128 bits at least, an RSA key 2048 bits and an odd exponent above 1.
 *
 * @throws {Error} for fewer than 128 bits.
 */
export function keyOfSecret(secret: Buffer, id?: string): VerificationKey {
  const bits = secret.length * 8;
  if (bits < 128) throw new Error(`it has ${bits} bits, and 128 are the least`);
  return { ...(id === undefined ? {} : { id }), key: createSecretKey(secret), algorithms: ["HS256"] };
}

/**
 * Makes a key of a certificate: RSA, or EC on P-256.
 *
 * @throws {Error} where it has another kind of key, or one that is too short.
 */
export function keyOfCertificate(pem: string, id?: string): VerificationKey {
  const { kty, crv, n, e, x, y } = new X509Certificate(pem).publicKey.export({ format: "jwk" });
  const jwk = { kty, crv, n, e, x, y, kid: id };
  const key = keyOfJwk(Object.fromEntries(Object.entries(jwk).filter(([, value]) => value !== undefined)));
  if (key === undefined)
    throw new Error(`its certificate has a key of the kind ${kty}${crv ? ` ${crv}` : ""}`);
  return key;
}

function publicKeyOf(jwk: JsonWebKey): KeyObject {
  const { kty = "", crv = "", n = "", e = "", x = "", y = "" } = jwk;
  const numbers: JsonWebKey = kty === "RSA" ? { n, e } : { x, y };
  for (const [name, value] of Object.entries(numbers)) {
    if (typeof value !== "string" || !/^[A-Za-z0-9_-]+$/.test(value))
      throw new Error(`"${name}" is no Base64url text`);
  }
  // The numbers alone: what else a key set says of a key must not decide what key it is.
  const key = createPublicKey({ key: { kty, crv, ...numbers }, format: "jwk" });
  const { modulusLength = 2048, publicExponent = 3n } = key.asymmetricKeyDetails ?? {};
  // https://www.rfc-editor.org/rfc/rfc7518#section-3.3
  if (modulusLength < 2048) throw new Error(`it has ${modulusLength} bits, and 2048 are the least`);
  // By an exponent of 1 everything is its own signature.
  if (publicExponent < 3n || publicExponent % 2n === 0n)
    throw new Error(`its exponent is ${publicExponent}, and must be odd and above 1`);
  return key;
}

/**
 * Whether the key made the signature of the content by the algorithm.
 *
 * Worked out at once. Node's thread pool would take longer of this thread's time, to hand the work over and take the answer, and twice
 * the processor's time.
 */
export function isSignedBy(
  { key }: VerificationKey,
  { algorithm, content, signature }: { algorithm: Algorithm; content: string; signature: Buffer },
): boolean {
  const data = Buffer.from(content, "latin1");
  switch (algorithm) {
    case "RS256":
      return verify("sha256", data, key, signature);
    case "RS512":
      return verify("sha512", data, key, signature);
    case "PS256":
      // RSA_PKCS1_PSS_PADDING, with a salt as long as the digest: RFC 7518 §3.5.
      return verify("sha256", data, { key, padding: 6, saltLength: 32 }, signature);
    case "ES256":
      return verify("sha256", data, { key, dsaEncoding: "ieee-p1363" }, signature);
    case "HS256": {
      const expected = createHmac("sha256", key).update(data).digest();
      return expected.length === signature.length && timingSafeEqual(expected, signature);
    }
  }
}
