import * as apimanagement from "@pulumi/azure-native/apimanagement/index.js";
import * as resources from "@pulumi/azure-native/resources/index.js";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { tierOf } from "./tiers.ts";
import { withoutVersionedAliases } from "./versioned-aliases.ts";

/** What {@link ApiGateway} is made of. */
export interface ApiGatewayArgs {
  /** Azure region in any spelling, `westeurope` or `West Europe`. */
  readonly location: pulumi.Input<string>;
  /** Tier by Azure's name, `Developer` or `StandardV2`. Plain: it decides whether there is a developer portal. */
  readonly sku: string;
  /** Number of units, not used in Consumption. @defaultValue 1 */
  readonly capacity?: pulumi.Input<number> | undefined;
  /** Organization that the developer portal and mails name. */
  readonly publisherName: pulumi.Input<string>;
  /** Address that receives API Management's notifications. */
  readonly publisherEmail: pulumi.Input<string>;
  /** Name of the instance, unique in all of Azure. @defaultValue `serviceNamePrefix`, a hyphen and six random characters */
  readonly serviceName?: pulumi.Input<string> | undefined;
  /** @defaultValue "apim" */
  readonly serviceNamePrefix?: pulumi.Input<string> | undefined;
  /** Name of a resource group that exists. @defaultValue a new one, `rg-` and the instance's name */
  readonly resourceGroupName?: pulumi.Input<string> | undefined;
  /** Tags of the instance and of the resource group that is made for it. */
  readonly tags?: pulumi.Input<Record<string, pulumi.Input<string>>> | undefined;
  /** Origin of the developer portal as Azure names it; `{service}` stands for the instance's name. @defaultValue "https://{service}.developer.azure-api.net" */
  readonly developerPortalUrl?: pulumi.Input<string> | undefined;
  /** Host name of the developer portal in place of the default one. */
  readonly portalDomain?: pulumi.Input<string> | undefined;
  /** Key Vault secret with the certificate of `portalDomain`. The instance's identity must be allowed to read it. */
  readonly portalDomainCertificate?: pulumi.Input<string> | undefined;
  /**
   * Any other argument of the instance: its network, identities, zones, further locations. It replaces what the component would
   * set; only `customProperties` are added to those that switch old TLS versions off. What the component's own arguments say
   * cannot be said here: its outputs, and the policies of its APIs, follow them.
   */
  readonly serviceArgs?: Partial<apimanagement.ApiManagementServiceArgs> | undefined;
}

/** An API Management instance, made or adopted. Its properties are arguments of the other components. */
export interface Gateway {
  readonly sku: string;
  readonly resourceGroupName: pulumi.Output<string>;
  readonly serviceName: pulumi.Output<string>;
  /** Origin of the gateway, without a slash at its end. */
  readonly gatewayUrl: pulumi.Output<string>;
  readonly hasPortal: boolean;
  /** Origins of the developer portal, the one that people open first; empty where there is none. */
  readonly portalOrigins: pulumi.Output<string[]>;
  /** Whether an update publishes the developer portal. */
  readonly publishesPortal: boolean;
}

/**
 * A hardened API Management instance, in a resource group of its own unless one is named. Every new instance has a global policy;
 * it is left alone. The options `protect` and `retainOnDelete` hold for the instance and its resource group.
 *
 * Azure takes up to 45 minutes to make one (Developer, Basic, Standard, Premium) or some minutes (Consumption, v2).
 */
export class ApiGateway extends pulumi.ComponentResource implements Gateway {
  readonly sku: string;
  readonly resourceGroupName: pulumi.Output<string>;
  readonly serviceName: pulumi.Output<string>;
  readonly gatewayUrl: pulumi.Output<string>;
  readonly hasPortal: boolean;
  readonly portalOrigins: pulumi.Output<string[]>;
  readonly publishesPortal: boolean;

