import { targetOf } from "../../kernel/request-target.ts";
import type { GatewayApi, GatewayProduct, GatewayService } from "../gateway-model.ts";
import { headerOf, PolicyFailure, type RawHeaders } from "../policy/exchange.ts";
import type { ServedSubscription, SubscriptionKeyNames } from "../subscription.ts";

/** As what a request is handled: in the context of a product, with a subscription, or of its API alone. */
export interface RequestAccess {
  readonly product?: GatewayProduct;
  readonly subscription?: ServedSubscription;
  /** The key that came. */
  readonly subscriptionKey?: string;
}

/** The part of a request in which its key stands. */
export interface KeyPlaces {
  readonly target: string;
  readonly headers: RawHeaders;
}

/** The subscriptions of a service by their keys, and the products of its APIs. */
export class SubscriptionKeys {
  readonly #byKey: ReadonlyMap<string, ServedSubscription>;
  readonly #products: readonly GatewayProduct[];
  readonly #ofOpenProducts: ReadonlyMap<string, RequestAccess>;

  constructor({ products = [], subscriptions = [] }: GatewayService) {
    this.#products = products;
    this.#byKey = new Map(
      subscriptions
        .filter(({ state, owner }) => state === "active" && owner?.isBlocked !== true)
        .flatMap((one) => [one.primaryKey, one.secondaryKey].map((key) => [key, one] as const)),
    );
    this.#ofOpenProducts = new Map(
      products
        .filter((product) => !product.subscriptionRequired)
        .flatMap((product) => [...product.apis].map((api) => [api, { product }] as const)),
    );
  }

  /**
   * As what a request may come in.
   *
   * Assumed of Azure: a key that opens nothing of the API is ignored where an open product has the API, whoever's key it is.
   *
   * Assumed of Azure: a key that opens an API which asks for none counts: the request comes in the context of the key's product.
   * Microsoft's page says both that such a key is granted access by its scope and, under "Considerations", that it is ignored;
   * the checks of Azure-Samples/Apim-Samples, `samples/authX-pro`, need the first. Any other key is ignored there.
   *
   * @returns The failure where it may not.
   * @see https://learn.microsoft.com/azure/api-management/api-management-subscriptions#how-api-management-handles-requests-with-or-without-subscription-keys
   */
  accessOf(api: GatewayApi, places: KeyPlaces): RequestAccess | KeyRefusal {
    if (api.keyNames === undefined) return this.withoutKey(api) ?? noAccess;
    const subscriptionKey = keyOf(api.keyNames, places);
    const opened = subscriptionKey === undefined ? undefined : this.#openedBy(subscriptionKey, api);
    const access = opened ?? this.withoutKey(api) ?? (api.keyIsOptional ? noAccess : undefined);
    return access ?? { refusedKey: subscriptionKey === undefined ? "missing" : "invalid" };
  }

  /** The open product that has an API. */
  withoutKey(api: GatewayApi): RequestAccess | undefined {
    return this.#ofOpenProducts.get(api.id.toLowerCase());
  }

  #openedBy(subscriptionKey: string, api: GatewayApi): RequestAccess | undefined {
    const subscription = this.#byKey.get(subscriptionKey);
    if (subscription === undefined) return undefined;
    const { scope } = subscription;
    const id = api.id.toLowerCase();
    if (scope.kind === "all") return { subscription, subscriptionKey };
    if (scope.kind === "api") return scope.api === id ? { subscription, subscriptionKey } : undefined;
    const product = this.#products.find((one) => one.id.toLowerCase() === scope.product && one.apis.has(id));
    return product && { product, subscription, subscriptionKey };
  }
}

/** Why a request with the API's key missing or invalid is refused. */
export interface KeyRefusal {
  readonly refusedKey: "missing" | "invalid";
}

const noAccess: RequestAccess = {};

/** Microsoft's page, "Use a subscription key": the query is looked at where the header is not there. */
function keyOf(names: SubscriptionKeyNames, { target, headers }: KeyPlaces): string | undefined {
  const header = headerOf(headers, names.header);
  if (header !== undefined) return header === "" ? undefined : header;
  const { query } = targetOf(target);
  return query === "" ? undefined : new URLSearchParams(query).get(names.query) || undefined;
}

const refusals = {
  missing: {
    reason: "SubscriptionKeyNotFound",
    message:
      "Access denied due to missing subscription key. Make sure to include subscription key when making requests to an API.",
  },
  invalid: {
    reason: "SubscriptionKeyInvalid",
    message:
      "Access denied due to invalid subscription key. Make sure to provide a valid key for an active subscription.",
  },
} as const;

/**
 * Azure's answer to a request without the key that its API asks for.
 *
 * @param origin Of the gateway, as the client wrote it.
 * @see https://learn.microsoft.com/azure/api-management/api-management-error-handling-policies#predefined-errors-for-built-in-steps
 */
export function keyFailure(
  { refusedKey }: KeyRefusal,
  { path, keyNames }: GatewayApi,
  origin: string,
): PolicyFailure {
  const { reason, message } = refusals[refusedKey];
  const challenge = `AzureApiManagementKey realm="${origin}/${path}",name="${keyNames?.header}",type="header"`;
  return new PolicyFailure(
    { source: "authorization", reason, message },
    { statusCode: 401, message, reason: "Access Denied", headers: ["WWW-Authenticate", challenge] },
  );
}
