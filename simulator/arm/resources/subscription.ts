import { randomBytes } from "node:crypto";
import { isoTime } from "../../kernel/clock.ts";
import { SimulatorError } from "../../kernel/error.ts";
import type { ArmType } from "../arm-type.ts";
import { serviceIdOf } from "../resource-ids.ts";

/** A pair of keys for a product, an API or all APIs; see the product for what they do. */
export const subscription: ArmType = {
  type: "Microsoft.ApiManagement/service/subscriptions",
  nameParameter: "sid",
  model: "SubscriptionCreateParameters",
  simulated: ["displayName", "scope", "state", "allowTracing", "primaryKey", "secondaryKey"],
  required: ["displayName", "scope"],
  writeOnly: ["primaryKey", "secondaryKey"],
  put: async ({ store, id, body, before }) => {
    const [, kind = "", name] = /\/(products|apis)(?:\/([^/]+))?$/i.exec(String(body.properties.scope)) ?? [];
    const target = `${serviceIdOf(id)}/${kind}/${name}`;
    if (kind === "" || (name !== undefined && store.get(target) === undefined)) {
      throw new SimulatorError(
        "ValidationError",
        `Subscription scope should be one of '/apis', '/apis/{apiId}', '/products/{productId}' of what is there; got "${body.properties.scope}".`,
      );
    }
    const { primaryKey, secondaryKey, ...properties } = body.properties;
    const key = (given: unknown, kept: unknown) => given ?? kept ?? randomBytes(16).toString("hex");
    return {
      body: { ...body, properties: { state: "active", allowTracing: false, ...properties } },
      hidden: {
        createdDate: before?.hidden.createdDate ?? isoTime(store.clock),
        primaryKey: key(primaryKey, before?.hidden.primaryKey),
        secondaryKey: key(secondaryKey, before?.hidden.secondaryKey),
      },
    };
  },
  view: ({ body, hidden: { createdDate } }) => ({ ...body, properties: { ...body.properties, createdDate } }),
  actions: { listSecrets: ({ hidden: { primaryKey, secondaryKey } }) => ({ primaryKey, secondaryKey }) },
};
