import type { ServedOperation } from "./operation.ts";
import type { CheckedPolicy } from "./policy/document.ts";
import type { ServedProduct } from "./product.ts";
import type { ServedSubscription, SubscriptionKeyNames } from "./subscription.ts";

/** What the gateway needs to know of the API Management service, derived from its ARM resources after each change. */
export interface GatewayService {
  readonly name: string;
  /** The global policy document; absent in a test's gateway alone. */
  readonly policy?: CheckedPolicy;
  readonly apis: readonly GatewayApi[];
  /** @defaultValue none */
  readonly products?: readonly GatewayProduct[];
  /** Every subscription in the order of creation, also those that let nobody in. @defaultValue none */
  readonly subscriptions?: readonly ServedSubscription[];
  /** URLs of the `Backend` resources, by name in lower case. */
  readonly backends: ReadonlyMap<string, string>;
}

/** One API as the gateway serves it. */
export interface GatewayApi {
  /** ARM name of the API, `conference`. */
  readonly id: string;
  /** @defaultValue the id */
  readonly displayName?: string;
  /** URL suffix without slashes at its ends; "" means the root of the gateway. */
  readonly path: string;
  /** Where requests go; absent for an API without a backend. */
  readonly serviceUrl?: string;
  /** Where clients write their subscription key; absent for an API that asks for none. */
  readonly keyNames?: SubscriptionKeyNames;
  readonly policy?: CheckedPolicy;
  readonly operations: readonly GatewayOperation[];
}

/** One operation as the gateway matches and runs it. */
export interface GatewayOperation extends ServedOperation {
  readonly policy?: CheckedPolicy;
}

/** One product, whose document stands between the global one and those of its APIs. */
export interface GatewayProduct extends ServedProduct {
  readonly policy?: CheckedPolicy;
}
