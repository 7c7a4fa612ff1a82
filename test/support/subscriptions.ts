import type { ServedSubscription, SubscriptionScope } from "../../simulator/apim/subscription.ts";

/** Where the tests' clients write their subscription key: Azure's own names. */
export const keyNames = { header: "Ocp-Apim-Subscription-Key", query: "subscription-key" };

/** An active subscription whose keys are `<id>-1` and `<id>-2`, unless told otherwise. */
export function subscriptionWithKeys(
  id: string,
  scope: SubscriptionScope,
  more: Partial<ServedSubscription> = {},
): ServedSubscription {
  return {
    ...{ id, displayName: id, state: "active", scope, createdDate: "2026-11-28T00:00:00.000Z" },
    ...{ primaryKey: `${id}-1`, secondaryKey: `${id}-2` },
    ...more,
  };
}
