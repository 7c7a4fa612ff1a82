import type { ArmType } from "../arm-type.ts";

/**
 * A tag for APIs, operations and products.
 *
 * Differs from Azure: tags are kept, and given to nothing.
 */
export const tag: ArmType = {
  type: "Microsoft.ApiManagement/service/tags",
  nameParameter: "tagId",
  model: "TagContract",
  required: ["displayName"],
};
