import type {
  ImportedOperation,
  ImportedParameter,
  OperationResponse,
  Representation,
} from "../apim/operation.ts";
import { ArmError } from "./arm-error.ts";
import { type ArmObject, type ArmResource, type ArmStore, nameOf } from "./arm-store.ts";
import { armTypes } from "./arm-types.ts";
import { importOf } from "./import/open-api-import.ts";
import { nameIn } from "./resource-ids.ts";

// The gateway and the portal ask at every change.
const ofResource = new WeakMap<ArmResource, ImportedOperation>();

/** The operations of an API: those that its document brought, and those that were put or deleted since. */
export function operationsOf(store: ArmStore, api: ArmResource): readonly ImportedOperation[] {
  const own = store.below(api.id, armTypes.apiOperation);
  const deleted = (api.hidden.deletedOperations ?? []) as readonly string[];
  const { operations } = importOf(api);
  if (own.length === 0 && deleted.length === 0) return operations;
  const put = new Map(own.map((one) => [nameOf(one).toLowerCase(), one]));
  const kept = operations.filter(
    ({ id }) => !deleted.includes(id.toLowerCase()) && !put.has(id.toLowerCase()),
  );
  return [...kept, ...own.map(operationOf)];
}

/** An operation as a resource: the one that was put, else what the import makes of the document. */
export function operationResources(store: ArmStore, apiId: string): readonly ArmResource[] {
  const api = store.get(apiId);
  if (api === undefined) return [];
  return operationsOf(store, api).map((operation) => {
    const id = `${api.id}/operations/${operation.id}`;
    return (
      store.get(id) ?? {
        id,
        type: armTypes.apiOperation,
        body: { properties: contractOf(operation) },
        hidden: {},
      }
    );
  });
}

/** The refusal of what lies in an operation that an API does not have. */
export function operationNotFound(store: ArmStore, id: string): ArmError {
  const api = store.get(id.slice(0, id.search(/\/operations\//i)));
  const names = api === undefined ? [] : operationsOf(store, api).map((operation) => operation.id);
  return new ArmError(
    404,
    "ResourceNotFound",
    `Operation not found. API "${nameIn(id, "apis")}" has no operation "${nameIn(id, "operations")}"; it has ${names.join(", ") || "none"}. Use the name that the import gave it.`,
  );
}

/** Lets an operation of the import be gone until the next import. */
export function forgetOperation(store: ArmStore, apiId: string, name: string): void {
  const api = store.get(apiId);
  if (api === undefined) return;
  const before = (api.hidden.deletedOperations ?? []) as readonly string[];
  const deletedOperations = [...new Set([...before, name.toLowerCase()])];
  store.put({ ...api, hidden: { ...api.hidden, deletedOperations } });
}

interface ParameterContract {
  readonly name: string;
  readonly type?: string;
  readonly description?: string;
  readonly defaultValue?: string;
  readonly required?: boolean;
  readonly values?: readonly string[];
}

interface RepresentationContract {
  readonly contentType: string;
  readonly examples?: Readonly<Record<string, { readonly value?: unknown }>>;
}

/** @see https://learn.microsoft.com/rest/api/apimanagement/api-operation/get#operationcontract */
function contractOf(operation: ImportedOperation): ArmObject {
  const { displayName, method, urlTemplate, description, parameters, request, responses } = operation;
  const place = (where: ImportedParameter["in"]) =>
    parameters.filter((one) => one.in === where).map(parameterContract);
  // Those that stand in the template, wherever the document has them.
  const inTemplate = parameters.filter(({ name }) =>
    new RegExp(`\\{\\*?${escaped(name)}\\}`).test(urlTemplate),
  );
  return {
    displayName,
    method,
    urlTemplate,
    templateParameters: inTemplate.map(parameterContract),
    description,
    request: {
      queryParameters: place("query").filter(({ name }) => !inTemplate.some((one) => one.name === name)),
      headers: place("header"),
      representations: request.map(representationContract),
    },
    responses: responses.map(({ statusCode, representations }) => ({
      statusCode,
      representations: representations.map(representationContract),
    })),
  };
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

function parameterContract({
  name,
  description,
  value,
  required,
  choices,
}: ImportedParameter): ParameterContract {
  return {
    name,
    type: "string",
    description,
    ...(value === "" ? {} : { defaultValue: value }),
    required,
    values: choices,
  };
}

function representationContract({ contentType, example }: Representation): RepresentationContract {
  return { contentType, ...(example === undefined ? {} : { examples: { default: { value: example } } }) };
}

function operationOf(resource: ArmResource): ImportedOperation {
  const known = ofResource.get(resource);
  if (known !== undefined) return known;
  const { displayName, method, urlTemplate, description, templateParameters, request, responses } = resource
    .body.properties as {
    displayName: string;
    method: string;
    urlTemplate: string;
    description?: string;
    templateParameters?: readonly ParameterContract[];
    request?: {
      queryParameters?: readonly ParameterContract[];
      headers?: readonly ParameterContract[];
      representations?: readonly RepresentationContract[];
    };
    responses?: readonly { statusCode: number; representations?: readonly RepresentationContract[] }[];
  };
  const of = (place: ImportedParameter["in"], contracts: readonly ParameterContract[] = []) =>
    contracts.map((one) => parameterOf(place, one));
  const operation: ImportedOperation = {
    id: nameOf(resource),
    displayName,
    method: method.toUpperCase(),
    urlTemplate,
    description: description ?? "",
    parameters: [
      ...of("path", templateParameters),
      ...of("query", request?.queryParameters),
      ...of("header", request?.headers),
    ],
    request: (request?.representations ?? []).map(representationOf),
    responses: (responses ?? []).map(
      ({ statusCode, representations = [] }): OperationResponse => ({
        statusCode,
        representations: representations.map(representationOf),
      }),
    ),
  };
  ofResource.set(resource, operation);
  return operation;
}

function parameterOf(
  place: ImportedParameter["in"],
  { name, required, description, defaultValue, values }: ParameterContract,
): ImportedParameter {
  return {
    name,
    in: place,
    required: required ?? place === "path",
    description: description ?? "",
    value: defaultValue ?? "",
    choices: values ?? [],
  };
}

function representationOf({ contentType, examples }: RepresentationContract): Representation {
  const [first] = Object.values(examples ?? {});
  if (first?.value === undefined) return { contentType };
  return {
    contentType,
    example: typeof first.value === "string" ? first.value : JSON.stringify(first.value),
  };
}
