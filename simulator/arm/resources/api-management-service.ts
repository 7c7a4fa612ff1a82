import { randomUUID } from "node:crypto";
import { SimulatorError } from "../../kernel/error.ts";
import type { CheckFailure, Properties } from "../../providers/resource.ts";
import { type ArmDefinition, resourceAt } from "../arm-handler.ts";
import type { ArmStore } from "../arm-store.ts";
import { armTypes } from "../arm-types.ts";
import { requiredInputs } from "../required-inputs.ts";
import { resourceGroupId } from "./resource-group.ts";

/** Where the local instance is reached. */
export interface ServiceOrigins {
  readonly gateway: string;
  readonly developerPortal: string;
}

/** ARM id of an API Management instance. */
export function serviceId({ resourceGroupName, serviceName }: Properties): string {
  return `${resourceGroupId(resourceGroupName)}/providers/Microsoft.ApiManagement/service/${serviceName}`;
}

/**
 * `apimanagement.ApiManagementService`.
 *
 * Differs from Azure: an instance is there at once, and the local cloud has room for one.
 * Differs from Azure: a domain of the developer portal's own is kept, not served.
 */
export function apiManagementService(origins: ServiceOrigins): ArmDefinition {
  return {
    type: armTypes.service,
    model: "ApiManagementServiceResource",
    address: ["resourceGroupName", "serviceName"],
    supported: [
      "location",
      "sku",
      "publisherName",
      "publisherEmail",
      "identity",
      "customProperties",
      "developerPortalStatus",
      "hostnameConfigurations",
      "tags",
    ],
    defaults: {
      disableGateway: false,
      enableClientCertificate: false,
      legacyPortalStatus: "Enabled",
      natGatewayState: "Disabled",
      restore: false,
      virtualNetworkType: "None",
    },
    nameInput: "serviceName",
    busyState: "Activating",
    replaceOnChanges: ["location"],
    idOf: serviceId,
    rules: (inputs) => [
      ...requiredInputs(inputs, ["location", "sku", "publisherName", "publisherEmail"]),
      ...skuFailures(inputs.sku as Sku | undefined),
      ...clientCertificateFailures(inputs),
      ...customPropertyFailures(inputs),
      ...hostnameFailures(inputs),
    ],
    put: async (store, { id, inputs }) => {
      resourceAt(store, resourceGroupId(inputs.resourceGroupName));
      const before = store.get(id);
      if (before === undefined) assertRoom(store, String(inputs.serviceName));
      else assertSameKind(tierOf(before.inputs), tierOf(inputs));
      const identity =
        inputs.identity === undefined
          ? {}
          : { identity: before?.outputs.identity ?? madeIdentity(inputs.identity) };
      return { ...serviceOutputs(inputs, origins), ...identity };
    },
  };
}

function assertRoom(store: ArmStore, serviceName: string): void {
  // https://learn.microsoft.com/azure/api-management/soft-delete
  if (store.isSoftDeleted(serviceName)) {
    throw new SimulatorError(
      "ServiceAlreadyExistsInSoftDeletedState",
      `Api service ${serviceName} was soft-deleted. In order to create the new service with the same name, you have to either undelete the service or purge it. In Azure: \`az apim deletedservice purge\`; here: \`npm run local -- --purge ${serviceName}\`.`,
    );
  }
  const [other] = store.all(armTypes.service);
  if (other !== undefined) {
    throw new SimulatorError(
      "ServiceAlreadyExists",
      `The local cloud has room for one API Management instance; got "${serviceName}" besides "${other.inputs.serviceName}". Delete that one first.`,
    );
  }
}

interface Sku {
  readonly name: string;
  readonly capacity: number;
}

/** A tier of API Management. */
export interface Tier {
  readonly name: string;
  /** Platforms that no instance moves between. */
  readonly kind: "Consumption" | "classic" | "v2";
  readonly units: readonly [from: number, to: number];
  readonly hasPortal: boolean;
}

// https://learn.microsoft.com/azure/api-management/api-management-features
const tiers: readonly Tier[] = [
  { name: "Consumption", kind: "Consumption", units: [0, 0], hasPortal: false },
  { name: "Developer", kind: "classic", units: [1, 1], hasPortal: true },
  { name: "Basic", kind: "classic", units: [1, 2], hasPortal: true },
  { name: "Standard", kind: "classic", units: [1, 4], hasPortal: true },
  { name: "Premium", kind: "classic", units: [1, 31], hasPortal: true },
  { name: "BasicV2", kind: "v2", units: [1, 10], hasPortal: true },
  { name: "StandardV2", kind: "v2", units: [1, 10], hasPortal: true },
];

function findTier(sku: unknown): Tier | undefined {
  return tiers.find(({ name }) => name === (sku as Sku | undefined)?.name);
}

