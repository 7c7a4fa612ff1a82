import { type ArmDefinition, subscription } from "../arm-handler.ts";
import { armTypes } from "../arm-types.ts";
import { requiredInputs } from "../required-inputs.ts";

/** ARM id of a resource group. */
export function resourceGroupId(name: unknown): string {
  return `${subscription}/resourceGroups/${name}`;
}

/** `resources.ResourceGroup`: deleting it deletes what it holds, as in Azure. */
export const resourceGroup: ArmDefinition = {
  type: armTypes.resourceGroup,
  address: ["resourceGroupName"],
  supported: ["location"],
  nameInput: "resourceGroupName",
  replaceOnChanges: ["location"],
  idOf: ({ resourceGroupName }) => resourceGroupId(resourceGroupName),
  rules: (inputs) => [
    ...requiredInputs(inputs, ["location"]),
    // https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules#microsoftresources
    ...(/^[-\w.()]*[-\w()]$/.test(String(inputs.resourceGroupName ?? "x"))
      ? []
      : [
          {
            property: "resourceGroupName",
            reason: "must hold letters, digits and -_.() and not end with a period; got another text.",
          },
        ]),
  ],
  put: async (_store, { id }) => ({
    type: "Microsoft.Resources/resourceGroups",
    properties: { provisioningState: "Succeeded" },
    id,
  }),
};
