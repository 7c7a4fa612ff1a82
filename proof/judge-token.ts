import { type Demands, judgeAudience, judgeDemands, judgeIssuer, judgeTimes } from "./judge-claims.ts";
import { judgeSignature } from "./judge-signature.ts";
import { isReadable, readToken } from "./read-token.ts";
import type { TokenFacts } from "./token-facts.ts";
import type { TokenFault } from "./token-fault.ts";

/**
 * Judges a token as the stack's policies do, from public facts alone: the first fault is what API Management answers. The token is sent
 * nowhere.
 *
 * @param text The token, without its scheme.
 * @param demands What the operation needs; absent, only what every protected operation needs is judged.
 * @returns Every fault, in the order in which API Management looks; none for a token that is let in, and for a public operation.
 */
export async function judgeToken(
  text: string,
  facts: TokenFacts,
  demands?: Demands,
): Promise<readonly TokenFault[]> {
  if (demands?.security.kind === "public") return [];
  const token = readToken(text);
  if (!isReadable(token)) return [{ code: "no-jwt", status: 401, reason: "JwtInvalid", ...token }];
  const signature = await judgeSignature(token, facts);
  const issuer = judgeIssuer(token.claims, facts);
  return [
    ...(signature === undefined ? [] : [signature]),
    ...judgeTimes(token.claims, facts),
    ...judgeAudience(token.claims, facts),
    // Told once, where the signature's fault is that the token comes from elsewhere.
    ...issuer.filter(({ code }) => code !== signature?.code),
    ...(demands === undefined ? [] : judgeDemands(token.claims, demands)),
  ];
}

/** The token of a request's `Authorization` header as `validate-jwt` finds it; `undefined` without the scheme `Bearer`. */
export function bearerToken(authorization: string | undefined): string | undefined {
  return /^bearer +(.+)$/i.exec(authorization ?? "")?.[1];
}

/** What a request without a bearer token gets. */
export const tokenNotPresent: TokenFault = {
  code: "no-token",
  status: 401,
  reason: "TokenNotPresent",
  problem: "The request has no bearer token: no header `Authorization: Bearer TOKEN`.",
  next: "Send the token in that header. One in the query string, or after another scheme, is not looked for.",
};
