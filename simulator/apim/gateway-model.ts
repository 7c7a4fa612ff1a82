import type { ServedOperation } from "./operation.ts";
import type { CheckedPolicy } from "./policy/document.ts";
import type { ServedProduct } from "./product.ts";
import type { ServedApi } from "./served-api.ts";
import type { ServedCertificate } from "./served-certificate.ts";
import type { ServedSubscription } from "./subscription.ts";

/** What the gateway needs to know of the API Management service, derived from its ARM resources after each change. */
export interface GatewayService {
  readonly name: string;
  /** Tells it from an earlier instance with its name, which was deleted. @defaultValue there was none */
  readonly birth?: number;
  /** Where it is, as expressions read it: `West Europe`. @defaultValue an empty text */
  readonly region?: string;
  /** The global policy document; absent in a test's gateway alone. */
  readonly policy?: CheckedPolicy;
  readonly apis: readonly GatewayApi[];
  /** @defaultValue none */
  readonly products?: readonly GatewayProduct[];
  /** Every subscription in the order of creation, also those that let nobody in. @defaultValue none */
  readonly subscriptions?: readonly ServedSubscription[];
  /** The certificates that were uploaded. @defaultValue none is known of, and policies show none */
  readonly certificates?: readonly ServedCertificate[];
  /** URLs of the `Backend` resources, by name in lower case. */
  readonly backends: ReadonlyMap<string, string>;
}

/** One API as the gateway serves it. */
export interface GatewayApi extends ServedApi {
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
