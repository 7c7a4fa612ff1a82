import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import * as path from "node:path";
import {
  limitsOf,
  modelsIn,
  readSdkModels,
  type SdkMapper,
  type SdkModels,
} from "../../kernel/azure-sdk-models.ts";
import type { Definitions, Model, Property, ResourceDefinition } from "./definition.ts";

/** Where one resource type is found in the two SDKs; both were generated from the same description of API Management. */
interface Source {
  /** File of `@azure/arm-apimanagement/dist/esm/operations`. */
  readonly operations: string;
  /** Model of the PUT's body. */
  readonly body: string;
  /** Model of the answer. */
  readonly answer: string;
}

const sources: Readonly<Record<string, Source>> = {
  ApiManagementService: {
    operations: "apiManagementService",
    body: "ApiManagementServiceResource",
    answer: "ApiManagementServiceResource",
  },
  Api: { operations: "api", body: "ApiCreateOrUpdateParameter", answer: "ApiContract" },
  ApiOperation: { operations: "apiOperation", body: "OperationContract", answer: "OperationContract" },
  ApiPolicy: { operations: "apiPolicy", body: "PolicyContract", answer: "PolicyContract" },
  ApiOperationPolicy: { operations: "apiOperationPolicy", body: "PolicyContract", answer: "PolicyContract" },
  Policy: { operations: "policy", body: "PolicyContract", answer: "PolicyContract" },
  AuthorizationServer: {
    operations: "authorizationServer",
    body: "AuthorizationServerContract",
    answer: "AuthorizationServerContract",
  },
  Backend: { operations: "backend", body: "BackendContract", answer: "BackendContract" },
  NamedValue: { operations: "namedValue", body: "NamedValueCreateContract", answer: "NamedValueContract" },
  PolicyFragment: {
    operations: "policyFragment",
    body: "PolicyFragmentContract",
    answer: "PolicyFragmentContract",
  },
  ApiVersionSet: {
    operations: "apiVersionSet",
    body: "ApiVersionSetContract",
    answer: "ApiVersionSetContract",
  },
  Product: { operations: "product", body: "ProductContract", answer: "ProductContract" },
  // A link has no body.
  ProductApi: { operations: "productApi", body: "", answer: "ApiContract" },
  ProductGroup: { operations: "productGroup", body: "", answer: "GroupContract" },
  ProductPolicy: { operations: "productPolicy", body: "PolicyContract", answer: "PolicyContract" },
  Subscription: {
    operations: "subscription",
    body: "SubscriptionCreateParameters",
    answer: "SubscriptionContract",
  },
  Certificate: {
    operations: "certificate",
    body: "CertificateCreateOrUpdateParameters",
    answer: "CertificateContract",
  },
  User: { operations: "user", body: "UserCreateParameters", answer: "UserContract" },
  Group: { operations: "group", body: "GroupCreateParameters", answer: "GroupContract" },
  GroupUser: { operations: "groupUser", body: "", answer: "UserContract" },
  Logger: { operations: "logger", body: "LoggerContract", answer: "LoggerContract" },
  Diagnostic: { operations: "diagnostic", body: "DiagnosticContract", answer: "DiagnosticContract" },
  ApiDiagnostic: { operations: "apiDiagnostic", body: "DiagnosticContract", answer: "DiagnosticContract" },
  Tag: { operations: "tag", body: "TagCreateUpdateParameters", answer: "TagContract" },
};

/** The file that {@link readDefinitions} is written to. */
export const definitionsFile = path.join(import.meta.dirname, "definitions.json");

const require = createRequire(import.meta.url);
const pulumi = path.join(path.dirname(require.resolve("@pulumi/azure-native/package.json")), "apimanagement");

/**
 * Reads what azure-native knows of each API Management resource type out of two packages that were generated from the same
 * description of the service: paths, properties and constraints from Azure's SDK, names of inputs and outputs from Pulumi's.
 */
export async function readDefinitions(): Promise<Definitions> {
  const sdk = await readSdkModels();
  const { mappers } = sdk;
  const models: Record<string, Model> = {};
  const addModel = (name: string) => {
    if (name in models) return;
    const properties: Record<string, Property> = {};
    models[name] = properties;
    for (const [key, mapper] of Object.entries(mappers[name]?.type.modelProperties ?? {})) {
      properties[key] = propertyOf(key, mapper);
      for (const used of modelsIn(mapper)) addModel(used);
    }
  };
  const resources: Record<string, ResourceDefinition> = {};
  for (const [name, source] of Object.entries(sources)) {
    const top = (model: string) => {
      const properties = mappers[model]?.type.modelProperties ?? {};
      for (const used of Object.values(properties).flatMap(modelsIn)) addModel(used);
      return Object.fromEntries(Object.entries(properties).map(([key, one]) => [key, propertyOf(key, one)]));
    };
    resources[`azure-native:apimanagement:${name}`] = {
      ...requestOf(source.operations, sdk),
      ...namedByPulumi(name, { body: top(source.body), answer: top(source.answer) }),
    };
  }
  return { resources: sorted(resources), models: sorted(models) };
}

