import * as apimanagement from "@pulumi/azure-native/apimanagement/index.js";
import * as pulumi from "@pulumi/pulumi";
import type { Sku } from "../stack/config-schema.ts";
import { type Gateway, portalOrigins } from "./api-gateway.ts";
import { assertIsAsked } from "./looked-up.ts";

/** Which instance {@link adoptGateway} looks up. */
export interface AdoptedGatewayArgs {
  readonly resourceGroupName: string;
  readonly serviceName: string;
  /** Its tier, by which policies are checked also where no Azure is asked. */
  readonly sku: Sku;
  /** Host name that its developer portal has in place of the default one; empty: none. */
  readonly portalDomain: string;
  /** Publish its developer portal too, with whatever others have changed in it. */
  readonly publishPortal: boolean;
}

/**
 * An API Management instance that exists already. It is read, not made, and stays when the stack is destroyed; since it belongs
 * to others too, its global policy is left alone.
 *
 * Azure is asked before anything is registered, also by a preview: whether the instance has a developer portal decides which
 * resources there are.
 *
 * @throws {pulumi.RunError} when the instance is of another tier.
 */
export async function adoptGateway(args: AdoptedGatewayArgs): Promise<Gateway> {
  const { resourceGroupName, serviceName, sku, publishPortal } = args;
  const found = await apimanagement.getApiManagementService({ resourceGroupName, serviceName });
  // Azure's names are the same in any letter case.
  const [asked, name] = [serviceName.toLowerCase(), found.name.toLowerCase()];
  assertIsAsked("apimExistingServiceName", { asked, found: name });
  if (found.sku.name !== sku) {
    throw new pulumi.RunError(
      `apimSku must be the tier of the instance "${serviceName}", ${found.sku.name}; got ${sku}. Set it in the stack's settings.`,
    );
  }
  return {
    sku,
    resourceGroupName: pulumi.output(resourceGroupName),
    serviceName: pulumi.output(found.name),
    gatewayUrl: pulumi.output(found.gatewayUrl),
    portalOrigins:
      sku === "Consumption" || hasPortal(found)
        ? portalOrigins(args, pulumi.output(found.developerPortalUrl))
        : [],
    publishesPortal: publishPortal,
    isShared: true,
  };
}

/** Whether people can open the instance's developer portal; where not, a warning says what follows. */
function hasPortal({
  name,
  developerPortalStatus,
  developerPortalUrl,
}: apimanagement.GetApiManagementServiceResult): boolean {
  // Azure's answer may lack what the SDK's type promises.
  const isThere = developerPortalStatus !== "Disabled" && (developerPortalUrl ?? "") !== "";
  if (!isThere) {
    pulumi.log.warn(
      `The developer portal of "${name}" is off: nobody signs in there, nothing is published, and the Okta app is a service. Switch it on in Azure (developerPortalStatus: Enabled) if people are to sign in.`,
    );
  }
  return isThere;
}
