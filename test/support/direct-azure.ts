import { randomBytes } from "node:crypto";
import type { ArmObject, ArmResource } from "../../simulator/arm/arm-store.ts";
import type { ArmType } from "../../simulator/arm/arm-type.ts";
import { armTypes } from "../../simulator/arm/arm-types.ts";
import { bodyProblems, nameProblems, writable } from "../../simulator/arm/body-check.ts";
import { propertiesOf } from "../../simulator/arm/constraints.ts";
import type { CarriedDocument } from "../../simulator/arm/import/open-api-import.ts";
import { importOf } from "../../simulator/arm/import/open-api-import.ts";
import { nameIn, resourceAt, resourceGroupId } from "../../simulator/arm/resource-ids.ts";
import type { ResourceManager } from "../../simulator/arm/resource-manager.ts";
import { newInstancesPolicy } from "../../simulator/arm/resources/policies.ts";
import { SimulatorError } from "../../simulator/kernel/error.ts";
import type { ProviderHandlers } from "../../simulator/providers/provider-handlers.ts";
import type {
  CheckFailure,
  Properties,
  ResourceHandler,
  ResourceState,
} from "../../simulator/providers/resource.ts";

const apimanagement = "azure-native:apimanagement";

interface PulumiResource {
  /** Pulumi's type token. */
  readonly token: string;
  readonly type: string;
  /** Inputs of the address below the resource group, with the segment of the id that each stands behind. */
  readonly address: readonly (readonly [input: string, segment: string])[];
  readonly replaceOnChanges?: readonly string[];
  readonly secrets?: readonly string[];
}

const service = ["serviceName", "service"] as const;
const api = ["apiId", "apis"] as const;
const policy = ["policyId", "policies"] as const;

const pulumiResources: readonly PulumiResource[] = [
  {
    token: "azure-native:resources:ResourceGroup",
    type: armTypes.resourceGroup,
    address: [],
    replaceOnChanges: ["location"],
  },
  {
    token: "azure-native:resources:Deployment",
    type: armTypes.deployment,
    address: [["deploymentName", "deployments"]],
  },
  {
    token: `${apimanagement}:ApiManagementService`,
    type: armTypes.service,
    address: [service],
    replaceOnChanges: ["location"],
  },
  {
    token: `${apimanagement}:AuthorizationServer`,
    type: armTypes.authorizationServer,
    address: [service, ["authsid", "authorizationServers"]],
    secrets: ["clientSecret"],
  },
  {
    token: `${apimanagement}:Backend`,
    type: armTypes.backend,
    address: [service, ["backendId", "backends"]],
  },
  { token: `${apimanagement}:Api`, type: armTypes.api, address: [service, api] },
  { token: `${apimanagement}:Policy`, type: armTypes.policy, address: [service, policy] },
  { token: `${apimanagement}:ApiPolicy`, type: armTypes.apiPolicy, address: [service, api, policy] },
  {
    token: `${apimanagement}:ApiOperationPolicy`,
    type: armTypes.apiOperationPolicy,
    address: [service, api, ["operationId", "operations"], policy],
  },
];

// Pulumi's name of an input that the REST API calls otherwise.
const conduct = "translateRequiredQueryParametersConduct";
const conductProperty = "translateRequiredQueryParameters";

/**
 * The local Resource Manager without HTTP, asked with Pulumi's inputs, which are shorter to write than ARM's bodies. Its checks are
 * the service's, all at once; azure-native's own are in test/simulator/providers.
 */
export function directAzure(manager: ResourceManager): ProviderHandlers {
  return {
    resources: pulumiResources.map((one) => handlerOf(manager, one, typeNamed(manager, one.type))),
    functions: [
      {
        token: `${apimanagement}:getApiManagementService`,
        invoke: async ({ resourceGroupName, serviceName }) => {
          const id = `${resourceGroupId(resourceGroupName)}/providers/${armTypes.service}/${serviceName}`;
          const view = manager.view(typeNamed(manager, armTypes.service), resourceAt(manager.store, id));
          return { ...flat(view), ...(view.sku === undefined ? {} : { sku: view.sku }) };
        },
      },
    ],
  };
}

