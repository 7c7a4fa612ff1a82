import type { ProviderHandlers } from "../provider-handlers.ts";
import { authServer } from "./auth-server.ts";
import { getAppSignOnPolicy } from "./get-app-sign-on-policy.ts";
import { getOktaGroup } from "./get-group.ts";
import { getPolicy } from "./get-policy.ts";
import { getAuthServer } from "./get-server.ts";
import { getAuthServerPolicy } from "./get-server-policy.ts";
import { groupOfPeople } from "./group.ts";
import { appGroupAssignment } from "./group-assignment.ts";
import { oauthApp } from "./oauth.ts";
import { OktaApi, type OktaClientOptions } from "./okta-api.ts";
import { trustedOrigin } from "./origin.ts";
import { authServerClaim } from "./server-claim.ts";
import { authServerPolicy } from "./server-policy.ts";
import { authServerPolicyRule } from "./server-policy-rule.ts";
import { authServerScope } from "./server-scope.ts";

const resources = [
  authServer,
  authServerScope,
  authServerPolicy,
  authServerPolicyRule,
  authServerClaim,
  oauthApp,
  appGroupAssignment,
  groupOfPeople,
  trustedOrigin,
];
const functions = [getAuthServer, getAuthServerPolicy, getOktaGroup, getPolicy, getAppSignOnPolicy];

/** The resources and functions of the okta provider, as clients of an org's management API. */
export function oktaHandlers(options: OktaClientOptions): ProviderHandlers {
  const client = new OktaApi(options);
  return {
    resources: resources.map((make) => make(client)),
    functions: functions.map((make) => make(client)),
  };
}
