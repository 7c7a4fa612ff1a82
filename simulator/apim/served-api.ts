import type { SubscriptionKeyNames } from "./subscription.ts";

/** An API without its operations and policies: what expressions read as `context.Api`. */
export interface ServedApi {
  /** ARM name of the API, `conference`. */
  readonly id: string;
  /** @defaultValue the id */
  readonly displayName?: string;
  /** URL suffix without slashes at its ends; "" means the root of the gateway. */
  readonly path: string;
  /** Where requests go; absent for an API without a backend. */
  readonly serviceUrl?: string;
  /** Where clients write their subscription key; absent for an API that reads none. */
  readonly keyNames?: SubscriptionKeyNames;
  /** A request may come without a key. @defaultValue false */
  readonly keyIsOptional?: boolean;
}