/** The inputs that Pulumi has of a kept resource. */
export function inputsOf(resource: ArmResource): Properties {
  const pulumi = pulumiResources.find(({ type }) => type === resource.type);
  const { properties, ...top } = resource.body;
  const address = pulumi === undefined ? {} : addressOf(pulumi, resource.id);
  if (pulumi?.type === armTypes.deployment) return { ...address, ...top, properties };
  if (pulumi?.type !== armTypes.api) return { ...address, ...top, ...properties };
  const { document } = resource.hidden as { document?: CarriedDocument };
  const { serviceUrl, ...others } = properties;
  const own = serviceUrl === importOf(resource).serviceUrl ? {} : { serviceUrl };
  const inline = document === undefined ? {} : { format: document.format, value: document.value };
  const query = document?.conduct === "query" ? { [conduct]: "query" } : {};
  return { ...address, ...top, ...others, ...own, ...inline, ...query };
}

/** Pulumi's type token of a kept resource. */
export function tokenOf({ type }: ArmResource): string {
  return pulumiResources.find((one) => one.type === type)?.token ?? type;
}

function typeNamed(manager: ResourceManager, name: string): ArmType {
  const type = manager.types.get(name.toLowerCase());
  if (type === undefined) throw new Error(`There is no resource type "${name}".`);
  return type;
}

function handlerOf(manager: ResourceManager, pulumi: PulumiResource, type: ArmType): ResourceHandler {
  const nameInput = pulumi.address.at(-1)?.[0] ?? "resourceGroupName";
  const addressInputs = ["resourceGroupName", ...pulumi.address.map(([input]) => input)];
  const stateOf = (resource: ArmResource, inputs: Properties): ResourceState => {
    const view = manager.view(type, resource);
    const told = type.type === armTypes.deployment ? {} : flat(view);
    const { identity, properties } = view as { identity?: unknown; properties: ArmObject };
    return {
      id: resource.id,
      properties: {
        ...told,
        ...inputs,
        ...(identity === undefined ? {} : { identity }),
        ...(type.type === armTypes.deployment || properties.provisioningState === undefined
          ? {}
          : { provisioningState: properties.provisioningState }),
        name: inputs[nameInput],
        type: type.type,
        azureApiVersion: "2024-05-01",
      },
      inputs,
      secrets: pulumi.secrets ?? [],
    };
  };
  const put = async (inputs: Properties): Promise<ResourceState> => {
    const change = await manager.put(type, idOf(pulumi, inputs), bodyOf(type, inputs, addressInputs));
    await change.done;
    return stateOf(change.resource, inputs);
  };
  return {
    type: pulumi.token,
    replaceOnChanges: [...addressInputs, ...(pulumi.replaceOnChanges ?? [])],
    isSame: (property, before, after) => property === "location" && regionOf(before) === regionOf(after),
    // As azure-native does, but for a name that it made up itself.
    deletesBeforeReplace: (inputs) => inputs[nameInput] !== undefined,
    check: (inputs) => checkInputs({ pulumi, type }, inputs, addressInputs),
    create: async (name, given) => {
      const inputs = { ...given, [nameInput]: given[nameInput] ?? name + randomBytes(4).toString("hex") };
      assertCanCreate(manager.store.get(idOf(pulumi, inputs)));
      return put(inputs);
    },
    read: async (id) => {
      const resource = manager.store.get(id);
      return resource && withoutSecrets(stateOf(resource, inputsOf(resource)));
    },
    update: async (id, inputs) => {
      resourceAt(manager.store, id);
      return put(inputs);
    },
    delete: async (id) => {
      const change = await manager.delete(type, id);
      await change?.done;
    },
  };
}

