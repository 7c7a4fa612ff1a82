import { isScopeName, systemScopes } from "../openapi/security/scope-name.ts";

/** A flow of the developer portal's console, by Azure's name. `authorizationCodeWithPkce` is not in Azure's own list, yet it takes it. */
export const portalGrantTypes = [
  "authorizationCode",
  "authorizationCodeWithPkce",
  "clientCredentials",
] as const;

/** How the developer portal's console signs in. */
export interface PortalSignIn {
  /** Resource name of the OAuth 2.0 server. */
  readonly loginName: string;
  readonly grantTypes: readonly string[];
  /** Scopes that the console asks for when nobody chooses. */
  readonly defaultScopes: readonly string[];
}

/**
 * What the developer portal and Okta would refuse only when somebody signs in: each problem with its reason and what to do.
 *
 * @param declared The scopes that the authorization server has besides its own.
 * @see https://github.com/Azure/api-management-developer-portal/issues/208
 * @see https://github.com/Azure/api-management-developer-portal/issues/2868
 */
export function portalLoginProblems(
  { loginName, grantTypes, defaultScopes }: PortalSignIn,
  declared: readonly string[],
): readonly string[] {
  const lowerCase = loginName.toLowerCase();
  return [
    loginName !== lowerCase &&
      `The login's name "${loginName}" has upper-case letters. The portal sends it in lower case as part of the redirect URI, and Okta compares letter by letter. Name it "${lowerCase}".`,
    grantTypes.length === 0 &&
      "The console has no grant type, so nobody gets a token there. Give it authorizationCode.",
    ...grantTypes.map((grantType) => grantTypeProblem(grantType)),
    defaultScopes.length === 0 &&
      `The console has no default scope. It asks for these and no others, and Okta then answers "The authorization server resource does not have any configured default scopes, 'scope' must be provided.". Name at least one.`,
    ...defaultScopes.map(
      (scope) =>
        scopeProblem(scope, declared) ??
        (grantTypes.includes("clientCredentials") &&
          systemScopes.some((one) => one === scope) &&
          `The default scope "${scope}" does not go with the grant type clientCredentials: Okta answers "Cannot request 'openid' scopes using client credentials.". Remove one of them.`),
    ),
  ].filter((problem) => typeof problem === "string");
}

function grantTypeProblem(grantType: string): string | undefined {
  if (grantType === "authorizationCodeWithPkce")
    return `The grant type authorizationCodeWithPkce does not work with Okta: the portal sends no state with it, and Okta answers "The authentication request has an invalid 'state' parameter.". Use authorizationCode, whose code the portal's backend redeems with the secret.`;
  if (portalGrantTypes.some((one) => one === grantType)) return undefined;
  return `The console has no grant type "${grantType}". Use authorizationCode, clientCredentials or both.`;
}

function scopeProblem(scope: string, declared: readonly string[]): string | undefined {
  if (!isScopeName(scope))
    return `The default scope "${scope}" is not the name of one scope, and the console splits them at spaces. Write each scope as an entry of its own.`;
  if (declared.includes(scope) || systemScopes.some((one) => one === scope)) return undefined;
  return `The default scope "${scope}" is not declared, and Okta answers "One or more scopes are not configured for the authorization server resource.". Choose among ${[...declared, ...systemScopes].join(", ")}, or declare it in a document.`;
}

/** What is allowed and may surprise. */
export function portalLoginWarnings({ grantTypes }: PortalSignIn): readonly string[] {
  if (!grantTypes.includes("clientCredentials")) return [];
  return [
    "With the grant type clientCredentials, everybody who can open the developer portal's console gets a token without signing in. Set portalGrantTypes to [authorizationCode] to turn that off.",
  ];
}
