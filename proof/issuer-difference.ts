import { listed, type TokenFault } from "./token-fault.ts";

/** How a token's issuer differs from the one that the policies name. */
export type IssuerDifference = Pick<TokenFault, "code" | "problem" | "next">;

/**
 * Says where a token is from whose issuer is not the expected one: the org's own authorization server, another one of the org, another
 * environment, another version of Microsoft Entra's tokens.
 *
 * @see https://developer.okta.com/docs/concepts/auth-servers/
 */
export function issuerDifference(issuer: string | undefined, expected: string): IssuerDifference {
  const ask = `Ask the stack's own authorization server, ${expected}, for the token.`;
  if (issuer === undefined)
    return { code: "issuer-missing", problem: `The token names no issuer (claim "iss").`, next: ask };
  const both = `The token's issuer is ${listed([issuer])}, and the policies accept "${expected}".`;
  if (withoutSlash(issuer) === withoutSlash(expected))
    return {
      code: "issuer-slash",
      problem: `${both} They differ by the slash at the end alone, and issuers are compared letter by letter.`,
      next: "Write the issuer in the policies exactly as the discovery document has it.",
    };
  if (isOtherVersion(issuer, expected))
    return {
      code: "issuer-version",
      problem: `${both} They name two versions of the same issuer's tokens: the one ends in "/v2.0", the other does not.`,
      next: "Name the version that the clients get in the policies. In Microsoft Entra the API's own app registration decides it: `requestedAccessTokenVersion` 2 in its manifest gives tokens of version 2.0, whatever endpoint was asked.",
    };
  return otherPlace(issuer, { expected, both, ask });
}

function otherPlace(
  issuer: string,
  { expected, both, ask }: { expected: string; both: string; ask: string },
): IssuerDifference {
  const [url, wanted] = [issuer, expected].map((text) => (URL.canParse(text) ? new URL(text) : undefined));
  const isCustom = wanted !== undefined && /^\/oauth2\/[^/]+$/.test(wanted.pathname);
  if (url !== undefined && isCustom && ["/", "/oauth2"].includes(url.pathname)) {
    const isHere = url.origin === wanted.origin;
    return {
      code: "org-server",
      problem: `${both} The token is of ${isHere ? "the" : "an"} Okta org's own authorization server, whose access tokens are for Okta's APIs alone.`,
      next: `Ask the custom authorization server: its token endpoint is ${expected}/v1/token, and people sign in at ${expected}/v1/authorize.`,
    };
  }
  if (url !== undefined && wanted !== undefined && url.origin === wanted.origin)
    return {
      code: "other-server",
      problem: `${both} The token is of another authorization server of the same org.`,
      next: ask,
    };
  if (url !== undefined && wanted !== undefined && url.pathname === wanted.pathname)
    return {
      code: "other-domain",
      problem: `${both} The paths are the same: this may be one authorization server by two domains, or that of another environment.`,
      next: `Ask for the token at the domain that the policies name, ${wanted.origin}; with a custom domain, set the authorization server's issuer to one domain in place of "Dynamic".`,
    };
  return {
    code: "other-environment",
    problem: `${both} The token is of another environment.`,
    next: ask,
  };
}

function withoutSlash(issuer: string): string {
  return issuer.replace(/\/$/, "");
}

// Version 1.0 is of another host: https://learn.microsoft.com/entra/identity-platform/access-tokens#token-formats
function isOtherVersion(issuer: string, expected: string): boolean {
  const [one, other] = [issuer, expected].map((text) =>
    withoutSlash(text).replace(/^https:\/\/sts\.windows\.net\//, "https://login.microsoftonline.com/"),
  );
  return one !== undefined && other !== undefined && (`${one}/v2.0` === other || `${other}/v2.0` === one);
}
