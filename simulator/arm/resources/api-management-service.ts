import { randomUUID } from "node:crypto";
import { isoTime } from "../../kernel/clock.ts";
import { ArmError, type BodyProblem } from "../arm-error.ts";
import { type ArmBody, type ArmObject, type ArmResource, type ArmStore, nameOf } from "../arm-store.ts";
import type { ArmType, Kept, PutSite } from "../arm-type.ts";
import { armTypes } from "../arm-types.ts";
import { tenantId } from "../login/tenant.ts";
import { putDefaultPolicy } from "./policies.ts";
import { putAllAccessSubscription } from "./subscription.ts";
import { assertSameKind, findTier, serviceTier, skuProblems } from "./tiers.ts";
import { putAdministrator } from "./user.ts";

/** Where the local instance is reached. */
export interface ServiceOrigins {
  readonly gateway: string;
  readonly developerPortal: string;
}

/**
 * An API Management instance.
 *
 * Differs from Azure: an instance is there at once, and the local cloud has room for one.
 * Differs from Azure: a domain of the developer portal's own is kept, not served.
 */
export function apiManagementService(origins: ServiceOrigins): ArmType {
  return {
    type: armTypes.service,
    nameParameter: "serviceName",
    model: "ApiManagementServiceResource",
    simulated: [
      ...["location", "sku", "tags", "identity", "publisherName", "publisherEmail", "customProperties"],
      ...["developerPortalStatus", "hostnameConfigurations", "notificationSenderEmail"],
    ],
    harmless: {
      disableGateway: false,
      enableClientCertificate: false,
      legacyPortalStatus: "Enabled",
      natGatewayState: "Disabled",
      publicNetworkAccess: "Enabled",
      restore: false,
      virtualNetworkType: "None",
    },
    required: ["location", "sku", "publisherName", "publisherEmail"],
    busyState: "Activating",
    rules: (body) => [
      ...skuProblems(body),
      ...clientCertificateProblems(body),
      ...customPropertyProblems(body),
      ...hostnameProblems(body.properties),
    ],
    put: async (site) => putService(site, origins),
    afterPut: async (store, { id, body }) => {
      putAdministrator(store, id, body.properties.publisherEmail);
      putAllAccessSubscription(store, id);
      if (store.get(`${id}/policies/policy`) === undefined) await putDefaultPolicy(store, id);
    },
    view: viewService,
  };
}

function putService({ store, id, body, before }: PutSite, origins: ServiceOrigins): Kept {
  if (before === undefined) assertRoom(store, nameOf({ id }));
  else assertSameKind(serviceTier(before.body), serviceTier(body));
  const now = isoTime(store.clock);
  const principalId = before?.hidden.principalId ?? randomUUID();
  return {
    body,
    hidden: {
      origins: { gateway: origins.gateway, developerPortal: origins.developerPortal },
      createdAt: before?.hidden.createdAt ?? now,
      lastModifiedAt: now,
      ...(body.identity === undefined ? {} : { principalId }),
    },
  };
}

