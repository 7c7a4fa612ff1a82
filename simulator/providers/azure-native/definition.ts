import type { Properties } from "../resource.ts";
import apiManagement from "./definitions.json" with { type: "json" };

/** What azure-native knows of one value. */
export interface Property {
  /** Where Azure has it, `properties.displayName`; absent, at its own name. */
  readonly at?: string;
  readonly type: "string" | "integer" | "number" | "boolean" | "object" | "array" | "any";
  /** The {@link Model} of an object. */
  readonly model?: string;
  /** Every item of a list. */
  readonly items?: Property;
  /** Every value of an object with keys of the user's own. */
  readonly values?: Property;
  /** Pulumi takes a list of texts, Azure an object with these keys. */
  readonly isKeys?: boolean;
  readonly required?: boolean;
  /** Azure tells it and takes no value. */
  readonly readOnly?: boolean;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
}

/** Properties by Pulumi's name. */
export type Model = Readonly<Record<string, Property>>;

/** What azure-native knows of one resource type. */
export interface ResourceDefinition {
  /** `/subscriptions/{subscriptionId}/…/apis/{apiId}`. */
  readonly path: string;
  readonly apiVersion: string;
  /** Inputs of the path; the last one is the resource's own name. */
  readonly address: Model;
  /** Inputs of the PUT's query. */
  readonly query: Model;
  /** Inputs of the PUT's body. */
  readonly body: Model;
  /** Outputs. */
  readonly answer: Model;
  /** Azure tells whether it is there, and nothing more. @defaultValue false */
  readonly isLink?: boolean;
  /** Whether Azure answers before it is done. */
  readonly isLongRunning: { readonly put: boolean; readonly delete: boolean };
  /** Inputs of the body whose change makes a new resource; those of the path always do. */
  readonly replaceOnChanges?: readonly string[];
  /** What Azure makes with the parent. The resource counts as not made yet for as long as it is that. */
  readonly defaultBody?: Properties;
}

/** Resource types by Pulumi's token, and the models that they use. */
export interface Definitions {
  readonly resources: Readonly<Record<string, ResourceDefinition>>;
  readonly models: Readonly<Record<string, Model>>;
}

/**
 * The global policy of a new instance, the only text that azure-native writes over.
 *
 * @see https://github.com/pulumi/pulumi-azure-native/issues/1729
 */
const newInstancesPolicy = [
  "<!--",
  "    IMPORTANT:",
  "    - Policy elements can appear only within the <inbound>, <outbound>, <backend> section elements.",
  "    - Only the <forward-request> policy element can appear within the <backend> section element.",
  "    - To apply a policy to the incoming request (before it is forwarded to the backend service), place a corresponding policy element within the <inbound> section element.",
  "    - To apply a policy to the outgoing response (before it is sent back to the caller), place a corresponding policy element within the <outbound> section element.",
  "    - To add a policy position the cursor at the desired insertion point and click on the round button associated with the policy.",
  "    - To remove a policy, delete the corresponding policy statement from the policy document.",
  "    - Policies are applied in the order of their appearance, from the top down.",
  "-->",
  "<policies>",
  "\t<inbound></inbound>",
  "\t<backend>",
  "\t\t<forward-request />",
  "\t</backend>",
  "\t<outbound></outbound>",
  "</policies>",
].join("\r\n");

const resourceGroupName: Property = { type: "string", required: true, minLength: 1, maxLength: 90 };
const text: Property = { type: "string" };
const tags: Property = { type: "object", values: text };
const any: Property = { type: "any" };
const told: Property = { type: "string", readOnly: true };

/** @see https://learn.microsoft.com/rest/api/resources/resource-groups/create-or-update?view=rest-resources-2024-03-01 */
const resourceGroup: ResourceDefinition = {
  path: "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}",
  apiVersion: "2024-03-01",
  address: { resourceGroupName: { ...resourceGroupName, pattern: String.raw`^[-\w\._\(\)]+$` } },
  query: {},
  body: { location: { ...text, required: true }, managedBy: text, tags },
  answer: {
    ...{ location: text, managedBy: text, tags, name: told, type: told },
    properties: { type: "object", model: "ResourceGroupProperties", readOnly: true },
  },
  isLongRunning: { put: false, delete: true },
  replaceOnChanges: ["location"],
};

/** @see https://learn.microsoft.com/rest/api/resources/deployments/create-or-update?view=rest-resources-2024-03-01 */
const deployment: ResourceDefinition = {
  path: "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/Microsoft.Resources/deployments/{deploymentName}",
  apiVersion: "2024-03-01",
  address: {
    resourceGroupName: { ...resourceGroupName, pattern: String.raw`^[-\w\._\(\)]+$` },
    deploymentName: {
      ...text,
      required: true,
      minLength: 1,
      maxLength: 64,
      pattern: String.raw`^[-\w\._\(\)]+$`,
    },
  },
  query: {},
  body: {
    location: text,
    properties: { type: "object", model: "DeploymentProperties", required: true },
    tags,
  },
  answer: {
    ...{ location: text, tags, name: told, type: told },
    properties: { type: "object", model: "DeploymentPropertiesExtended" },
  },
  isLongRunning: { put: true, delete: true },
};

const resourcesModels: Definitions["models"] = {
  ResourceGroupProperties: { provisioningState: told },
  DeploymentProperties: {
    mode: { ...text, required: true },
    ...{ template: any, parameters: any, templateLink: any, parametersLink: any },
    ...{ debugSetting: any, expressionEvaluationOptions: any, onErrorDeployment: any },
  },
  DeploymentPropertiesExtended: {
    ...{ mode: text, parameters: any, templateLink: any, parametersLink: any, debugSetting: any },
    ...{
      onErrorDeployment: any,
      provisioningState: told,
      correlationId: told,
      timestamp: told,
      duration: told,
    },
    ...{ outputs: any, providers: any, dependencies: any, templateHash: told, outputResources: any },
    ...{ validatedResources: any, error: any },
  },
};

const written = apiManagement as unknown as Definitions;
const service = "azure-native:apimanagement:ApiManagementService";
const policy = "azure-native:apimanagement:Policy";

/** Every resource type of azure-native that the local cloud has. */
export const definitions: Definitions = {
  resources: {
    ...written.resources,
    ...amended(service, { replaceOnChanges: ["location"] }),
    ...amended(policy, { defaultBody: { format: "xml", value: newInstancesPolicy } }),
    "azure-native:resources:ResourceGroup": resourceGroup,
    "azure-native:resources:Deployment": deployment,
  },
  models: { ...written.models, ...resourcesModels },
};

function amended(type: string, more: Partial<ResourceDefinition>): Definitions["resources"] {
  const definition = written.resources[type];
  if (definition === undefined) throw new Error(`definitions.json has no "${type}".`);
  return { [type]: { ...definition, ...more } };
}
