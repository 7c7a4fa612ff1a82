import { SimulatorError } from "../../kernel/error.ts";
import { type ArmBody, type ArmResource, type ArmStore, nameOf } from "../arm-store.ts";
import type { ArmType } from "../arm-type.ts";
import { armTypes } from "../arm-types.ts";
import { nameIn, serviceIdOf } from "../resource-ids.ts";
import { isSystemGroup, membersOf } from "./group-members.ts";
import { viewUser } from "./user.ts";

/**
 * People by a name, for policies and products.
 *
 * @see https://learn.microsoft.com/azure/api-management/api-management-howto-create-groups
 */
export const group: ArmType = {
  type: armTypes.group,
  nameParameter: "groupId",
  model: "GroupCreateParameters",
  required: ["displayName"],
  put: async ({ body, before }) => {
    if (before !== undefined) assertChangeable(before);
    return { body: { ...body, properties: { type: "custom", ...body.properties } } };
  },
  beforeDelete: (_, resource) => assertChangeable(resource),
  // What refers to a group goes with it.
  afterDelete: (store, { id }) => {
    const name = nameOf({ id }).toLowerCase();
    for (const link of store.below(serviceIdOf(id), armTypes.productGroup))
      if (nameOf(link).toLowerCase() === name) store.delete(link.id);
  },
  view: viewGroup,
};

function viewGroup(resource: ArmResource): ArmBody {
  const { body } = resource;
  return { ...body, properties: { ...body.properties, builtIn: isSystemGroup(resource) } };
}

/** Microsoft's page calls the three groups that come with an instance immutable. Azure's words are not known. */
function assertChangeable(resource: ArmResource): void {
  if (!isSystemGroup(resource)) return;
  throw new SimulatorError(
    "ValidationError",
    `The group '${nameOf(resource)}' is a system group, which API Management manages itself. Make a group of your own.`,
  );
}

/**
 * A user in a group: a link, without a body of its own.
 *
 * @see https://learn.microsoft.com/rest/api/apimanagement/group-user
 */
export const groupUser: ArmType = {
  type: armTypes.groupUser,
  nameParameter: "userId",
  canPatch: false,
  isLink: true,
  put: async ({ store, id }) => {
    const owner = groupOf(store, id);
    if (owner !== undefined) assertChangeable(owner);
    if (userOf(store, id) === undefined) throw new SimulatorError("ResourceNotFound", "User not found.");
    return { body: { properties: {} } };
  },
  beforeDelete: (store, { id }) => {
    const owner = groupOf(store, id);
    if (owner !== undefined) assertChangeable(owner);
  },
  derived: (store, groupId) =>
    membersOf(store, groupId).map((user) => ({
      ...{ id: `${groupId}/users/${nameOf(user)}`, type: armTypes.groupUser },
      ...{ body: { properties: {} }, hidden: {} },
    })),
  view: ({ id, body }, store) => {
    const user = userOf(store, id);
    return user === undefined ? body : viewUser(user);
  },
};

function groupOf(store: ArmStore, linkId: string): ArmResource | undefined {
  return store.get(`${serviceIdOf(linkId)}/groups/${nameIn(linkId, "groups")}`);
}

function userOf(store: ArmStore, linkId: string): ArmResource | undefined {
  return store.get(`${serviceIdOf(linkId)}/users/${nameOf({ id: linkId })}`);
}

/** A group whose members see a product: a link, without a body of its own. */
export const productGroup: ArmType = {
  type: armTypes.productGroup,
  nameParameter: "groupId",
  canPatch: false,
  isLink: true,
  put: async ({ store, id }) => {
    if (linkedGroup(store, id) === undefined)
      throw new SimulatorError("ResourceNotFound", "Group not found.");
    return { body: { properties: {} } };
  },
  view: ({ id, body }, store) => {
    const linked = linkedGroup(store, id);
    return linked === undefined ? body : viewGroup(linked);
  },
};

/** The groups that a user is in, which Azure lists below the user. */
export const userGroup: ArmType = {
  type: armTypes.userGroup,
  nameParameter: "groupId",
  isListOnly: true,
  derived: (store, userId) =>
    store
      .below(serviceIdOf(userId), armTypes.group)
      .filter((one) => membersOf(store, one.id).some(({ id }) => id.toLowerCase() === userId.toLowerCase()))
      .map((one) => ({
        ...{ id: `${userId}/groups/${nameOf(one)}`, type: armTypes.userGroup },
        ...{ body: { properties: {} }, hidden: {} },
      })),
  view: ({ id, body }, store) => {
    const linked = linkedGroup(store, id);
    return linked === undefined ? body : viewGroup(linked);
  },
};

function linkedGroup(store: ArmStore, linkId: string): ArmResource | undefined {
  return store.get(`${serviceIdOf(linkId)}/groups/${nameOf({ id: linkId })}`);
}
