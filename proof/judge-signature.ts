import { compactVerify, errors, importJWK, type JWK } from "jose";
import { textAt } from "../openapi/json.ts";
import { issuerDifference } from "./issuer-difference.ts";
import type { ReadToken } from "./read-token.ts";
import type { TokenFacts } from "./token-facts.ts";
import { listed, type TokenFault } from "./token-fault.ts";

// https://learn.microsoft.com/azure/api-management/validate-jwt-policy
const keyTypes: Readonly<Record<string, string>> = {
  HS256: "oct",
  RS256: "RSA",
  RS512: "RSA",
  PS256: "RSA",
  ES256: "EC",
};

/** What is wrong with a token's signature, by the keys that the authorization server publishes; `undefined` when it is good. */
export async function judgeSignature(token: ReadToken, facts: TokenFacts): Promise<TokenFault | undefined> {
  const { algorithm, kid } = token;
  if (algorithm === "none")
    return invalid(
      "unsigned",
      'The token is not signed: its "alg" is "none", so anybody could have written it.',
      "Get a token from Okta, which signs every one.",
    );
  if (keyTypes[algorithm] === undefined)
    return invalid(
      "algorithm",
      `The token is signed by ${listed([algorithm])}, which validate-jwt does not take.`,
      "Get a token from Okta, which signs by RS256.",
    );
  // By the key that it names; where no key has that id, API Management tries them all.
  const named = facts.keys.filter((key) => kid !== undefined && key.kid === kid);
  const candidates = (named.length > 0 ? named : facts.keys).filter((key) => canVerify(key, algorithm));
  for (const key of candidates) if (await isSignedBy(token, key)) return undefined;
  if (named.length > 0 && candidates.length > 0)
    return invalid(
      "signature",
      `The signature does not fit: the token names the key ${listed([kid ?? ""])}, and that key did not sign what the token says now.`,
      "Copy the whole token again, or get a new one: it was changed, cut off, or signed by somebody else.",
    );
  return keyNotFound(token, facts);
}

function keyNotFound({ algorithm, kid, claims }: ReadToken, { keys, issuers }: TokenFacts): TokenFault {
  const [expected] = issuers;
  const issuer = textAt(claims.iss);
  const rest = { status: 401, reason: "TokenSignatureKeyNotFound" } as const;
  if (issuer === undefined || !issuers.includes(issuer)) {
    const { code, problem, next } = issuerDifference(issuer, expected);
    return { ...rest, code, problem: `No key of "${expected}" made the signature. ${problem}`, next };
  }
  if (algorithm.startsWith("HS"))
    return {
      ...rest,
      code: "shared-secret",
      problem: `The token is signed by ${algorithm}, with a shared secret; the authorization server publishes public keys alone, for RS256.`,
      next: "Get a token from Okta. A token that is signed with a public key's text as the secret is a forgery.",
    };
  const published = keys.flatMap((key) => key.kid ?? []);
  const named = kid === undefined ? "the token names no key (kid)" : `the token names ${listed([kid])}`;
  return {
    ...rest,
    code: "unknown-key",
    problem: `No key that "${expected}" publishes made the signature: ${named}, and published are ${listed(published)}.`,
    next: "Get a new token. If Okta's keys were rotated since this one was issued, it is no longer good; if a new one is refused too, API Management asks for new keys at most once in 5 minutes.",
  };
}

function invalid(code: string, problem: string, next: string): TokenFault {
  return { code, status: 401, reason: "TokenSignatureInvalid", problem, next };
}

// https://www.rfc-editor.org/rfc/rfc7517#section-4
function canVerify({ kty, alg, use, key_ops: operations }: JWK, algorithm: string): boolean {
  return (
    kty === keyTypes[algorithm] &&
    (alg === undefined || alg === algorithm) &&
    (use === undefined || use === "sig") &&
    (operations === undefined || operations.includes("verify"))
  );
}

async function isSignedBy({ text, algorithm }: ReadToken, key: JWK): Promise<boolean> {
  try {
    await compactVerify(text, await importJWK(key, algorithm), { algorithms: [algorithm] });
    return true;
  } catch (error) {
    if (error instanceof errors.JWSSignatureVerificationFailed) return false;
    // One key that cannot be used does not spoil the others.
    if (error instanceof errors.JOSEError || error instanceof TypeError || error instanceof DOMException)
      return false;
    throw error;
  }
}