function assertRoom(store: ArmStore, serviceName: string): void {
  // https://learn.microsoft.com/azure/api-management/soft-delete
  if (store.softDeletedAt(serviceName) !== undefined) {
    throw new ArmError(
      409,
      "ServiceAlreadyExistsInSoftDeletedState",
      `Api service ${serviceName} was soft-deleted. In order to create the new service with the same name, you have to either undelete the service or purge it. In Azure: \`az apim deletedservice purge\`; here: \`npm run local -- --purge ${serviceName}\`.`,
    );
  }
  const [other] = store.all(armTypes.service);
  if (other !== undefined) {
    throw new ArmError(
      409,
      "NotSimulated",
      `The local cloud has room for one API Management instance; got "${serviceName}" besides "${nameOf(other)}". Delete that one first.`,
    );
  }
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
function customPropertiesOf(body: ArmBody): readonly string[] {
  const names = findTier(body)?.kind === "classic" ? [...everywhere, ...notInConsumption] : everywhere;
  return names.map((name) => `${gatewayKey}.${name}`);
}

function customPropertyProblems(body: ArmBody): readonly BodyProblem[] {
  const known = customPropertiesOf(body);
  const keys = Object.keys((body.properties.customProperties as object | undefined) ?? {});
  const unknown = keys.filter((key) => !known.includes(key));
  if (unknown.length === 0) return [];
  const reason = `'${unknown.join(",")}' customProperties are not supported in SkuType ${body.sku?.name}.`;
  return [{ target: "customProperties", reason }];
}

/**
 * Reported of tier Developer (https://github.com/pulumi/pulumi-azure-native/issues/1741).
 *
 * Assumed of Azure: Basic, Standard and Premium refuse `enableClientCertificate: false` as Developer does.
 */
function clientCertificateProblems(body: ArmBody): readonly BodyProblem[] {
  const tier = findTier(body);
  if (body.properties.enableClientCertificate !== false || tier?.kind !== "classic") return [];
  const reason = `Setting EnableClientCertificate flag to false is not supported for ${tier.name} SKU.`;
  return [{ target: "enableClientCertificate", reason }];
}

function hostnameProblems({ hostnameConfigurations }: ArmObject): readonly BodyProblem[] {
  return domainsOf(hostnameConfigurations).flatMap(({ type, certificateSource }, index) =>
    type === "DeveloperPortal" || certificateSource === "BuiltIn"
      ? []
      : {
          target: `hostnameConfigurations[${index}].type`,
          reason: `must be "DeveloperPortal": other domains are not simulated; got ${JSON.stringify(type)}.`,
          isNotSimulated: true,
        },
  );
}

interface Domain {
  readonly type?: string;
  readonly certificateSource?: string;
}

function domainsOf(value: unknown): readonly Domain[] {
  return Array.isArray(value) ? value : [];
}

/** `Enabled` or `Disabled`: the v2 tiers come with the developer portal off. */
export function portalStatusOf(body: ArmBody): unknown {
  return body.properties.developerPortalStatus ?? (serviceTier(body).kind === "v2" ? "Disabled" : "Enabled");
}

/** Where an instance is reached; none where its tier has no developer portal. */
export function serviceOriginsOf({ body, hidden }: ArmResource): ServiceOrigins | undefined {
  return serviceTier(body).hasPortal ? (hidden.origins as ServiceOrigins) : undefined;
}

/**
 * An instance as Azure answers it.
 *
 * Differs from Azure: the host names of the instance's older portal, of its own management API and of its repository end in
 * `.invalid`, which nothing answers at.
 *
 * @see https://learn.microsoft.com/rest/api/apimanagement/api-management-service/create-or-update#apimanagementcreateservice
 */
function viewService(resource: ArmResource): ArmBody {
  const { body, hidden } = resource;
  const { gateway } = hidden.origins as ServiceOrigins;
  const name = nameOf(resource);
  const tier = serviceTier(body);
  const host = (part: string) => `https://${name}.${part}.azure-api.invalid`;
  const portal = serviceOriginsOf(resource);
  const own = domainsOf(body.properties.hostnameConfigurations).filter(({ type }) => type !== "Proxy");
  return {
    ...body,
    ...(body.identity === undefined ? {} : { identity: viewIdentity(body.identity, hidden.principalId) }),
    ...({ systemData: viewSystemData(hidden) } as object),
    properties: {
      notificationSenderEmail: "apimgmt-noreply@mail.windowsazure.com",
      ...body.properties,
      provisioningState: "Succeeded",
      targetProvisioningState: "",
      createdAtUtc: hidden.createdAt,
      gatewayUrl: gateway,
      ...(tier.kind === "v2" ? {} : { gatewayRegionalUrl: gateway }),
      ...(tier.kind === "classic"
        ? { portalUrl: host("portal"), managementApiUrl: host("management"), scmUrl: host("scm") }
        : {}),
      ...(portal === undefined
        ? {}
        : { developerPortalUrl: portal.developerPortal, developerPortalStatus: portalStatusOf(body) }),
      hostnameConfigurations: [builtInDomain(gateway), ...own],
      ...(tier.kind === "Consumption" ? {} : { publicIPAddresses: ["127.0.0.1"] }),
      customProperties: { ...closedProtocols(body), ...(body.properties.customProperties as object) },
      virtualNetworkType: "None",
      disableGateway: false,
      publicNetworkAccess: "Enabled",
      platformVersion: { Consumption: "mtv1", classic: "stv2", v2: "stv2" }[tier.kind],
    },
  };
}

function builtInDomain(gateway: string): object {
  return {
    type: "Proxy",
    hostName: new URL(gateway).host,
    negotiateClientCertificate: false,
    defaultSslBinding: true,
    certificateSource: "BuiltIn",
  };
}

function closedProtocols(body: ArmBody): object {
  return Object.fromEntries(customPropertiesOf(body).map((name) => [name, "False"]));
}

function viewIdentity(identity: ArmObject, principalId: unknown): ArmObject {
  return { ...identity, principalId, tenantId };
}

function viewSystemData({ createdAt, lastModifiedAt }: ArmObject): object {
  const by = { createdBy: "local", createdByType: "Application" };
  const modifiedBy = { lastModifiedBy: "local", lastModifiedByType: "Application" };
  return { ...by, createdAt, ...modifiedBy, lastModifiedAt };
}