  constructor(name: string, args: ApiGatewayArgs, opts?: pulumi.ComponentResourceOptions) {
    assertOthers(name, args.serviceArgs);
    super("apim-okta:index:ApiGateway", name, {}, withoutVersionedAliases(opts));
    const child = { parent: this };
    // Children inherit protect alone.
    const kept =
      opts?.retainOnDelete === undefined ? child : { ...child, retainOnDelete: opts.retainOnDelete };

    const serviceName = pulumi.output(args.serviceName ?? generatedName(name, args, child));
    const resourceGroupName =
      args.resourceGroupName ?? resourceGroup(name, { ...args, serviceName }, kept).name;
    const service = apiManagementService(name, { ...args, serviceName, resourceGroupName }, kept);

    this.sku = args.sku;
    this.resourceGroupName = pulumi.output(resourceGroupName);
    this.serviceName = service.name;
    this.gatewayUrl = service.gatewayUrl;
    this.hasPortal = tierOf(args.sku).hasDeveloperPortal;
    this.publishesPortal = this.hasPortal;
    // Known before the instance is, so that Okta's part does not wait for it, and fails before it where it fails.
    this.portalOrigins = this.hasPortal
      ? portalOrigins(args.portalDomain, expectedPortal(args, serviceName))
      : pulumi.output([]);
    if (this.hasPortal) checkPortal(service, this.portalOrigins);
    else tellMissingPortal(args.sku);
    this.registerOutputs({
      resourceGroupName: this.resourceGroupName,
      serviceName: this.serviceName,
      gatewayUrl: this.gatewayUrl,
      portalOrigins: this.portalOrigins,
    });
  }
}

// Each is an argument of the component, which decides more by it than the instance.
const ownArguments = ["resourceGroupName", "serviceName", "sku"] as const;

function assertOthers(name: string, serviceArgs: ApiGatewayArgs["serviceArgs"] = {}): void {
  const twice = ownArguments.filter((argument) => serviceArgs[argument] !== undefined);
  if (twice.length === 0) return;
  throw new pulumi.RunError(
    `serviceArgs of the API gateway "${name}" must not have "${twice.join('", "')}": the component has arguments of these names, and the policies and the developer portal follow those. Set them there.`,
  );
}

/** Says what follows from a tier without developer portal. */
export function tellMissingPortal(sku: string): void {
  void pulumi.log.info(`Tier ${sku} has no developer portal: nobody can sign in, and nothing is published.`);
}

/**
 * The origins of a developer portal.
 *
 * A domain of its own takes the place of the default one, which stays in the list: the portal is there until the domain is.
 *
 * @see https://learn.microsoft.com/azure/api-management/configure-custom-domain
 */
export function portalOrigins(
  portalDomain: pulumi.Input<string> | undefined,
  defaultOrigin: pulumi.Output<string>,
): pulumi.Output<string[]> {
  if (portalDomain === undefined) return pulumi.all([defaultOrigin]);
  return pulumi.all([pulumi.interpolate`https://${portalDomain}`, defaultOrigin]);
}

function expectedPortal(
  { developerPortalUrl = "https://{service}.developer.azure-api.net" }: ApiGatewayArgs,
  serviceName: pulumi.Output<string>,
): pulumi.Output<string> {
  return pulumi
    .all([developerPortalUrl, serviceName])
    .apply(([template, service]) => template.replaceAll("{service}", service));
}

/** Ends the program with a RunError where Azure has the developer portal elsewhere than the redirect URI in Okta says. */
function checkPortal(
  { name, developerPortalUrl }: apimanagement.ApiManagementService,
  origins: pulumi.Output<string[]>,
): void {
  pulumi.all([name, developerPortalUrl, origins]).apply(([service, url = "", expected]) => {
    const origin = url.toLowerCase().replace(/\/$/, "");
    if (expected.includes(origin)) return;
    throw new pulumi.RunError(
      `The developer portal of "${service}" is at "${origin}", but Okta sends people back to "${expected.at(-1)}". Set developerPortalUrl to "${origin.replace(service, "{service}")}".`,
    );
  });
}

