import type { OktaOrg } from "../org.ts";
import { endpoints, type ManagementEndpoint, ok } from "./endpoint.ts";

/**
 * `/.well-known/okta-organization`, which everybody may read: the org runs on Okta's Identity Engine.
 *
 * @see https://developer.okta.com/docs/api/openapi/okta-management/management/tag/OrgSetting/
 */
export function organizationEndpoints(org: OktaOrg): readonly ManagementEndpoint[] {
  const settings = {
    ...{ analyticsCollectionEnabled: false, bugReportingEnabled: true, omEnabled: false },
    ...{ pssoEnabled: false, desktopMFAEnabled: false, itpEnabled: false },
  };
  return endpoints(undefined, {
    "GET /.well-known/okta-organization": () =>
      ok({
        ...{ id: org.identity.id, cell: "local", _links: { organization: { href: org.origin } } },
        ...{ pipeline: "idx", settings },
      }),
  });
}