function idOf({ type, address }: PulumiResource, inputs: Properties): string {
  const group = resourceGroupId(inputs.resourceGroupName);
  if (address.length === 0) return group;
  const [namespace] = type.split("/");
  const path = address.map(([input, segment]) => `${segment}/${inputs[input]}`).join("/");
  return `${group}/providers/${namespace}/${path}`;
}

function addressOf({ address }: PulumiResource, id: string): Properties {
  return Object.fromEntries([
    ["resourceGroupName", nameIn(id, "resourceGroups")],
    ...address.map(([input, segment]) => [input, nameIn(id, segment)]),
  ]);
}

const topLevel = ["location", "sku", "tags", "identity", "zones"];

function bodyOf(type: ArmType, inputs: Properties, address: readonly string[]): ArmObject {
  const entries = Object.entries(inputs).filter(
    ([name, value]) => !address.includes(name) && value !== undefined,
  );
  if (type.type === armTypes.deployment) return Object.fromEntries(entries);
  const isTop = ([name]: [string, unknown]) => topLevel.includes(name);
  const renamed = ([name, value]: [string, unknown]) => [name === conduct ? conductProperty : name, value];
  return {
    ...Object.fromEntries(entries.filter(isTop)),
    properties: Object.fromEntries(entries.filter((one) => !isTop(one)).map(renamed)),
  };
}

function checkInputs(
  { pulumi, type }: { pulumi: PulumiResource; type: ArmType },
  inputs: Properties,
  addressInputs: readonly string[],
): readonly CheckFailure[] {
  const given = bodyOf(type, inputs, addressInputs);
  const names = [["resourceGroupName", "resourceGroups"] as const, ...pulumi.address].flatMap(([input]) => {
    const value = inputs[input];
    return value === undefined ? [] : nameProblems({ ...type, nameParameter: input }, String(value));
  });
  const outputs = Object.keys((given.properties ?? {}) as object)
    .filter((name) => type.model && propertiesOf(type.model)[`properties.${name}`]?.readOnly)
    .map((target) => ({ target, reason: "is not a property of this resource. Remove it." }));
  const ownName = inputs[pulumi.address.at(-1)?.[0] ?? "resourceGroupName"];
  const body = writable(type.model, given);
  const rest = bodyProblems(type, body, String(ownName ?? "x"));
  return [...names, ...outputs, ...rest].map(({ target, reason }) => ({
    property: target === conductProperty ? conduct : target,
    reason,
  }));
}

// https://github.com/pulumi/pulumi-azure-native/blob/master/provider/pkg/azure/client_azcore.go (CanCreate)
function assertCanCreate(existing: ArmResource | undefined): void {
  if (existing === undefined) return;
  if (existing.type !== armTypes.policy) {
    throw new SimulatorError(
      "Conflict",
      `cannot create already existing resource '${existing.id}'. Import it, or choose another name.`,
    );
  }
  const { format, value } = existing.body.properties;
  if (format === "xml" && value === newInstancesPolicy) return;
  throw new SimulatorError(
    "Conflict",
    `cannot create already existing subresource '${existing.id}'. Import it, or delete what is there.`,
  );
}

/** As azure-native compares locations: `West Europe` and `westeurope` are one. */
function regionOf(location: unknown): string {
  return String(location).toLowerCase().replaceAll(" ", "");
}

function flat({ properties, ...top }: ArmObject): Properties {
  return { ...top, ...(properties as Properties) };
}

/** Azure gives no secret back, so a refresh cannot see that one was changed. */
function withoutSecrets({ secrets = [], properties, inputs = {}, ...state }: ResourceState): ResourceState {
  const isPlain = ([name]: [string, unknown]) => !secrets.includes(name);
  return {
    ...state,
    secrets,
    properties: Object.fromEntries(Object.entries(properties).filter(isPlain)),
    inputs: Object.fromEntries(Object.entries(inputs).filter(isPlain)),
  };
}
