import type { ArmType } from "../arm-type.ts";
import { armTypes } from "../arm-types.ts";

/** Deleting it deletes what it holds, as in Azure. */
export const resourceGroup: ArmType = {
  type: armTypes.resourceGroup,
  nameParameter: "resourceGroupName",
  required: ["location"],
  busyState: "Deleting",
  // https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules#microsoftresources
  rules: (_body, name) =>
    /^[-\w.()]*[-\w()]$/.test(name)
      ? []
      : [
          {
            target: "resourceGroupName",
            reason: "must hold letters, digits and -_.() and not end with a period.",
          },
        ],
  view: ({ body }) => ({ ...body, properties: { provisioningState: "Succeeded" } }),
};
