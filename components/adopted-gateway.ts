import * as apimanagement from "@pulumi/azure-native/apimanagement/index.js";
import * as pulumi from "@pulumi/pulumi";
import { type Gateway, portalOrigins } from "./api-gateway.ts";
import type { Sku } from "./config-schema.ts";

/** Which instance {@link adoptGateway} looks up. */
export interface AdoptedGatewayArgs {
  readonly resourceGroupName: string;
  readonly serviceName: string;
  /** Its tier: a preview has to know it before Azure is asked. */
  readonly sku: Sku;
  /** Host name that its developer portal has in place of the default one; empty: none. */
  readonly portalDomain: string;
  /** Publish its developer portal too, with whatever others have changed in it. */
  readonly publishPortal: boolean;
}

/**
 * An API Management instance that exists already. It is read, not made, and stays when the stack is destroyed; since it belongs
 * to others too, its global policy is left alone.
 */
export function adoptGateway(args: AdoptedGatewayArgs): Gateway {
  const { resourceGroupName, serviceName, sku, publishPortal } = args;
  const found = apimanagement
    .getApiManagementServiceOutput({ resourceGroupName, serviceName })
    .apply((service) => checked(args, service));
  return {
    sku,
    resourceGroupName: pulumi.output(resourceGroupName),
    serviceName: found.name,
    gatewayUrl: found.gatewayUrl,
    portalOrigins: portalOrigins(args, found.developerPortalUrl),
    publishesPortal: publishPortal,
    isShared: true,
  };
}

function checked(
  { sku, serviceName }: AdoptedGatewayArgs,
  service: apimanagement.GetApiManagementServiceResult,
): apimanagement.GetApiManagementServiceResult {
  if (service.sku.name !== sku) {
    throw new pulumi.RunError(
      `apimSku must be the tier of the instance "${serviceName}", ${service.sku.name}; got ${sku}. Set it in the stack's settings.`,
    );
  }
  if (sku !== "Consumption" && service.developerPortalStatus === "Disabled") {
    pulumi.log.warn(
      `The developer portal of "${serviceName}" must be enabled for people to sign in there; got "Disabled". Enable it in the Azure portal, or with developerPortalStatus.`,
    );
  }
  return service;
}
