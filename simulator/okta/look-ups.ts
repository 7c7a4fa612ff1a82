import { SimulatorError } from "../kernel/error.ts";
import type { FunctionHandler, Properties } from "../providers/resource.ts";
import type { Group } from "./entities.ts";
import { serverAt } from "./okta-handler.ts";
import type { OktaOrg } from "./org.ts";
import { serverOutputs } from "./resources/server.ts";

/** `auth.getServer`: an authorization server by its whole name. */
export function lookUpServer(org: OktaOrg): FunctionHandler {
  return lookUp("okta:auth/getServer:getServer", ["name"], ({ name }) => {
    const found = [...org.servers.values()].find((server) => server.name === name);
    if (found === undefined) throw notFound(`authorization server with name '${name}' does not exist`);
    return { id: found.id, ...serverOutputs(org, found) };
  });
}

/** `auth.getServerPolicy`: an access policy of an authorization server by its whole name. */
export function lookUpServerPolicy(org: OktaOrg): FunctionHandler {
  return lookUp("okta:auth/getServerPolicy:getServerPolicy", ["authServerId", "name"], (args) => {
    const { id: authServerId } = serverAt(org, String(args.authServerId));
    const found = org.policiesOf(authServerId).find(({ name }) => name === args.name);
    if (found === undefined) throw notFound(`auth server policy with name '${args.name}' does not exist`);
    const { id, name, description, priority, clients } = found;
    return { id, authServerId, name, description, priority, assignedClients: clients };
  });
}

/**
 * `group.getGroup`: a group by the beginning of its name. The provider takes the one whose name is the whole text, else the only one
 * that begins with it.
 *
 * Assumed of Okta: a group's name is searched in any letter case.
 *
 * @see https://github.com/okta/terraform-provider-okta/blob/master/okta/services/idaas/data_source_okta_group.go
 */
export function lookUpGroup(org: OktaOrg): FunctionHandler {
  return lookUp("okta:group/getGroup:getGroup", ["name"], ({ name }) => {
    const beginning = String(name).toLowerCase();
    const matches = [...org.groups.values()].filter((one) => one.name.toLowerCase().startsWith(beginning));
    const { id, name: found, description, type } = onlyOne(matches, String(name));
    return { id, name: found, description, type };
  });
}

function onlyOne(matches: readonly Group[], name: string): Group {
  const found = matches.length === 1 ? matches[0] : matches.find((group) => group.name === name);
  if (found !== undefined) return found;
  if (matches.length === 0) throw notFound(`group with name "${name}" does not exist`);
  throw new SimulatorError(
    "E0000007",
    `group starting with name "${name}" matches ${matches.length} groups, select a more precise name parameter: "${matches.map((group) => group.name).join('", "')}".`,
  );
}

/** The provider's words, and what to do. */
function notFound(words: string): SimulatorError {
  return new SimulatorError("E0000007", `${words}. Correct the name in the stack's settings, or create it.`);
}

function lookUp(
  token: string,
  supported: readonly string[],
  find: (args: Properties) => Properties,
): FunctionHandler {
  return {
    token,
    invoke: async (args) => {
      const unknown = Object.keys(args).filter((name) => !supported.includes(name));
      if (unknown.length > 0) {
        throw new SimulatorError(
          "InvalidInputs",
          `${token}: "${unknown.join('", "')}" is not simulated by the local Okta. Look up by ${supported.join(" and ")}.`,
        );
      }
      return find(args);
    },
  };
}
