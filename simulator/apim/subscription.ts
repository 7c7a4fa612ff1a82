import type { ServedUser } from "./user.ts";

/** A subscription: what expressions read as `context.Subscription`, and what its keys open. */
export interface ServedSubscription {
  /** ARM name of the subscription. */
  readonly id: string;
  /** Tells it from an earlier one with its id, which was deleted. @defaultValue there was none */
  readonly birth?: number;
  readonly displayName: string;
  /** Only the keys of an active one let anybody in. */
  readonly state: string;
  readonly scope: SubscriptionScope;
  readonly primaryKey: string;
  readonly secondaryKey: string;
  /** ISO 8601. */
  readonly createdDate: string;
  /** To whom it belongs. @defaultValue nobody */
  readonly owner?: ServedUser;
}

/** What the keys of a subscription open. Names are ARM names in lower case. */
export type SubscriptionScope =
  | { readonly kind: "all" }
  | { readonly kind: "api"; readonly api: string }
  | { readonly kind: "product"; readonly product: string };

/** Names of the header and of the query parameter that hold a subscription key. */
export interface SubscriptionKeyNames {
  readonly header: string;
  readonly query: string;
}
