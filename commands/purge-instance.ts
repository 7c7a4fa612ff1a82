import { z } from "zod";
import { apiVersion } from "../simulator/arm/constraints.ts";
import { type ArmAccess, azureLogin } from "../simulator/cloud.ts";
import { connectAzure } from "../simulator/providers/azure-native/azure-native.ts";
import { CommandError } from "./command-error.ts";

const deletedServices = z.object({ value: z.array(z.object({ id: z.string(), name: z.string() })) });

/**
 * Frees the name of a deleted API Management instance by Azure's own request for it, as `az apim deletedservice purge` does.
 *
 * @throws {CommandError} when no deleted instance has the name; the message lists those that there are.
 * @see https://learn.microsoft.com/rest/api/apimanagement/deleted-services/purge
 */
export async function purgeInstance(access: ArmAccess, name: string): Promise<void> {
  const { azure, close } = connectAzure(azureLogin(access));
  try {
    const path = `/subscriptions/${access.subscriptionId}/providers/Microsoft.ApiManagement/deletedservices`;
    const { value } = deletedServices.parse(await azure.get({ path, apiVersion }));
    const deleted = value.find((one) => one.name.toLowerCase() === name.toLowerCase());
    if (deleted === undefined) throw nothingToPurge(name, value);
    await azure.delete({ path: deleted.id, apiVersion }, true);
  } finally {
    close();
  }
}

function nothingToPurge(name: string, deleted: readonly { readonly name: string }[]): CommandError {
  const names = deleted.map((one) => `"${one.name}"`).join(", ");
  return new CommandError(
    `The local cloud has no deleted instance "${name}". ${names === "" ? "No instance is deleted." : `Deleted are: ${names}.`}`,
    { code: "command-line" },
  );
}
