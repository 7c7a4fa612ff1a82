/** A flow of the developer portal's console, by Azure's name. `authorizationCodeWithPkce` is not in Azure's own list, yet it takes it. */
export const portalGrantTypes = [
  "authorizationCode",
  "authorizationCodeWithPkce",
  "clientCredentials",
] as const;

/** One of {@link portalGrantTypes}. */
export type PortalGrantType = (typeof portalGrantTypes)[number];

/** What of a portal login can be wrong. */
export interface PortalLoginSettings {
  readonly serverName: string;
  readonly grantTypes: readonly PortalGrantType[];
  readonly defaultScopes: readonly string[];
}

/**
 * What the developer portal and Okta would make of the settings only when somebody signs in: the rule, its reason, what was got, and
 * what to do.
 *
 * @see https://github.com/Azure/api-management-developer-portal/issues/208
 * @see https://github.com/Azure/api-management-developer-portal/issues/2868
 */
export function portalLoginProblems({
  serverName,
  grantTypes,
  defaultScopes,
}: PortalLoginSettings): readonly string[] {
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
    grantTypes.includes("clientCredentials") &&
      defaultScopes.includes("openid") &&
      `Default scopes must not hold openid beside the grant type clientCredentials: Okta answers "Cannot request 'openid' scopes using client credentials."; got "${defaultScopes.join(" ")}". Remove one of them.`,
  ].filter((problem) => problem !== false);
}

/** What is allowed and may surprise. */
export function portalLoginWarnings({ grantTypes }: PortalLoginSettings): readonly string[] {
  if (!grantTypes.includes("clientCredentials")) return [];
  return [
    "With the grant type clientCredentials, whoever can open the developer portal's console gets a token without signing in. Set portalGrantTypes to [authorizationCode] to turn it off.",
  ];
}