// API Management's names are unique in the whole of Azure, and a deleted one stays taken for 48 hours.
function generatedName(
  name: string,
  { serviceNamePrefix = "apim", location }: ApiGatewayArgs,
  child: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
  const suffix = new random.RandomString(
    `${name}-suffix`,
    // An instance moves to another region by a new one, and the name of the deleted one is taken for 48 hours.
    {
      length: 6,
      special: false,
      upper: false,
      keepers: { location: pulumi.output(location).apply(normalizedLocation) },
    },
    child,
  );
  return pulumi.interpolate`${serviceNamePrefix}-${suffix.result}`;
}

// As azure-native compares locations: another spelling is not another region.
// https://github.com/pulumi/pulumi-azure-native/blob/master/provider/pkg/provider/diff.go
function normalizedLocation(location: string): string {
  return location.toLowerCase().replaceAll(" ", "");
}

function resourceGroup(
  name: string,
  { serviceName, location, tags }: ApiGatewayArgs & { readonly serviceName: pulumi.Output<string> },
  kept: pulumi.CustomResourceOptions,
): resources.ResourceGroup {
  return new resources.ResourceGroup(
    name,
    { resourceGroupName: pulumi.interpolate`rg-${serviceName}`, location, tags },
    kept,
  );
}

function apiManagementService(
  name: string,
  args: ApiGatewayArgs & {
    readonly serviceName: pulumi.Input<string>;
    readonly resourceGroupName: pulumi.Input<string>;
  },
  kept: pulumi.CustomResourceOptions,
): apimanagement.ApiManagementService {
  const tier = tierOf(args.sku);
  const { customProperties, ...more } = args.serviceArgs ?? {};
  const asked: apimanagement.ApiManagementServiceArgs = {
    serviceName: args.serviceName,
    resourceGroupName: args.resourceGroupName,
    location: args.location,
    sku: { name: args.sku, capacity: tier.units === "none" ? 0 : (args.capacity ?? 1) },
    publisherName: args.publisherName,
    publisherEmail: args.publisherEmail,
    identity: { type: "SystemAssigned" },
    customProperties:
      customProperties === undefined
        ? oldTlsOff
        : pulumi.output(customProperties).apply((own) => ({ ...oldTlsOff, ...own })),
    // The v2 tiers come with the portal off; Consumption has none to switch on.
    developerPortalStatus: tier.hasDeveloperPortal ? "Enabled" : undefined,
    hostnameConfigurations: portalHostname(args),
    tags: args.tags,
    ...more,
  };
  return new apimanagement.ApiManagementService(name, asked, {
    ...kept,
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
function withoutSdkDefaults(asked: apimanagement.ApiManagementServiceArgs): pulumi.ResourceTransformation {
  return ({ props, opts }) => {
    // Kept as names: the SDK makes the resource's outputs of them.
    const entries = Object.entries(props).map(([name, value]) => [
      name,
      asked[name as keyof typeof asked] === undefined ? undefined : value,
    ]);
    return { props: Object.fromEntries(entries), opts };
  };
}

function portalHostname({ portalDomain, portalDomainCertificate }: ApiGatewayArgs) {
  if (portalDomain === undefined) return undefined;
  return [
    {
      type: apimanagement.HostnameType.DeveloperPortal,
      hostName: portalDomain,
      keyVaultId: portalDomainCertificate,
    },
  ];
}

// TLS 1.0 and 1.1 off, towards callers and towards backends. Every tier takes these four keys; Consumption refuses those
// for SSL 3.0 and for single ciphers (https://github.com/hashicorp/terraform-provider-azurerm/issues/8405).
const oldTlsOff = Object.fromEntries(
  ["Protocols.Tls10", "Protocols.Tls11", "Backend.Protocols.Tls10", "Backend.Protocols.Tls11"].map(
    (protocol) => [`Microsoft.WindowsAzure.ApiManagement.Gateway.Security.${protocol}`, "False"],
  ),
);
