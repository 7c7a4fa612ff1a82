import * as pulumi from "@pulumi/pulumi";

/**
 * Where a developer portal receives Okta's answer, at each of its origins:
 * `https://contoso.developer.azure-api.net`, `okta` → `https://contoso.developer.azure-api.net/signin-oauth/code/callback/okta`.
 *
 * The portal sends the whole URI in lower case and Okta compares it letter by letter.
 */
export function portalRedirectUris(
  portalOrigins: pulumi.Input<pulumi.Input<string>[]>,
  loginName: pulumi.Input<string>,
): pulumi.Output<string[]> {
  return pulumi
    .all([portalOrigins, loginName])
    .apply(([origins, name]) =>
      origins.map((origin) => `${origin}/signin-oauth/code/callback/${name}`.toLowerCase()),
    );
}
