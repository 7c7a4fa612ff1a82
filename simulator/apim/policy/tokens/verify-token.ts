import type { TokenRefusal } from "./claims.ts";
import type { JsonWebToken } from "./json-web-token.ts";
import { type Algorithm, algorithms, isSignedBy, type VerificationKey } from "./signing-key.ts";
import type { VerifiedTokens } from "./verified-tokens.ts";

/**
 * Verifies a token's signature: by the key of its `kid`, or by every key when no key has that id.
 *
 * Not by `jose`, though a verification takes it no longer than `node:crypto`. It would replace the choice of the key and the
 * signature check alone. The gateway reads tokens and keys more strictly (JSON that can be read in two ways is refused), tries
 * several keys for one token, and has to tell API Management's reason for each refusal. And `jose` answers by a promise always: a
 * known token needs none, so its request runs through the policies without one.
 *
 * @returns Why it is refused, or `undefined`.
 */
export function verifyToken(
  token: JsonWebToken,
  keys: readonly VerificationKey[],
  { requireSigned, verified }: { requireSigned: boolean; verified: VerifiedTokens },
): TokenRefusal | undefined {
  if (token.algorithm === "none") {
    if (!requireSigned && token.signature.length === 0) return undefined;
    return {
      reason: "TokenSignatureInvalid",
      message: "the token is not signed: its alg is none. Access denied.",
    };
  }
  const algorithm = algorithms.find((name) => name === token.algorithm);
  if (algorithm === undefined) {
    return {
      reason: "TokenSignatureInvalid",
      message: `alg must be one of ${algorithms.join(", ")}. Access denied.`,
    };
  }
  const named = keys.filter(({ id }) => id !== undefined && id === token.kid);
  const candidates = (named.length > 0 ? named : keys).filter((key) => key.algorithms.includes(algorithm));
  if (candidates.some((key) => isGood(token, algorithm, { key, verified }))) return undefined;
  if (named.length > 0 && candidates.length > 0) {
    return { reason: "TokenSignatureInvalid", message: "the signature does not fit. Access denied." };
  }
  return {
    reason: "TokenSignatureKeyNotFound",
    message: `no key for ${algorithm} made the signature. Access denied.`,
  };
}

function isGood(
  token: JsonWebToken,
  algorithm: Algorithm,
  { key, verified }: { key: VerificationKey; verified: VerifiedTokens },
): boolean {
  if (verified.has(token, key)) return true;
  const good = isSignedBy(key, { algorithm, content: token.content, signature: token.signature });
  if (good) verified.add(token, key);
  return good;
}
