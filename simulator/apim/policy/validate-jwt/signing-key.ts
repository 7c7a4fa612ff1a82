import {
  createHmac,
  createPublicKey,
  createSecretKey,
  type JsonWebKey,
  type KeyObject,
  timingSafeEqual,
  verify,
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

/** Makes a key of a JWK: RSA, or EC on P-256. Gives `undefined` for one that signs nothing here. */
export function keyOfJwk(jwk: JsonWebKey): VerificationKey | undefined {
  if (jwk.use !== undefined && jwk.use !== "sig") return undefined;
  const fitting =
    jwk.kty === "RSA" ? rsaAlgorithms : jwk.kty === "EC" && jwk.crv === "P-256" ? (["ES256"] as const) : [];
  const allowed = fitting.filter((algorithm) => jwk.alg === undefined || jwk.alg === algorithm);
  if (allowed.length === 0) return undefined;
  const key = createPublicKey({ key: jwk, format: "jwk" });
  return { ...(typeof jwk.kid === "string" ? { id: jwk.kid } : {}), key, algorithms: allowed };
}

/** Makes a key of an RSA modulus and exponent in Base64url. @throws {Error} when they are none. */
export function keyOfModulus(n: string, e: string, id?: string): VerificationKey {
  const key = createPublicKey({ key: { kty: "RSA", n, e }, format: "jwk" });
  return { ...(id === undefined ? {} : { id }), key, algorithms: rsaAlgorithms };
}

/** Makes a shared-secret key. */
export function keyOfSecret(secret: Buffer, id?: string): VerificationKey {
  return { ...(id === undefined ? {} : { id }), key: createSecretKey(secret), algorithms: ["HS256"] };
}

/** Whether the key made the signature of the content by the algorithm. */
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