/** The address of a resource and how it is written. */
function requestOf(
  operations: string,
  { apiVersion, parameters, operationsFile }: SdkModels,
): Pick<ResourceDefinition, "path" | "apiVersion" | "address" | "query" | "isLink" | "isLongRunning"> {
  const text = readFileSync(operationsFile(operations), "utf8");
  const [, put = ""] = /const create(?:OrUpdate)?OperationSpec = (\{[\s\S]*?\n\});/.exec(text) ?? [];
  const [, template = ""] = /path: "([^"]+)"/.exec(put) ?? [];
  const parametersOf = (list: string) => {
    const [, found = ""] = new RegExp(`${list}: \\[([^\\]]*)\\]`).exec(put) ?? [];
    const used = [...found.matchAll(/Parameters\.(\w+)/g)].map(([, key = ""]) => parameters[key]);
    const named = used.flatMap((mapper) => {
      const { serializedName: own = "" } = mapper ?? {};
      return mapper === undefined || providerGiven.includes(own)
        ? []
        : [[own, propertyOf(own, mapper)] as const];
    });
    // The resource's own name stands last in the path, and not always in the list.
    return Object.fromEntries(
      named.sort(([one], [other]) => template.indexOf(`{${one}}`) - template.indexOf(`{${other}}`)),
    );
  };
  return {
    path: template,
    apiVersion,
    address: parametersOf("urlParameters"),
    query: parametersOf("queryParameters"),
    ...(text.includes("const getOperationSpec =") ? {} : { isLink: true }),
    isLongRunning: {
      put: text.includes("async beginCreateOrUpdate("),
      delete: text.includes("async beginDelete("),
    },
  };
}

/** The properties that Pulumi has as inputs and outputs, the inputs with what Pulumi requires. */
function namedByPulumi(
  name: string,
  { body, answer }: Record<"body" | "answer", Model>,
): Record<"body" | "answer", Model> {
  const sdk = readFileSync(path.join(pulumi, `${name.charAt(0).toLowerCase()}${name.slice(1)}.js`), "utf8");
  const named = (pattern: RegExp) => new Set([...sdk.matchAll(pattern)].map(([, found = ""]) => found));
  const inputs = named(/resourceInputs\["(\w+)"\] = (?!undefined)/g);
  const outputs = named(/resourceInputs\["(\w+)"\] = undefined/g);
  // Pulumi's constructor does not ask for a location: the provider takes the resource group's where it can.
  const required = named(/Missing required property '(\w+)'/g).add("location");
  const kept = (model: Model, names: ReadonlySet<string>) =>
    Object.entries(model).filter(([key]) => names.has(key));
  // A backend's own type, which is a single one or a pool, not the resource's.
  const { typePropertiesType, ...own } = body;
  const written = typePropertiesType === undefined ? own : { ...own, type: typePropertiesType };
  return {
    body: Object.fromEntries(
      kept(written, inputs)
        .filter(([, { readOnly }]) => readOnly !== true)
        .map(([key, property]) => [key, required.has(key) ? { ...property, required: true } : property]),
    ),
    answer: Object.fromEntries(kept(answer, outputs)),
  };
}

const providerGiven: readonly string[] = ["$host", "api-version", "subscriptionId"];

function propertyOf(name: string, mapper: SdkMapper): Property {
  const { serializedName = name } = mapper;
  return {
    ...(serializedName === name ? {} : { at: serializedName }),
    ...kindOf(name, mapper.type),
    ...limitsOf(mapper),
  };
}

function kindOf(name: string, { name: kind, className, element, value }: SdkMapper["type"]): Property {
  switch (kind) {
    case "Composite":
      return { type: "object", ...(className === undefined ? {} : { model: className }) };
    case "Sequence":
      return { type: "array", ...(element === undefined ? {} : { items: propertyOf("", element) }) };
    case "Dictionary":
      return name === "userAssignedIdentities"
        ? // Pulumi takes the ids as a list, Azure as the keys of an object, and tells more of each.
          {
            ...{ type: "array", isKeys: true, items: { type: "string" } },
            ...(value === undefined ? {} : { values: propertyOf("", value) }),
          }
        : { type: "object", ...(value === undefined ? {} : { values: propertyOf("", value) }) };
    case "Number":
      // Azure's SDK does not tell integers from other numbers; a percentage is the only other one among these models.
      return { type: name === "percentage" ? "number" : "integer" };
    case "Boolean":
      return { type: "boolean" };
    case "any":
      return { type: "any" };
    default:
      return { type: "string" };
  }
}

function sorted<T>(byName: Readonly<Record<string, T>>): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(byName).sort(([a], [b]) => (a < b ? -1 : 1)));
}

if (import.meta.main) writeFileSync(definitionsFile, `${JSON.stringify(await readDefinitions(), null, 2)}\n`);
