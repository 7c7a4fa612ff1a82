import table from "../../../openapi/azure-import.json" with { type: "json" };
import type { ImportedOperation, ImportedParameter } from "../../apim/operation.ts";
import { below, type DocumentPart, list, object, text } from "./json.ts";
import { importedNames } from "./operation-name.ts";
import { follow } from "./references.ts";
import type { ImportProblem } from "./refusal.ts";
import { firstExample, importResponses, representations } from "./responses.ts";
import { type QueryConduct, templateProblems, urlTemplate } from "./url-template.ts";
/** An operation with the place in the document that it was made of. */
export interface PlacedOperation extends ImportedOperation {
  /** JSON pointer. */
  readonly place: string;
}

/** The operations of a document, and what Azure refuses in them. */
export interface ImportedOperations {
  readonly operations: readonly PlacedOperation[];
  readonly problems: readonly ImportProblem[];
}

interface Site {
  readonly path: string;
  /** Lower case, as the document has it. */
  readonly method: string;
  readonly operation: DocumentPart;
  readonly parameters: readonly DocumentPart[];
  readonly place: string;
}

const { importedMethods, ignoredHeaders, methodsWithoutRequestBody } = table.names;

/** Imports the operations of `paths` and of `x-ms-paths`, in the document's order. */
export function importOperations(document: DocumentPart, conduct: QueryConduct): ImportedOperations {
  const sites = ["paths", "x-ms-paths"].flatMap((field) => sitesOf(document, field));
  const names = importedNames(
    sites.map(({ path, method, operation }) => ({
      operationId: text(operation.operationId),
      method: method.toUpperCase(),
      path,
    })),
  );
  const operations = sites.map((site, index) =>
    importOperation(document, { ...site, conduct, id: names[index] ?? "" }),
  );
  const problems = sites.flatMap((site) => templateProblems(document, { ...site, conduct }));
  return { operations, problems: [...problems, ...sameTemplates(operations)] };
}

function sitesOf(document: DocumentPart, field: string): readonly Site[] {
  return Object.entries(object(document[field])).flatMap(([path, item]) => {
    if (path.startsWith("x-")) return [];
    const pathItem = object(follow(document, item));
    return Object.keys(pathItem)
      .filter((method) => importedMethods.includes(method))
      .map((method) => ({
        path,
        method,
        operation: object(pathItem[method]),
        parameters: parametersOf(document, pathItem, object(pathItem[method])),
        place: below(below(`#/${field}`, path), method),
      }));
  });
}

/** Those of the path and of the operation, which takes the place of the path's one of its name and place. */
function parametersOf(
  document: DocumentPart,
  pathItem: DocumentPart,
  operation: DocumentPart,
): readonly DocumentPart[] {
  const all = [...list(pathItem.parameters), ...list(operation.parameters)];
  const followed = all.map((one) => object(follow(document, one)));
  return [...new Map(followed.map((one) => [`${one.in} ${one.name}`, one])).values()];
}

function importOperation(
  document: DocumentPart,
  site: Site & { readonly conduct: QueryConduct; readonly id: string },
): PlacedOperation {
  const { id, path, method, operation, parameters, place } = site;
  const body = methodsWithoutRequestBody.includes(method) ? undefined : operation.requestBody;
  return {
    id,
    displayName: displayName(site),
    description: text(operation.description),
    parameters: parameters.flatMap((parameter) => importParameter(document, parameter)),
    request: representations(document, object(follow(document, body)).content),
    method: method.toUpperCase(),
    urlTemplate: urlTemplate({ ...site, path }),
    responses: importResponses(document, operation.responses),
    place,
  };
}

/**
 * The summary, else the operationId, else `Get - /foo`.
 *
 * @see https://blogs.msdn.microsoft.com/apimanagement/2018/04/11/important-changes-to-openapi-import-and-export/
 */
function displayName({ path, method, operation }: Site): string {
  return (
    text(operation.summary) ||
    text(operation.operationId) ||
    `${method.slice(0, 1).toUpperCase()}${method.slice(1)} - ${path}`
  );
}

function importParameter(document: DocumentPart, parameter: DocumentPart): ImportedParameter[] {
  const { name, in: place, required, description, example, examples } = parameter;
  // Azure's operations have no cookie parameters.
  if (place !== "path" && place !== "query" && place !== "header") return [];
  if (place === "header" && ignoredHeaders.includes(text(name).toLowerCase())) return [];
  const schema = object(follow(document, parameter.schema));
  const value = example ?? firstExample(document, examples) ?? schema.example ?? schema.default ?? "";
  return [
    {
      name: text(name),
      in: place,
      required: required === true,
      description: text(description),
      value: typeof value === "object" ? JSON.stringify(value) : String(value),
      choices: choicesOf(schema),
    },
  ];
}

/** Assumed of Azure: an import makes a parameter's values of the enum of its schema. */
function choicesOf({ enum: values }: DocumentPart): readonly string[] {
  return list(values).flatMap((value) =>
    typeof value === "object" || value === undefined ? [] : [String(value)],
  );
}

function sameTemplates(operations: readonly PlacedOperation[]): readonly ImportProblem[] {
  const seen = new Set<string>();
  return operations.flatMap(({ method, urlTemplate: template, place }) => {
    const shape = `${method} ${template.replace(/\{[^}]*\}/g, "{}").toLowerCase()}`;
    if (!seen.has(shape)) {
      seen.add(shape);
      return [];
    }
    return [{ rule: "same-template" as const, place, got: `${method} ${template}` }];
  });
}
