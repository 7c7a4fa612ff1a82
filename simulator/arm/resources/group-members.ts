import { type ArmResource, type ArmStore, nameOf } from "../arm-store.ts";
import { armTypes } from "../arm-types.ts";
import { serviceIdOf } from "../resource-ids.ts";

/** ARM name of the user that an instance comes with. */
export const administratorName = "1";

/** The groups that an instance comes with, and what Azure says of them. */
export const systemGroups = {
  administrators: [
    "Administrators",
    "Administrators is a built-in group containing the admin email account provided at the time of service creation. Its membership is managed by the system.",
  ],
  developers: [
    "Developers",
    "Developers is a built-in group. Its membership is managed by the system. Signed-in users fall into this group.",
  ],
  guests: [
    "Guests",
    "Guests is a built-in group. Its membership is managed by the system. Unauthenticated users visiting the developer portal fall into this group.",
  ],
} as const;

/** Whether API Management manages a group itself. */
export function isSystemGroup({ hidden }: Pick<ArmResource, "hidden">): boolean {
  return hidden.isBuiltIn === true;
}

/**
 * The users of a group.
 *
 * Assumed of Azure: the administrator is among the developers too.
 *
 * @see https://learn.microsoft.com/azure/api-management/api-management-howto-create-groups
 */
export function membersOf(store: ArmStore, groupId: string): readonly ArmResource[] {
  const users = store.below(serviceIdOf(groupId), armTypes.user);
  const group = store.get(groupId);
  if (group === undefined) return [];
  if (isSystemGroup(group)) {
    const name = nameOf(group).toLowerCase();
    if (name === "developers") return users;
    return name === "administrators" ? users.filter((user) => nameOf(user) === administratorName) : [];
  }
  return users.filter((user) => store.get(`${groupId}/users/${nameOf(user)}`) !== undefined);
}

/** The groups that a user is in, by the id of the user in lower case. */
export function groupsByMember(
  store: ArmStore,
  serviceId: string,
): ReadonlyMap<string, readonly ArmResource[]> {
  const found = new Map<string, ArmResource[]>();
  for (const group of store.below(serviceId, armTypes.group)) {
    for (const { id } of membersOf(store, group.id)) {
      const key = id.toLowerCase();
      found.set(key, [...(found.get(key) ?? []), group]);
    }
  }
  return found;
}
