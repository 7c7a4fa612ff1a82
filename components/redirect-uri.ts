import * as pulumi from "@pulumi/pulumi";

/**
 * Where the developer portal receives Okta's answer:
 * `https://contoso.developer.azure-api.net`, `okta` → `https://contoso.developer.azure-api.net/signin-oauth/code/callback/okta`.
 *
 * The portal sends the whole URI in lower case and Okta compares it letter by letter.
 */
export function redirectUri(developerPortalUrl: string, loginName: string): string {
  return `${developerPortalUrl}/signin-oauth/code/callback/${loginName}`.toLowerCase();
}

/** {@link redirectUri} at each origin of a developer portal. */
export function portalRedirectUris(
  portalOrigins: pulumi.Input<pulumi.Input<string>[]>,
  loginName: pulumi.Input<string>,
): pulumi.Output<string[]> {
  return pulumi
    .all([portalOrigins, loginName])
    .apply(([origins, name]) => origins.map((origin) => redirectUri(origin, name)));
}
