import { randomUUID } from "node:crypto";
import { SimulatorError } from "../../error.ts";
import type { CheckFailure, Properties } from "../../resource.ts";
import { type ArmDefinition, resourceAt } from "../arm-handler.ts";
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
    replaceOnChanges: ["location"],
    idOf: serviceId,
    rules: (inputs) => [
      ...requiredInputs(inputs, ["location", "sku", "publisherName", "publisherEmail"]),
      ...skuFailures(inputs.sku as Sku | undefined),
      ...customPropertyFailures(inputs),
      ...hostnameFailures(inputs),
    ],
    put: async (store, { id, inputs, isNew }) => {
      resourceAt(store, resourceGroupId(inputs.resourceGroupName));
      // https://learn.microsoft.com/azure/api-management/soft-delete
      if (isNew && store.isSoftDeleted(String(inputs.serviceName))) {
        throw new SimulatorError(
          "ServiceAlreadyExistsInSoftDeletedState",
          `Api service ${inputs.serviceName} was soft-deleted. In order to create the new service with the same name, you have to either undelete the service or purge it. In Azure: \`az apim deletedservice purge\`; here: \`npm run local -- --purge ${inputs.serviceName}\`.`,
        );
      }
      const [other] = store.all(armTypes.service);
      if (isNew && other !== undefined) {
        throw new SimulatorError(
          "ServiceAlreadyExists",
          `The local cloud has room for one API Management instance; got "${inputs.serviceName}" besides "${other.inputs.serviceName}". Delete that one first.`,
        );
      }
      const identity =
        inputs.identity === undefined
          ? {}
          : { identity: store.get(id)?.outputs.identity ?? madeIdentity(inputs.identity) };
      return { ...serviceOutputs(inputs, origins), ...identity };
    },
  };
}

interface Sku {
  readonly name: string;
  readonly capacity: number;
}

/** Whether a tier has no developer portal. */
export function hasNoPortal(sku: unknown): boolean {
  return (sku as Sku | undefined)?.name === "Consumption";
}

function skuFailures(sku: Sku | undefined): readonly CheckFailure[] {
  // https://learn.microsoft.com/azure/api-management/api-management-features
  const tiers: Readonly<Record<string, readonly [from: number, to: number]>> = {
    Consumption: [0, 0],
    Developer: [1, 1],
    Basic: [1, 2],
    Standard: [1, 4],
    Premium: [1, 31],
    BasicV2: [1, 10],
    StandardV2: [1, 10],
  };
  if (sku === undefined) return [];
  const range = tiers[sku.name];
  if (range === undefined) {
    return [
      {
        property: "sku.name",
        reason: `must be one of "${Object.keys(tiers).join('", "')}"; got "${sku.name}".`,
      },
    ];
  }
  const [from, to] = range;
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
  const tier = (sku as Sku | undefined)?.name ?? "";
  const isClassic = tier !== "Consumption" && !tier.endsWith("V2");
  const known = isClassic ? [...everywhere, ...notInConsumption] : everywhere;
  const keys = Object.keys((customProperties as object | undefined) ?? {});
  const unknown = keys.filter(
    (key) => !known.includes(key.slice(gatewayKey.length + 1)) || !key.startsWith(`${gatewayKey}.`),
  );
  if (unknown.length === 0) return [];
  return [
    {
      property: "customProperties",
      reason: `'${unknown.join(",")}' customProperties are not supported in SkuType ${tier}.`,
    },
  ];
}

function hostnameFailures({ hostnameConfigurations = [] }: Properties): readonly CheckFailure[] {
  return (hostnameConfigurations as readonly { type?: string }[])
    .filter(({ type }) => type !== "DeveloperPortal")
    .map(({ type }, index) => ({
      property: `hostnameConfigurations[${index}].type`,
      reason: `must be "DeveloperPortal": other domains are not simulated; got ${JSON.stringify(type)}.`,
    }));
}

function serviceOutputs(inputs: Properties, origins: ServiceOrigins): Properties {
  return {
    type: "Microsoft.ApiManagement/service",
    provisioningState: "Succeeded",
    gatewayUrl: origins.gateway,
    gatewayRegionalUrl: origins.gateway,
    ...(hasNoPortal(inputs.sku) ? {} : { developerPortalUrl: origins.developerPortal }),
  };
}

function madeIdentity(identity: unknown): Properties {
  return {
    ...(identity as Properties),
    principalId: randomUUID(),
    tenantId: "00000000-0000-0000-0000-000000000000",
  };
}
