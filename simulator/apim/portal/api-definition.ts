import type { ImportedParameter, OperationResponse, Representation } from "../operation.ts";
import type { PortalApi, PortalOperation } from "./portal-model.ts";

/** An OpenAPI 3.0 document of an API, to be written as JSON or YAML. */
export interface ApiDefinition {
  readonly openapi: string;
  readonly info: { readonly title: string; readonly description?: string; readonly version: string };
  /** The gateway alone. */
  readonly servers: readonly { readonly url: string }[];
  readonly paths: PathItems;
  /** Operations that differ from another one by their query alone. */
  readonly "x-ms-paths"?: PathItems;
}

type PathItems = Readonly<Record<string, Readonly<Record<string, object>>>>;

/**
 * Describes an API for those who call it: resource names are the operation IDs, display names the summaries, and no custom extension
 * and no security definition of the imported document comes back.
 *
 * Differs from Azure: the definition has the bodies' examples and not their schemas, and every parameter is a string.
 *
 * Differs from Azure: there is no definition as Swagger 2.0 or WADL.
 *
 * Assumed of Azure: an API without a version is exported as version 1.0, and an operation without responses with a 200.
 *
 * Assumed of Azure: operations that differ by their query alone are exported to `x-ms-paths`, all but the first.
 *
 * @see https://learn.microsoft.com/azure/api-management/api-management-api-import-restrictions#export-api-as-openapi
 */
export function apiDefinition({ title, description, url, operations }: PortalApi): ApiDefinition {
  const paths: Record<string, Record<string, object>> = Object.create(null);
  const byQuery: Record<string, Record<string, object>> = Object.create(null);
  for (const operation of operations) {
    const method = operation.method.toLowerCase();
    // OpenAPI 3.0 has no place for others.
    if (!describedMethods.includes(method)) continue;
    const template = operation.urlTemplate.replace(/\{\*/g, "{");
    const [path = ""] = template.split("?");
    const isTaken = paths[path]?.[method] !== undefined;
    const place = isTaken ? byQuery : paths;
    const key = isTaken ? template : path;
    place[key] = { ...place[key], [method]: described(operation, path) };
  }
  return {
    openapi: "3.0.1",
    info: { title, ...(description === "" ? {} : { description }), version: "1.0" },
    servers: [{ url }],
    paths,
    ...(Object.keys(byQuery).length === 0 ? {} : { "x-ms-paths": byQuery }),
  };
}

const describedMethods = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

function described(
  { id, displayName, description, parameters, request, responses }: PortalOperation,
  path: string,
) {
  return {
    summary: displayName,
    ...(description === "" ? {} : { description }),
    operationId: id,
    ...(parameters.length === 0 ? {} : { parameters: parameters.map((one) => parameter(one, path)) }),
    ...(request.length === 0 ? {} : { requestBody: { content: content(request) } }),
    responses: responses.length === 0 ? { 200: { description: "" } } : responsesOf(responses),
  };
}

function parameter(
  { name, in: place, required, description, value, choices }: ImportedParameter,
  path: string,
) {
  const plain = name.replace(/^\*/, "");
  // A parameter of the template may stand in the query.
  const where = place === "path" && !path.includes(`{${plain}}`) ? "query" : place;
  return {
    name: plain,
    in: where,
    ...(description === "" ? {} : { description }),
    ...(required || where === "path" ? { required: true } : {}),
    schema: { type: "string", ...(choices.length === 0 ? {} : { enum: choices }) },
    ...(value === "" ? {} : { example: value }),
  };
}

function responsesOf(responses: readonly OperationResponse[]) {
  return Object.fromEntries(
    responses.map(({ statusCode, representations }) => [
      statusCode,
      { description: "", ...(representations.length === 0 ? {} : { content: content(representations) }) },
    ]),
  );
}

function content(representations: readonly Representation[]) {
  return Object.fromEntries(
    representations.map(({ contentType, example }) => [
      contentType,
      example === undefined ? {} : { example: exampleValue(contentType, example) },
    ]),
  );
}

/** The value that the text of a JSON example stands for; other texts stay texts. */
function exampleValue(contentType: string, example: string): unknown {
  if (!/^[^;]*[/+]json\b/i.test(contentType)) return example;
  try {
    return JSON.parse(example);
  } catch {
    // The document has an example of JSON that is none.
    return example;
  }
}
