import { SimulatorError } from "../../kernel/error.ts";
import type { ArmBody } from "../arm-store.ts";
import type { ArmType } from "../arm-type.ts";
import { nameIn, serviceIdOf } from "../resource-ids.ts";

const products = "Microsoft.ApiManagement/service/products";

/**
 * A package of APIs.
 *
 * Differs from Azure: products and subscriptions are kept and let nobody in, since an API that needs a subscription is refused.
 */
export const product: ArmType = {
  type: products,
  nameParameter: "productId",
  model: "ProductContract",
  required: ["displayName"],
  view: ({ body }) => ({
    ...body,
    properties: { subscriptionRequired: true, state: "notPublished", ...body.properties },
  }),
};

/** An API in a product: a link, without a body of its own. */
export const productApi: ArmType = {
  type: `${products}/apis`,
  nameParameter: "apiId",
  canPatch: false,
  put: async ({ store, id }) => {
    const name = nameIn(id.slice(id.search(/\/products\//i)), "apis");
    const api = store.get(`${serviceIdOf(id)}/apis/${name}`);
    if (api === undefined) throw new SimulatorError("ResourceNotFound", "API not found.");
    return { body: { properties: {} } };
  },
  view: (resource, store): ArmBody => {
    const name = resource.id.split("/").at(-1);
    const { displayName, path, protocols } =
      store.get(`${serviceIdOf(resource.id)}/apis/${name}`)?.body.properties ?? {};
    return { properties: { displayName, path, protocols } };
  },
};
