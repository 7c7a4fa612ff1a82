import type { ServedProduct } from "../../apim/product.ts";
import { SimulatorError } from "../../kernel/error.ts";
import { type ArmBody, type ArmObject, type ArmResource, type ArmStore, nameOf } from "../arm-store.ts";
import type { ArmType } from "../arm-type.ts";
import { armTypes } from "../arm-types.ts";
import { serviceIdOf } from "../resource-ids.ts";
import { api } from "./api.ts";
import { subscriptionsOf } from "./subscription-scope.ts";

/** A package of APIs, whose subscriptions open them. */
export const product: ArmType = {
  type: armTypes.product,
  nameParameter: "productId",
  model: "ProductContract",
  required: ["displayName"],
  put: async ({ store, id, body, before }) => {
    if (!productSettings(body.properties).subscriptionRequired)
      for (const link of store.below(id, armTypes.productApi)) assertNoOtherOpenProduct(store, link.id);
    return { body, hidden: { isNew: before === undefined } };
  },
  afterPut: (store, { id, hidden }) => {
    // https://github.com/Azure/azure-service-operator/issues/3807 : a new product has the administrators.
    const body = { properties: {} };
    if (hidden.isNew === true)
      store.put({ id: `${id}/groups/administrators`, type: armTypes.productGroup, body, hidden: {} });
  },
  beforeDelete: (store, { id }, query) => {
    const subscriptions = subscriptionsOf(store, id);
    if (subscriptions.length > 0 && query.get("deleteSubscriptions") !== "true") {
      // Azure's words: https://github.com/Azure/apiops/issues/94
      throw new SimulatorError(
        "ValidationError",
        "Product cannot be deleted since it has existing subscriptions. Delete subscriptions before deleting the product or pass in deleteSubscriptions=true as query param",
      );
    }
    for (const one of subscriptions) store.delete(one.id);
  },
  view: ({ body }) => ({
    ...body,
    properties: {
      subscriptionRequired: true,
      approvalRequired: false,
      state: "notPublished",
      ...body.properties,
    },
  }),
};

/** A product's properties with Azure's defaults. */
export function productSettings(properties: ArmObject): Omit<ServedProduct, "id" | "apis" | "groups"> {
  const { displayName, state, subscriptionRequired, approvalRequired, subscriptionsLimit } = properties;
  return {
    displayName: String(displayName),
    state: state === "published" ? "published" : "notPublished",
    subscriptionRequired: subscriptionRequired !== false,
    approvalRequired: approvalRequired === true,
    ...(typeof subscriptionsLimit === "number" ? { subscriptionsLimit } : {}),
  };
}

/** An API in a product: a link, without a body of its own. */
export const productApi: ArmType = {
  type: armTypes.productApi,
  nameParameter: "apiId",
  canPatch: false,
  isLink: true,
  put: async ({ store, id }) => {
    if (apiOf(store, id) === undefined) throw new SimulatorError("ResourceNotFound", "API not found.");
    const owner = store.get(id.slice(0, id.search(/\/apis\/[^/]+$/i)));
    if (owner !== undefined && !productSettings(owner.body.properties).subscriptionRequired)
      assertNoOtherOpenProduct(store, id);
    return { body: { properties: {} } };
  },
  view: (resource, store): ArmBody => {
    const linked = apiOf(store, resource.id);
    return linked === undefined ? resource.body : (api.view?.(linked, store) ?? linked.body);
  },
};

function apiOf(store: ArmStore, id: string): ArmResource | undefined {
  return store.get(`${serviceIdOf(id)}/apis/${nameOf({ id })}`);
}

/**
 * Assumed of Azure: an API that is in an open product is refused in a second one. Its words are not known.
 *
 * @param linkId Of an API in an open product, or one that is to be there.
 * @see https://learn.microsoft.com/azure/api-management/api-management-subscriptions#api-request-without-a-subscription-key
 */
function assertNoOtherOpenProduct(store: ArmStore, linkId: string): void {
  const api = nameOf({ id: linkId });
  const other = store
    .below(serviceIdOf(linkId), armTypes.product)
    .find(
      (one) =>
        !linkId.toLowerCase().startsWith(`${one.id.toLowerCase()}/`) &&
        !productSettings(one.body.properties).subscriptionRequired &&
        store.get(`${one.id}/apis/${api}`) !== undefined,
    );
  if (other === undefined) return;
  throw new SimulatorError(
    "ValidationError",
    `API '${api}' is already in the product '${nameOf(other)}', which needs no subscription. An API can be in one such product at most: take it out there, or let one of them require a subscription.`,
  );
}
