import * as apimanagement from "@pulumi/azure-native/apimanagement/index.js";
import * as resources from "@pulumi/azure-native/resources/index.js";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import type { Sku } from "../stack/config-schema.ts";

/** What {@link ApiGateway} is made of. */
export interface ApiGatewayArgs {
  /** Azure region in any spelling, `westeurope` or `West Europe`. */
  readonly location: string;
  readonly sku: Sku;
  /** Units, 1 or more; ignored for Consumption, which has none. */
  readonly capacity: number;
  readonly publisherName: string;
  readonly publisherEmail: string;
  /** Fixed service name; empty: `serviceNamePrefix`, a hyphen and six random characters. */
  readonly serviceName: string;
  readonly serviceNamePrefix: string;
  /** Origin of the developer portal as Azure gives it; `{service}` stands for the instance's name. */
  readonly developerPortalUrl: string;
  /** Host name of the developer portal in place of the default one; empty: none. */
  readonly portalDomain: string;
  /** Key Vault secret with the certificate of `portalDomain`, which the instance's identity may read. */
  readonly portalDomainCertificate: string;
  /** Refuse to delete the instance. */
  readonly protect: boolean;
  /** Forget the instance instead of deleting it. */
  readonly retainOnDelete: boolean;
}

/** An API Management instance, made or adopted, as the other components see it. */
export interface Gateway {
  readonly sku: Sku;
  readonly resourceGroupName: pulumi.Output<string>;
  readonly serviceName: pulumi.Output<string>;
  /** Origin of the gateway, without a slash at its end. */
  readonly gatewayUrl: pulumi.Output<string>;
  /** Origins of the developer portal, the one that people open first; empty where there is none, as in Consumption. */
  readonly portalOrigins: pulumi.Output<string>[];
  /** Whether an update publishes the developer portal. */
  readonly publishesPortal: boolean;
  /** Whether others use the instance too, so that its global policy is theirs. */
  readonly isShared: boolean;
}

/**
 * An API Management instance in a resource group of its own, hardened. Its global policy is the one that every new instance has; it
 * is left alone.
 *
 * Azure takes up to 45 minutes to make one (Developer, Basic, Standard, Premium) or some minutes (Consumption, v2).
 */
export class ApiGateway extends pulumi.ComponentResource implements Gateway {
  readonly sku: Sku;
  readonly resourceGroupName: pulumi.Output<string>;
  readonly serviceName: pulumi.Output<string>;
  readonly gatewayUrl: pulumi.Output<string>;
  readonly portalOrigins: pulumi.Output<string>[];
  readonly publishesPortal = true;
  readonly isShared = false;

  constructor(name: string, args: ApiGatewayArgs, opts?: pulumi.ComponentResourceOptions) {
    super("apim-okta:index:ApiGateway", name, {}, opts);
    const child = { parent: this };

    const serviceName = args.serviceName || generatedName(name, args, child);
    const group = new resources.ResourceGroup(
      name,
      { resourceGroupName: pulumi.interpolate`rg-${serviceName}`, location: args.location },
      { ...child, protect: args.protect, retainOnDelete: args.retainOnDelete },
    );
    const service = apiManagementService(
      name,
      { ...args, serviceName, resourceGroupName: group.name },
      child,
    );

    this.sku = args.sku;
    this.resourceGroupName = group.name;
    this.serviceName = service.name;
    this.gatewayUrl = service.gatewayUrl;
    // Known before the instance is, so that Okta's part does not wait for it, and fails before it where it fails.
    const portal = pulumi
      .output(serviceName)
      .apply((known) => args.developerPortalUrl.replaceAll("{service}", known));
    this.portalOrigins = portalOrigins(args, portal);
    if (this.portalOrigins.length > 0) checkPortal(service, this.portalOrigins);
    this.registerOutputs({ serviceName: this.serviceName, gatewayUrl: this.gatewayUrl });
  }
}

/**
 * The origins of a developer portal; none, and a line that says so, in the tier without one.
 *
 * A domain of its own takes the place of the default one, which stays in the list: the portal is there until the domain is.
 *
 * @see https://learn.microsoft.com/azure/api-management/configure-custom-domain
 */
export function portalOrigins(
  { sku, portalDomain }: Pick<ApiGatewayArgs, "sku" | "portalDomain">,
  defaultOrigin: pulumi.Output<string>,
): pulumi.Output<string>[] {
  if (sku === "Consumption") {
    pulumi.log.info("Tier Consumption has no developer portal: nobody signs in, nothing is published.");
    return [];
  }
  return [...(portalDomain === "" ? [] : [pulumi.output(`https://${portalDomain}`)]), defaultOrigin];
}

