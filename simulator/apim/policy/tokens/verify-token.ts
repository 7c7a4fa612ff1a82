import { whenKnown } from "../../../kernel/when-known.ts";
import type { TokenRefusal } from "./claims.ts";
import type { JsonWebToken } from "./json-web-token.ts";
import { type Algorithm, algorithms, isSignedBy, type VerificationKey } from "./signing-key.ts";
import type { VerifiedTokens } from "./verified-tokens.ts";

/**
 * Verifies a token's signature: by the key of its `kid`, or by every key when no key has that id.
 *
 * Not by `jose`, which would replace the choice of the key and the signature check alone. The gateway reads tokens and keys more
 * strictly (JSON that can be read in two ways is refused), tries several keys for one token, and has to tell API Management's reason
 * for each refusal. And `jose` takes a tenth more of a request with a new token than node's own `verify`, and a promise for one that
 * is known.
 *
 * @returns Why it is refused, or `undefined`; at once for a token that is known, and for one that no public key has to verify.
 */
export function verifyToken(
  token: JsonWebToken,
  keys: readonly VerificationKey[],
  { requireSigned, verified }: { requireSigned: boolean; verified: VerifiedTokens },
): TokenRefusal | undefined | Promise<TokenRefusal | undefined> {
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
  const isFitting = named.length > 0 && candidates.length > 0;
  const refusal = isFitting
    ? { reason: "TokenSignatureInvalid", message: "the signature does not fit. Access denied." }
    : {
        reason: "TokenSignatureKeyNotFound",
        message: `no key for ${algorithm} made the signature. Access denied.`,
      };
  if (candidates.some((key) => verified.has(token, key))) return undefined;
  const good = isSignedByAny(token, algorithm, { candidates, verified });
  return whenKnown(good, (isGood) => (isGood ? undefined : refusal));
}

/** Asks one key after the other. */
function isSignedByAny(
  token: JsonWebToken,
  algorithm: Algorithm,
  { candidates, verified }: { candidates: readonly VerificationKey[]; verified: VerifiedTokens },
): boolean | Promise<boolean> {
  const [key, ...others] = candidates;
  if (key === undefined) return false;
  const { content, signature } = token;
  return whenKnown(isSignedBy(key, { algorithm, content, signature }), (isGood) => {
    if (!isGood) return isSignedByAny(token, algorithm, { candidates: others, verified });
    verified.add(token, key);
    return true;
  });
}
