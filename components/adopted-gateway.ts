import * as apimanagement from "@pulumi/azure-native/apimanagement/index.js";
import * as pulumi from "@pulumi/pulumi";
import { type Gateway, portalOrigins, tellMissingPortal } from "./api-gateway.ts";
import { assertIsAsked } from "./looked-up.ts";
import { tierOf } from "./tiers.ts";

/** Which instance {@link adoptGateway} looks up. */
export interface AdoptedGatewayArgs {
  readonly resourceGroupName: string;
  readonly serviceName: string;
  /** Its tier. Policies are checked against it, also where no Azure is asked. */
  readonly sku: string;
  /** Host name that its developer portal has in place of the default one. */
  readonly portalDomain?: string | undefined;
  /** Publish its developer portal, with everything that others changed in it. @defaultValue false */
  readonly publishesPortal?: boolean;
}

/**
 * Looks up an API Management instance that exists. The program neither creates nor changes it, and it stays when the stack is
 * destroyed. Others use it too, so its global policy is left alone.
 *
 * Azure is asked before anything is registered, also in a preview: the resources of a program depend on whether the instance has a
 * developer portal.
 *
 * @param opts Options of the look-up, such as the provider to ask.
 * @throws {pulumi.RunError} when the instance is of another tier.
 */
export async function adoptGateway(args: AdoptedGatewayArgs, opts?: pulumi.InvokeOptions): Promise<Gateway> {
  const { resourceGroupName, serviceName, sku, portalDomain, publishesPortal = false } = args;
  const found = await apimanagement.getApiManagementService({ resourceGroupName, serviceName }, opts);
  // Azure's names are the same in any letter case.
  const [asked, name] = [serviceName.toLowerCase(), found.name.toLowerCase()];
  assertIsAsked("API Management instance", { asked, found: name });
  if (found.sku.name !== sku) {
    throw new pulumi.RunError(
      `The instance "${serviceName}" is of tier "${found.sku.name}", not "${sku}". Set apimSku to "${found.sku.name}".`,
    );
  }
  if (!tierOf(sku).hasDeveloperPortal) tellMissingPortal(sku);
  const hasPortal = tierOf(sku).hasDeveloperPortal && isPortalOn(found);
  return {
    sku,
    resourceGroupName: pulumi.output(resourceGroupName),
    serviceName: pulumi.output(found.name),
    gatewayUrl: pulumi.output(found.gatewayUrl),
    hasPortal,
    portalOrigins: hasPortal
      ? portalOrigins(portalDomain, pulumi.output(found.developerPortalUrl))
      : pulumi.output([]),
    publishesPortal: hasPortal && publishesPortal,
  };
}

/** Whether people can open the instance's developer portal; where not, a warning says what follows. */
function isPortalOn({
  name,
  developerPortalStatus,
  developerPortalUrl,
}: apimanagement.GetApiManagementServiceResult): boolean {
  // Azure's answer may lack what the SDK's type promises.
  const isThere = developerPortalStatus !== "Disabled" && (developerPortalUrl ?? "") !== "";
  if (!isThere) {
    void pulumi.log.warn(
      `The developer portal of "${name}" is off: nobody can sign in there, nothing is published, and the Okta app is a service. To let people sign in, switch it on in Azure (developerPortalStatus: Enabled).`,
    );
  }
  return isThere;
}