/** Ends the program with a RunError where Azure has the developer portal elsewhere than the redirect URI in Okta says. */
function checkPortal(
  { name, developerPortalUrl }: apimanagement.ApiManagementService,
  origins: readonly pulumi.Output<string>[],
): void {
  pulumi.all([name, developerPortalUrl, pulumi.all([...origins])]).apply(([service, url = "", expected]) => {
    const origin = url.toLowerCase().replace(/\/$/, "");
    if (expected.includes(origin)) return;
    throw new pulumi.RunError(
      `developerPortalUrl must be where the instance "${service}" has its developer portal, since Okta sends people back there: "${origin}"; got "${expected.at(-1)}". Set it to "${origin.replace(service, "{service}")}" in the stack's settings.`,
    );
  });
}

// API Management's names are unique in the whole of Azure, and a deleted one stays taken for 48 hours.
function generatedName(
  name: string,
  { serviceNamePrefix, location }: ApiGatewayArgs,
  child: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
  const suffix = new random.RandomString(
    `${name}-suffix`,
    // An instance moves to another region by a new one, and the name of the deleted one is taken for 48 hours.
    { length: 6, special: false, upper: false, keepers: { location: normalizedLocation(location) } },
    child,
  );
  return pulumi.interpolate`${serviceNamePrefix}-${suffix.result}`;
}

// As azure-native compares locations: another spelling is not another region.
// https://github.com/pulumi/pulumi-azure-native/blob/master/provider/pkg/provider/diff.go
function normalizedLocation(location: string): string {
  return location.toLowerCase().replaceAll(" ", "");
}

function apiManagementService(
  name: string,
  args: Omit<ApiGatewayArgs, "serviceName"> & {
    serviceName: pulumi.Input<string>;
    resourceGroupName: pulumi.Input<string>;
  },
  child: pulumi.CustomResourceOptions,
): apimanagement.ApiManagementService {
  const isConsumption = args.sku === "Consumption";
  const asked: apimanagement.ApiManagementServiceArgs = {
    serviceName: args.serviceName,
    resourceGroupName: args.resourceGroupName,
    location: args.location,
    sku: { name: args.sku, capacity: isConsumption ? 0 : args.capacity },
    publisherName: args.publisherName,
    publisherEmail: args.publisherEmail,
    identity: { type: "SystemAssigned" },
    customProperties: oldTlsOff,
    // The v2 tiers come with the portal off; Consumption has none to switch on.
    ...(isConsumption ? {} : { developerPortalStatus: "Enabled" }),
    ...(args.portalDomain === "" ? {} : { hostnameConfigurations: [portalHostname(args)] }),
  };
  return new apimanagement.ApiManagementService(name, asked, {
    ...child,
    protect: args.protect,
    retainOnDelete: args.retainOnDelete,
    customTimeouts: { create: "2h", update: "2h", delete: "2h" },
    transformations: [withoutSdkDefaults(asked)],
  });
}

/**
 * Leaves out what the SDK fills in beside the inputs that were asked for, so that Azure takes what fits the tier: Developer refuses
 * `enableClientCertificate: false`, and Consumption has no developer portal to enable.
 *
 * @see https://github.com/pulumi/pulumi-azure-native/issues/1741
 */
function withoutSdkDefaults(asked: object): pulumi.ResourceTransformation {
  return ({ props, opts }) => {
    // Kept as names: the SDK makes the resource's outputs of them.
    const entries = Object.entries(props).map(([name, value]) => [name, name in asked ? value : undefined]);
    return { props: Object.fromEntries(entries), opts };
  };
}

function portalHostname({ portalDomain, portalDomainCertificate }: PortalHostname) {
  return {
    type: apimanagement.HostnameType.DeveloperPortal,
    hostName: portalDomain,
    keyVaultId: portalDomainCertificate,
  };
}

type PortalHostname = Pick<ApiGatewayArgs, "portalDomain" | "portalDomainCertificate">;

// TLS 1.0 and 1.1 off, towards callers and towards backends. Every tier takes these four keys; Consumption refuses those
// for SSL 3.0 and for single ciphers (https://github.com/hashicorp/terraform-provider-azurerm/issues/8405).
const oldTlsOff = Object.fromEntries(
  ["Protocols.Tls10", "Protocols.Tls11", "Backend.Protocols.Tls10", "Backend.Protocols.Tls11"].map(
    (protocol) => [`Microsoft.WindowsAzure.ApiManagement.Gateway.Security.${protocol}`, "False"],
  ),
);