/** The tier of an instance, by its inputs as they were checked. */
export function tierOf({ sku }: Properties): Tier {
  const tier = findTier(sku);
  if (tier === undefined) throw new Error(`An instance must be of a known tier; got ${JSON.stringify(sku)}.`);
  return tier;
}

/**
 * Azure keeps an instance on the platform that it was made on.
 *
 * @see https://learn.microsoft.com/azure/api-management/upgrade-and-scale
 * @see https://learn.microsoft.com/azure/api-management/v2-service-tiers-overview
 */
function assertSameKind(before: Tier, after: Tier): void {
  if (before.kind === after.kind) return;
  throw new SimulatorError(
    "SkuChangeNotSupported",
    `An instance of tier ${before.name} (${before.kind}) must stay ${before.kind}; got ${after.name} (${after.kind}). Give it another name, which makes a new instance.`,
  );
}

function skuFailures(sku: Sku | undefined): readonly CheckFailure[] {
  if (sku === undefined) return [];
  const tier = findTier(sku);
  if (tier === undefined) {
    return [
      {
        property: "sku.name",
        reason: `must be one of "${tiers.map(({ name }) => name).join('", "')}"; got "${sku.name}".`,
      },
    ];
  }
  const [from, to] = tier.units;
  if (Number.isInteger(sku.capacity) && sku.capacity >= from && sku.capacity <= to) return [];
  return [
    {
      property: "sku.capacity",
      reason: `must be ${from === to ? from : `${from} to ${to}`} in tier ${sku.name}; got ${sku.capacity}.`,
    },
  ];
}

const gatewayKey = "Microsoft.WindowsAzure.ApiManagement.Gateway";
const everywhere = [
  "Security.Protocols.Tls10",
  "Security.Protocols.Tls11",
  "Security.Backend.Protocols.Tls10",
  "Security.Backend.Protocols.Tls11",
  "Protocols.Server.Http2",
];
const notInConsumption = [
  "Security.Protocols.Ssl30",
  "Security.Backend.Protocols.Ssl30",
  "Security.Ciphers.TripleDes168",
];

// Assumed of Azure: the v2 tiers take the same custom properties as Consumption.
function customPropertyFailures({ sku, customProperties }: Properties): readonly CheckFailure[] {
  const tier = findTier(sku);
  const known = tier?.kind === "classic" ? [...everywhere, ...notInConsumption] : everywhere;
  const keys = Object.keys((customProperties as object | undefined) ?? {});
  const unknown = keys.filter(
    (key) => !known.includes(key.slice(gatewayKey.length + 1)) || !key.startsWith(`${gatewayKey}.`),
  );
  if (unknown.length === 0) return [];
  return [
    {
      property: "customProperties",
      reason: `'${unknown.join(",")}' customProperties are not supported in SkuType ${tier?.name}.`,
    },
  ];
}

/**
 * Reported of tier Developer (https://github.com/pulumi/pulumi-azure-native/issues/1741).
 *
 * Assumed of Azure: Basic, Standard and Premium refuse `enableClientCertificate: false` as Developer does.
 */
function clientCertificateFailures({ sku, enableClientCertificate }: Properties): readonly CheckFailure[] {
  const tier = findTier(sku);
  if (enableClientCertificate !== false || tier?.kind !== "classic") return [];
  return [
    {
      property: "enableClientCertificate",
      reason: `Setting EnableClientCertificate flag to false is not supported for ${tier.name} SKU.`,
    },
  ];
}

function hostnameFailures({ hostnameConfigurations = [] }: Properties): readonly CheckFailure[] {
  return (hostnameConfigurations as readonly { type?: string }[]).flatMap(({ type }, index) =>
    type === "DeveloperPortal"
      ? []
      : {
          property: `hostnameConfigurations[${index}].type`,
          reason: `must be "DeveloperPortal": other domains are not simulated; got ${JSON.stringify(type)}.`,
        },
  );
}

function serviceOutputs(inputs: Properties, origins: ServiceOrigins): Properties {
  return {
    type: "Microsoft.ApiManagement/service",
    provisioningState: "Succeeded",
    gatewayUrl: origins.gateway,
    gatewayRegionalUrl: origins.gateway,
    ...(tierOf(inputs).hasPortal
      ? { developerPortalUrl: origins.developerPortal, developerPortalStatus: portalStatusOf(inputs) }
      : {}),
  };
}

/** `Enabled` or `Disabled`: the v2 tiers come with the developer portal off. */
export function portalStatusOf(inputs: Properties): unknown {
  return inputs.developerPortalStatus ?? (tierOf(inputs).kind === "v2" ? "Disabled" : "Enabled");
}

function madeIdentity(identity: unknown): Properties {
  return {
    ...(identity as Properties),
    principalId: randomUUID(),
    tenantId: "00000000-0000-0000-0000-000000000000",
  };
}
