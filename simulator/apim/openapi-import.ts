import { parse } from "yaml";
import type { Properties } from "../resource.ts";
import type { GatewayOperation, OperationResponse, Representation } from "./gateway-model.ts";
import { follow, importRefusal, type Json, object } from "./openapi-references.ts";

/** An operation as an import makes it; policies come later, as resources of their own. */
export interface ImportedOperation extends Omit<GatewayOperation, "policy"> {
  /** The document's summary, else the operation's id. */
  readonly displayName: string;
  readonly description: string;
  readonly parameters: readonly ImportedParameter[];
  /** Media types of the request's body; empty when there is none. */
  readonly request: readonly Representation[];
}

/** A parameter as the developer portal shows it. */
export interface ImportedParameter {
  readonly name: string;
  readonly in: "path" | "query" | "header";
  readonly required: boolean;
  readonly description: string;
  /** The document's example, empty without one. */
  readonly value: string;
}

const methods = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];
const maxBytes = 4 * 1024 * 1024;

/**
 * Imports the OpenAPI document that an Api resource carries, as API Management does.
 *
 * Differs from Azure: only inline OpenAPI 3.0, YAML or JSON, is imported.
 *
 * @throws {SimulatorError} `ValidationError` for a document that Azure would not import.
 * @see https://learn.microsoft.com/azure/api-management/api-management-api-import-restrictions
 */
export function importOpenApi({ format, value }: Properties): readonly ImportedOperation[] {
  if (value === undefined) return [];
  const document = readDocument(String(value), String(format));
  const operations = Object.entries(object(document.paths)).flatMap(([path, item]) => {
    const pathItem = object(follow(document, item));
    return methods
      .filter((method) => method in pathItem)
      .map((method) => importOperation(document, { path, method, pathItem }));
  });
  assertDistinct(operations);
  return withDistinctIds(operations);
}

/**
 * The first of the document's servers; `undefined` without one.
 *
 * Differs from Azure: a server that is no absolute http or https URL, or has variables, is left out.
 */
export function firstServer({ format, value }: Properties): string | undefined {
  if (value === undefined) return undefined;
  const [server] = list(readDocument(String(value), String(format)).servers);
  const url = text(object(server).url);
  return /^https?:\/\/[^{}]+$/.test(url) && URL.canParse(url) ? url : undefined;
}

/** What the document says of the whole API; empty when it says nothing. */
export function documentDescription({ format, value }: Properties): string {
  if (value === undefined) return "";
  return text(object(readDocument(String(value), String(format)).info).description);
}

function readDocument(text: string, format: string): Json {
  if (Buffer.byteLength(text) > maxBytes)
    throw importRefusal("The document must have at most 4 MB for an inline import.");
  let document: Json;
  try {
    document = object(format === "openapi+json" ? JSON.parse(text) : parse(text));
  } catch (cause) {
    throw importRefusal(
      `One or more fields contain incorrect values: the document is not ${format === "openapi" ? "YAML" : "JSON"}.`,
      cause,
    );
  }
  if (!/^3\.0\.\d+$/.test(String(document.openapi))) {
    throw importRefusal(
      `Parsing error(s): the document must be OpenAPI 3.0.x; got "${document.openapi ?? document.swagger}".`,
    );
  }
  return document;
}

function importOperation(
  document: Json,
  { path, method, pathItem }: { path: string; method: string; pathItem: Json },
): ImportedOperation {
  const operation = object(pathItem[method]);
  const parameters = parametersOf(document, pathItem, operation);
  const query = parameters
    .filter((one) => one.in === "query" && one.required === true)
    .map(({ name }) => name);
  const id = operationName(String(operation.operationId ?? `${method}-${path}`));
  return {
    id,
    displayName: text(operation.summary) || id,
    description: text(operation.description),
    parameters: parameters.flatMap((parameter) => importParameter(document, parameter)),
    request: representations(document, object(follow(document, operation.requestBody)).content),
    method: method.toUpperCase(),
    // Azure turns required query parameters into parameters of the template.
    urlTemplate: path + (query.length === 0 ? "" : `?${query.map((name) => `${name}={${name}}`).join("&")}`),
    responses: Object.entries(object(operation.responses)).flatMap(([status, response]) =>
      importResponse(document, status, response),
    ),
  };
}

function importResponse(document: Json, status: string, response: unknown): OperationResponse[] {
  if (!/^\d{3}$/.test(status)) return [];
  const { content } = object(follow(document, response));
  return [{ statusCode: Number(status), representations: representations(document, content) }];
}

/** Those of the path and of the operation, which takes the place of the path's one of its name and place. */
function parametersOf(document: Json, pathItem: Json, operation: Json): readonly Json[] {
  const all = [...list(pathItem.parameters), ...list(operation.parameters)];
  const followed = all.map((one) => object(follow(document, one)));
  return [...new Map(followed.map((one) => [`${one.in} ${one.name}`, one])).values()];
}

function importParameter(document: Json, parameter: Json): ImportedParameter[] {
  const { name, in: place, required, description, example, examples } = parameter;
  // Azure's operations have no cookie parameters.
  if (place !== "path" && place !== "query" && place !== "header") return [];
  const schema = object(follow(document, parameter.schema));
  const value = example ?? firstExample(document, examples) ?? schema.example ?? schema.default ?? "";
  return [
    {
      name: String(name),
      in: place,
      required: required === true,
      description: text(description),
      value: typeof value === "object" ? JSON.stringify(value) : String(value),
    },
  ];
}

function representations(document: Json, content: unknown): readonly Representation[] {
  return Object.entries(object(content)).map(([type, media]) => representation(document, type, media));
}

function representation(document: Json, contentType: string, media: unknown): Representation {
  const { example, examples } = object(media);
  const value = example ?? firstExample(document, examples);
  if (value === undefined) return { contentType };
  return { contentType, example: typeof value === "string" ? value : JSON.stringify(value) };
}

function firstExample(document: Json, examples: unknown): unknown {
  const [first] = Object.values(object(examples));
  return object(follow(document, first)).value;
}

/** Lower case, other characters as one hyphen, none at the ends, at most 76. */
function operationName(text: string): string {
  const name = text
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((part) => part !== "")
    .join("-");
  return name.slice(0, 76);
}

// Azure's suffix for a name that is taken already.
function withDistinctIds(operations: readonly ImportedOperation[]): ImportedOperation[] {
  const used = new Map<string, number>();
  return operations.map((operation) => {
    const count = used.get(operation.id) ?? 0;
    used.set(operation.id, count + 1);
    return count === 0 ? operation : { ...operation, id: `${operation.id}-${count}` };
  });
}

function assertDistinct(operations: readonly ImportedOperation[]): void {
  const seen = new Set<string>();
  for (const { method, urlTemplate } of operations) {
    const shape = `${method} ${urlTemplate.replace(/\{[^}]*\}/g, "{}").toLowerCase()}`;
    if (seen.has(shape))
      throw importRefusal(
        `Operation with the same method and URL template already exists: ${method} ${urlTemplate}.`,
      );
    seen.add(shape);
  }
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
