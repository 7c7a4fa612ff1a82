import type { SubscriptionScope } from "../../apim/subscription.ts";
import { type ArmResource, type ArmStore, nameOf } from "../arm-store.ts";
import { armTypes } from "../arm-types.ts";
import { serviceIdOf } from "../resource-ids.ts";

/**
 * What the keys of a subscription open: `/apis`, `/apis/conference`, `/products/starter`, with or without the instance's id before it,
 * or the instance's id alone for everything.
 *
 * @param id Of the subscription.
 */
export function subscriptionScope(id: string, scope: unknown): SubscriptionScope | undefined {
  const service = serviceIdOf(id).toLowerCase();
  const text = String(scope).toLowerCase();
  const path = text.startsWith(`${service}/`) ? text.slice(service.length) : text;
  if (path === "/" || path === "/apis") return { kind: "all" };
  const [, kind, name] = /^\/(apis|products)\/([^/]+)$/.exec(path) ?? [];
  if (name === undefined) return undefined;
  return kind === "apis" ? { kind: "api", api: name } : { kind: "product", product: name };
}

/** The subscriptions of a product. */
export function subscriptionsOf(store: ArmStore, productId: string): readonly ArmResource[] {
  const product = nameOf({ id: productId }).toLowerCase();
  return store.below(serviceIdOf(productId), armTypes.subscription).filter(({ id, body }) => {
    const scope = subscriptionScope(id, body.properties.scope);
    return scope?.kind === "product" && scope.product === product;
  });
}
