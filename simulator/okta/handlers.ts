import { SimulatorError } from "../error.ts";
import type { Handlers } from "../handlers.ts";
import type { FunctionHandler, Properties } from "../resource.ts";
import type { OktaOrg } from "./org.ts";
import { groupAssignment } from "./resources/group-assignment.ts";
import { oauth } from "./resources/oauth.ts";
import { server, serverOutputs } from "./resources/server.ts";
import { serverPolicy } from "./resources/server-policy.ts";
import { serverPolicyRule } from "./resources/server-policy-rule.ts";
import { serverScope } from "./resources/server-scope.ts";

/** The simulated resources and lookups of the okta provider, kept in the org. */
export function oktaHandlers(org: OktaOrg): Handlers {
  return {
    resources: [server, serverScope, serverPolicy, serverPolicyRule, oauth, groupAssignment].map((make) =>
      make(org),
    ),
    functions: [
      lookup("okta:auth/getServer:getServer", "an authorization server", (name) => {
        const found = [...org.servers.values()].find((one) => one.name === name);
        return found && { id: found.id, ...serverOutputs(org, found) };
      }),
      lookup("okta:group/getGroup:getGroup", "a group", (name) => {
        const found = [...org.groups.values()].find((one) => one.name === name);
        return found && { ...found };
      }),
    ],
  };
}

function lookup(
  token: string,
  kind: string,
  find: (name: unknown) => Properties | undefined,
): FunctionHandler {
  return {
    token,
    invoke: async ({ name, ...others }) => {
      const unknown = Object.keys(others);
      if (unknown.length > 0) {
        throw new SimulatorError(
          "InvalidInputs",
          `${token}: "${unknown.join('", "')}" is not simulated by the local Okta. Look up by name.`,
        );
      }
      const found = find(name);
      if (found === undefined) {
        throw new SimulatorError(
          "E0000007",
          `Okta must have ${kind} named "${name}"; got none. Correct the name in the stack's settings, or create it.`,
        );
      }
      return found;
    },
  };
}
