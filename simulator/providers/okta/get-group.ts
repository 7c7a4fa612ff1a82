import { SimulatorError } from "../../kernel/error.ts";
import type { FunctionHandler, Properties } from "../resource.ts";
import { callOkta } from "./api-call.ts";
import { functionArguments } from "./function-arguments.ts";
import type { GroupBody } from "./group.ts";
import type { InputFields } from "./input-fields.ts";
import type { OktaApi } from "./okta-api.ts";

const token = "okta:group/getGroup:getGroup";
const collection = "/api/v1/groups";
const fields: InputFields = {
  id: { kind: "text" },
  name: { kind: "text" },
  type: { kind: "text" },
  includeUsers: { kind: "boolean", default: false },
  delayReadSeconds: { kind: "text", simulated: [] },
};

/**
 * `group.getGroup`: a group by its id, or by the beginning of its name. Where several groups begin so, the provider takes the one
 * whose name is the whole text; where only one does, it takes that one.
 *
 * @see https://github.com/okta/terraform-provider-okta/blob/v6.12.0/okta/services/idaas/data_source_okta_group.go
 */
export function getOktaGroup(client: OktaApi): FunctionHandler {
  return {
    token,
    invoke: async (args) => {
      const given = functionArguments({ token, fields }, args);
      const { id, type, profile } = await groupOf(client, given);
      const { name, description } = profile;
      const users = given.includeUsers === true ? { users: await memberIds(client, id) } : {};
      return { id, name, type, description: description ?? "", ...users };
    },
  };
}

async function groupOf(client: OktaApi, { id, name = "", type }: Properties): Promise<GroupBody> {
  if (id !== undefined)
    return callOkta({ action: "get group by ID", errors: "summary" }, () =>
      client.get<GroupBody>(`${collection}/${id}`),
    );
  const filter = type === undefined ? {} : { filter: `type eq "${type}"` };
  const groups = await callOkta({ action: "query for groups", errors: "summary" }, () =>
    client.list<GroupBody>(collection, { q: String(name), ...filter }),
  );
  const found = groups.length === 1 ? groups[0] : groups.find((group) => group.profile.name === name);
  if (found !== undefined) return found;
  const andType = type === undefined ? "" : ` and type "${type}"`;
  throw new SimulatorError(
    "NotFound",
    groups.length === 0
      ? `group with name "${name}"${andType} does not exist`
      : `group starting with name "${name}"${andType} matches ${groups.length} groups, select a more precise name parameter`,
  );
}

async function memberIds(client: OktaApi, groupId: string): Promise<readonly string[]> {
  const members = await callOkta({ action: "list group user IDs", errors: "summary" }, () =>
    client.list<{ id: string }>(`${collection}/${groupId}/users`, { limit: "200" }),
  );
  return members.map(({ id }) => id);
}
