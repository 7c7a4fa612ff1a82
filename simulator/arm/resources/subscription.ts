import { randomBytes } from "node:crypto";
import type { SubscriptionScope } from "../../apim/subscription.ts";
import { isoTime } from "../../kernel/clock.ts";
import { SimulatorError } from "../../kernel/error.ts";
import type { ArmResource, ArmStore } from "../arm-store.ts";
import type { ArmType, Kept, PutSite } from "../arm-type.ts";
import { armTypes } from "../arm-types.ts";
import { serviceIdOf } from "../resource-ids.ts";
import { productSettings } from "./product.ts";
import { subscriptionOwner } from "./subscription-owner.ts";
import { subscriptionScope, subscriptionsOf } from "./subscription-scope.ts";

/** A pair of keys for a product, an API or all APIs. */
export const subscription: ArmType = {
  type: armTypes.subscription,
  nameParameter: "sid",
  model: "SubscriptionCreateParameters",
  simulated: [...["displayName", "scope", "state", "allowTracing", "primaryKey", "secondaryKey", "ownerId"]],
  required: ["displayName", "scope"],
  writeOnly: ["primaryKey", "secondaryKey"],
  put: async (site) => putSubscription(site),
  view: ({ body, hidden: { createdDate } }) => ({ ...body, properties: { ...body.properties, createdDate } }),
  actions: {
    listSecrets: ({ hidden: { primaryKey, secondaryKey } }) => ({ primaryKey, secondaryKey }),
    regeneratePrimaryKey: (resource, store) => regenerate(store, resource, "primaryKey"),
    regenerateSecondaryKey: (resource, store) => regenerate(store, resource, "secondaryKey"),
  },
};

function putSubscription({ store, id, body, before }: PutSite): Kept {
  const scope = subscriptionScope(id, body.properties.scope);
  if (scope === undefined || !isThere(store, id, scope)) {
    throw new SimulatorError(
      "ValidationError",
      `Subscription scope should be one of '/apis', '/apis/{apiId}', '/products/{productId}' of what is there; got "${body.properties.scope}".`,
    );
  }
  const { primaryKey, secondaryKey, ownerId, ...properties } = body.properties;
  const owner =
    ownerId === undefined || ownerId === null ? {} : { ownerId: subscriptionOwner(store, id, ownerId).id };
  if (before === undefined && scope.kind === "product") assertRoom(store, id, scope.product, owner.ownerId);
  const key = (given: unknown, kept: unknown) => given ?? kept ?? newKey();
  return {
    // https://learn.microsoft.com/rest/api/apimanagement/subscription/create-or-update : the state of one that names none.
    body: { ...body, properties: { state: "submitted", allowTracing: false, ...properties, ...owner } },
    hidden: {
      createdDate: before?.hidden.createdDate ?? isoTime(store.clock),
      primaryKey: key(primaryKey, before?.hidden.primaryKey),
      secondaryKey: key(secondaryKey, before?.hidden.secondaryKey),
    },
  };
}

function newKey(): string {
  return randomBytes(16).toString("hex");
}

function regenerate(store: ArmStore, resource: ArmResource, name: "primaryKey" | "secondaryKey"): undefined {
  // Assumed of Azure: a regenerated key is good at once.
  store.put({ ...resource, hidden: { ...resource.hidden, [name]: newKey() } });
}

function isThere(store: ArmStore, id: string, scope: SubscriptionScope): boolean {
  const service = serviceIdOf(id);
  switch (scope.kind) {
    case "all":
      return true;
    case "api":
      return store.get(`${service}/apis/${scope.api}`) !== undefined;
    case "product":
      return store.get(`${service}/products/${scope.product}`) !== undefined;
  }
}

/**
 * Assumed of Azure: the limit of a product counts the subscriptions of nobody as those of one person, also the ones that let nobody in.
 *
 * @see https://learn.microsoft.com/rest/api/apimanagement/product/create-or-update
 */
function assertRoom(store: ArmStore, id: string, product: string, ownerId: string | undefined): void {
  const service = serviceIdOf(id);
  const { subscriptionsLimit = Number.POSITIVE_INFINITY } = productSettings(
    store.get(`${service}/products/${product}`)?.body.properties ?? {},
  );
  const own = subscriptionsOf(store, `${service}/products/${product}`).filter(
    ({ body }) => body.properties.ownerId === ownerId,
  );
  if (own.length < subscriptionsLimit) return;
  throw new SimulatorError("ValidationError", "Subscriptions limit reached for same user");
}

/** Gives a new instance the subscription that it comes with, which opens every API. */
export function putAllAccessSubscription(store: ArmStore, serviceId: string): void {
  const id = `${serviceId}/subscriptions/master`;
  if (store.get(id) !== undefined) return;
  const properties = {
    displayName: "Built-in all-access subscription",
    scope: `${serviceId}/`,
    state: "active",
    allowTracing: false,
  };
  const hidden = { createdDate: isoTime(store.clock), primaryKey: newKey(), secondaryKey: newKey() };
  store.put({ id, type: armTypes.subscription, body: { properties }, hidden });
}
