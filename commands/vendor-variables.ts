import type { LocalCloud } from "../simulator/cloud.ts";

/**
 * The environment that points the vendors' own tools at a local cloud, by the variables that the azure-native and okta providers and
 * their SDKs read: `npm run local -- env` prints them. They hold secrets of this machine alone.
 *
 * @see https://www.pulumi.com/registry/packages/azure-native/installation-configuration/
 * @see https://www.pulumi.com/registry/packages/okta/installation-configuration/
 */
export function vendorVariables({
  azure,
  origins,
  org,
}: Pick<LocalCloud, "azure" | "origins" | "org">): Record<string, string> {
  const { origin, certificateFile, tenantId, subscriptionId, clientId, clientSecret } = azure;
  return {
    ARM_CLIENT_ID: clientId,
    ARM_CLIENT_SECRET: clientSecret,
    ARM_TENANT_ID: tenantId,
    ARM_SUBSCRIPTION_ID: subscriptionId,
    ARM_METADATA_HOSTNAME: new URL(origin).host,
    ARM_DISABLE_INSTANCE_DISCOVERY: "true",
    AZURE_CLIENT_ID: clientId,
    AZURE_CLIENT_SECRET: clientSecret,
    AZURE_TENANT_ID: tenantId,
    AZURE_AUTHORITY_HOST: origin,
    OKTA_ORG_NAME: "local",
    OKTA_BASE_URL: "okta.invalid",
    // In place of the organization's address, which is always https; see the provider's http_proxy.
    OKTA_HTTP_PROXY: origins.okta,
    OKTA_API_TOKEN: org.identity.apiToken,
    // For Go and for Node; both keep the machine's own authorities.
    ...(certificateFile === undefined
      ? {}
      : { SSL_CERT_FILE: certificateFile, NODE_EXTRA_CA_CERTS: certificateFile }),
  };
}
