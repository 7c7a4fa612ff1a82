import { SimulatorError } from "../../kernel/error.ts";
import { type ArmResource, type ArmStore, nameOf } from "../arm-store.ts";
import { armTypes } from "../arm-types.ts";
import { serviceIdOf } from "../resource-ids.ts";

/**
 * The user that `ownerId` names: `/users/{id}`, with or without the instance's id before it.
 *
 * @param id Of the subscription.
 * @throws {SimulatorError} where there is no such user.
 */
export function subscriptionOwner(store: ArmStore, id: string, ownerId: unknown): ArmResource {
  const service = serviceIdOf(id);
  const text = String(ownerId);
  const path = text.toLowerCase().startsWith(`${service.toLowerCase()}/`) ? text.slice(service.length) : text;
  const [, name] = /^\/users\/([^/]+)$/i.exec(path) ?? [];
  const owner = name === undefined ? undefined : store.get(`${service}/users/${name}`);
  if (owner !== undefined) return owner;
  // Azure's words for such a field: https://github.com/Azure/api-management-samples/issues/6
  throw new SimulatorError("ValidationError", "Invalid field 'ownerId' specified");
}

/** The subscriptions that belong to a user. */
export function subscriptionsOwnedBy(store: ArmStore, userId: string): readonly ArmResource[] {
  const own = userId.toLowerCase();
  return store
    .below(serviceIdOf(userId), armTypes.subscription)
    .filter(({ body }) => String(body.properties.ownerId).toLowerCase() === own);
}

/** ARM name of a subscription's owner in lower case; absent where it belongs to nobody. */
export function ownerNameOf({ body }: ArmResource): string | undefined {
  const { ownerId } = body.properties;
  return ownerId === undefined || ownerId === null
    ? undefined
    : nameOf({ id: String(ownerId) }).toLowerCase();
}
