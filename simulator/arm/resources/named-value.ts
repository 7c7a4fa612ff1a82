import type { ArmType } from "../arm-type.ts";

/**
 * A value by name, for policies.
 *
 * Differs from Azure: named values are kept, and a policy that refers to one is refused.
 */
export const namedValue: ArmType = {
  type: "Microsoft.ApiManagement/service/namedValues",
  nameParameter: "namedValueId",
  model: "NamedValueCreateContract",
  simulated: ["displayName", "value", "tags", "secret"],
  required: ["displayName"],
  busyState: "InProgress",
  put: async ({ body, before }) => {
    // The value of a secret is in no answer, so a body that was read has none, and takes none away.
    const { value = before?.body.properties.value } = body.properties;
    return {
      body: {
        ...body,
        properties: { secret: false, ...body.properties, ...(value === undefined ? {} : { value }) },
      },
    };
  },
  view: ({ body }) => {
    const { value, ...properties } = body.properties;
    return {
      ...body,
      properties: {
        ...properties,
        ...(properties.secret === true ? {} : { value }),
        provisioningState: "Succeeded",
      },
    };
  },
  actions: { listValue: ({ body }) => ({ value: body.properties.value ?? null }) },
};
