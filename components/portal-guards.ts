/** A flow of the developer portal's console, by Azure's name. `authorizationCodeWithPkce` is not in Azure's own list, yet it takes it. */
export const portalGrantTypes = [
  "authorizationCode",
  "authorizationCodeWithPkce",
  "clientCredentials",
] as const;

/** One of {@link portalGrantTypes}. */
export type PortalGrantType = (typeof portalGrantTypes)[number];

/** How the developer portal's console signs in. */
export interface PortalSignIn {
  /** Resource name of the OAuth 2.0 server, lower case, since the redirect URI holds it. */
  readonly serverName: string;
  readonly grantTypes: readonly PortalGrantType[];
  /** Scopes that the console asks for when nobody chooses; Okta refuses a request without any. */
  readonly defaultScopes: readonly string[];
}

/**
 * Scopes that every Okta authorization server has, for people alone. Two more, `offline_access` and `device_sso`, are for apps with
 * refresh tokens, which ours has no grant for.
 *
 * @see https://developer.okta.com/docs/api/openapi/okta-oauth/guides/overview/#scopes
 */
export const systemScopes: readonly string[] = ["openid", "profile", "email", "address", "phone"];

/**
 * What the developer portal and Okta would make of the settings only when somebody signs in: the rule, its reason, what was got, and
 * what to do.
 *
 * @see https://github.com/Azure/api-management-developer-portal/issues/208
 * @see https://github.com/Azure/api-management-developer-portal/issues/2868
 */
export function portalLoginProblems(
  { serverName, grantTypes, defaultScopes }: PortalSignIn,
  documentScopes: readonly string[],
): readonly string[] {
  const lowerCase = serverName.toLowerCase();
  return [
    serverName !== lowerCase &&
      `The OAuth 2.0 server's name must be lower case, since the portal lower-cases it in the redirect URI and Okta compares letter by letter; got "${serverName}". Name it "${lowerCase}".`,
    grantTypes.length === 0 &&
      "The console must have at least one grant type; got none. Give it authorizationCode.",
    grantTypes.includes("authorizationCodeWithPkce") &&
      `Grant types must not hold authorizationCodeWithPkce: the portal sends no state with it, and Okta answers "The authentication request has an invalid 'state' parameter."; got it. Use authorizationCode, whose code the portal's backend redeems with the secret.`,
    defaultScopes.length === 0 &&
      `Default scopes must not be empty: the console asks for these and no others, and Okta answers "The authorization server resource does not have any configured default scopes, 'scope' must be provided."; got none. Name one.`,
    ...defaultScopes.map(
      (scope) =>
        scopeProblem(scope, documentScopes) ??
        (grantTypes.includes("clientCredentials") &&
          systemScopes.includes(scope) &&
          `Default scopes must not hold ${scope} beside the grant type clientCredentials: Okta answers "Cannot request 'openid' scopes using client credentials."; got "${defaultScopes.join(" ")}". Remove one of them.`),
    ),
  ].filter((problem) => problem !== false);
}

function scopeProblem(scope: string, documentScopes: readonly string[]): string | undefined {
  // https://www.rfc-editor.org/rfc/rfc6749#section-3.3
  if (!/^[\x21\x23-\x5b\x5d-\x7e]+$/.test(scope))
    return `A default scope must be one scope's name, since the console splits them at spaces; got "${scope}". Make each an entry of its own.`;
  if (documentScopes.includes(scope) || systemScopes.includes(scope)) return undefined;
  return `A default scope must be declared by a document or be one of ${systemScopes.join(", ")}: Okta answers "One or more scopes are not configured for the authorization server resource."; got "${scope}". Choose among ${documentScopes.join(", ")}, or declare it in a document.`;
}

/** What is allowed and may surprise. */
export function portalLoginWarnings({ grantTypes }: PortalSignIn): readonly string[] {
  if (!grantTypes.includes("clientCredentials")) return [];
  return [
    "With the grant type clientCredentials, whoever can open the developer portal's console gets a token without signing in. Set portalGrantTypes to [authorizationCode] to turn it off.",
  ];
}
