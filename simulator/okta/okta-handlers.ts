import type { Handlers } from "../providers/handlers.ts";
import { lookUpGroup, lookUpServer, lookUpServerPolicy } from "./look-ups.ts";
import type { OktaOrg } from "./org.ts";
import { groupAssignment } from "./resources/group-assignment.ts";
import { oauth } from "./resources/oauth.ts";
import { server } from "./resources/server.ts";
import { serverPolicy } from "./resources/server-policy.ts";
import { serverPolicyRule } from "./resources/server-policy-rule.ts";
import { serverScope } from "./resources/server-scope.ts";

/** The simulated resources and lookups of the okta provider, kept in the org. */
export function oktaHandlers(org: OktaOrg): Handlers {
  return {
    resources: [server, serverScope, serverPolicy, serverPolicyRule, oauth, groupAssignment].map((make) =>
      make(org),
    ),
    functions: [lookUpServer, lookUpServerPolicy, lookUpGroup].map((make) => make(org)),
  };
}
