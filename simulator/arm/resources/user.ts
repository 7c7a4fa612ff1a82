import { isoTime } from "../../kernel/clock.ts";
import { SimulatorError } from "../../kernel/error.ts";
import { type ArmBody, type ArmResource, type ArmStore, nameOf } from "../arm-store.ts";
import type { ArmType, Kept, PutSite } from "../arm-type.ts";
import { armTypes } from "../arm-types.ts";
import { serviceIdOf } from "../resource-ids.ts";
import { administratorName, systemGroups } from "./group-members.ts";
import { subscriptionsOwnedBy } from "./subscription-owner.ts";

/**
 * A person to whom subscriptions belong.
 *
 * Differs from Azure: nobody signs in to the developer portal as a user, and no user gets mail.
 *
 * @see https://learn.microsoft.com/rest/api/apimanagement/user
 */
export const user: ArmType = {
  type: armTypes.user,
  nameParameter: "userId",
  model: "UserCreateParameters",
  required: ["email", "firstName", "lastName"],
  rules: ({ properties: { state } }) =>
    state === undefined || states.includes(String(state))
      ? []
      : [{ target: "state", reason: `must be one of ${states.join(", ")}; got ${JSON.stringify(state)}.` }],
  put: async (site) => putUser(site),
  beforeDelete: (store, resource, query) => {
    assertNotAdministrator(resource);
    // Assumed of Azure: without deleteSubscriptions the subscriptions of a deleted user stay, and belong to nobody.
    const isAsked = query.get("deleteSubscriptions") === "true";
    for (const one of subscriptionsOwnedBy(store, resource.id)) {
      if (isAsked) {
        store.delete(one.id);
        continue;
      }
      const { ownerId: _, ...properties } = one.body.properties;
      store.put({ ...one, body: { ...one.body, properties } });
    }
  },
  afterDelete: (store, { id }) => {
    const name = nameOf({ id }).toLowerCase();
    for (const link of store.below(serviceIdOf(id), armTypes.groupUser))
      if (nameOf(link).toLowerCase() === name) store.delete(link.id);
  },
  view: viewUser,
};

// The SDK's KnownUserState.
const states: readonly string[] = ["active", "blocked", "pending", "deleted"];

function putUser({ store, id, body, before }: PutSite): Kept {
  const { password: _, appType: _appType, confirmation: _confirmation, ...properties } = body.properties;
  assertEmailIsFree(store, id, String(properties.email));
  const identities = [{ provider: "Basic", id: properties.email }];
  return {
    body: { ...body, properties: { state: "active", identities, ...properties } },
    hidden: { ...before?.hidden, registrationDate: before?.hidden.registrationDate ?? isoTime(store.clock) },
  };
}

/** The SDK's UserCreateParameters: an email address is unique within the instance. Azure's words are not known. */
function assertEmailIsFree(store: ArmStore, id: string, email: string): void {
  const twin = store
    .below(serviceIdOf(id), armTypes.user)
    .find(
      (one) =>
        one.id.toLowerCase() !== id.toLowerCase() &&
        String(one.body.properties.email).toLowerCase() === email.toLowerCase(),
    );
  if (twin === undefined) return;
  throw new SimulatorError(
    "ValidationError",
    `The email address '${email}' belongs to the user '${nameOf(twin)}' already. Give another one.`,
  );
}

/** Microsoft's page on groups: the administrator cannot be removed from the administrators. Azure's words are not known. */
function assertNotAdministrator(resource: ArmResource): void {
  if (nameOf(resource) !== administratorName) return;
  throw new SimulatorError(
    "ValidationError",
    `The user '${administratorName}' is the administrator of the instance, and cannot be deleted.`,
  );
}

/** A user as Azure answers it: the groups are told by a list of their own. */
export function viewUser({ body, hidden: { registrationDate } }: ArmResource): ArmBody {
  return { ...body, properties: { ...body.properties, registrationDate, groups: [] } };
}

/** Gives a new instance its administrator and its groups. */
export function putAdministrator(store: ArmStore, serviceId: string, email: unknown): void {
  for (const [name, [displayName, description]] of Object.entries(systemGroups)) {
    const id = `${serviceId}/groups/${name}`;
    const body = { properties: { displayName, description, type: "system" } };
    if (store.get(id) === undefined)
      store.put({ id, type: armTypes.group, body, hidden: { isBuiltIn: true } });
  }
  const id = `${serviceId}/users/${administratorName}`;
  if (store.get(id) !== undefined) return;
  // https://github.com/Azure/azure-rest-api-specs, ApiManagementListUsers.json : what the administrator is called.
  const properties = {
    ...{ firstName: "Administrator", lastName: "", email, state: "active" },
    identities: [{ provider: "Azure", id: email }],
  };
  const hidden = { isBuiltIn: true, registrationDate: isoTime(store.clock) };
  store.put({ id, type: armTypes.user, body: { properties }, hidden });
}
