import { type JsonObject, objectAt, textAt } from "./json.ts";
import { operationName } from "./operation-name.ts";
import { resolve } from "./references.ts";
import { type Parameter, parametersOf, type RequestExample, requestExample } from "./request-example.ts";
import { type OperationSecurity, operationSecurity, type Report } from "./security.ts";

/** One operation of a document. */
export interface Operation {
  /** As in the document, `GetSession`. */
  readonly operationId: string;
  /** As API Management names it on import, `getsession`. */
  readonly name: string;
  /** Upper case. */
  readonly method: string;
  /** `/session/{id}`. */
  readonly path: string;
  readonly security: OperationSecurity;
  /** The first 2xx status among the responses. */
  readonly successStatus: number;
  /** Whether that response is described with a body. */
  readonly successHasBody: boolean;
  readonly example: RequestExample;
}

const methods = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];
// API Management drops their bodies on import.
const bodiless = new Set(["get", "head", "options"]);

/** Reads the operations in the document's order and reports what API Management or the proof cannot do with them. */
export function readOperations(
  document: JsonObject,
  { scopes, report }: { scopes: ReadonlyMap<string, string>; report: Report },
): readonly Operation[] {
  const paths = Object.entries(objectAt(document.paths));
  reportSamePaths(
    paths.map(([path]) => path),
    report,
  );
  const operations = paths.flatMap(([path, item]) => {
    const pathItem = objectAt(resolve(document, item));
    return methods
      .filter((method) => method in pathItem)
      .flatMap((method) => readOperation(document, { path, method, pathItem, scopes, report }) ?? []);
  });
  reportSameNames(operations, report);
  return operations;
}

interface Site {
  readonly path: string;
  readonly method: string;
  readonly pathItem: JsonObject;
  readonly scopes: ReadonlyMap<string, string>;
  readonly report: Report;
}

function readOperation(document: JsonObject, site: Site): Operation | undefined {
  const { path, method, pathItem, scopes, report } = site;
  const operation = objectAt(pathItem[method]);
  const place = placeOf(path, method);
  const operationId = textAt(operation.operationId) ?? "";
  if (operationName(operationId) === "") {
    report(
      `${place}.operationId`,
      `must hold a letter or a digit, since API Management names the operation after it; got "${operationId}". Add one.`,
    );
  }
  if (bodiless.has(method) && operation.requestBody !== undefined) {
    report(
      `${place}.requestBody`,
      `must not be there: API Management drops the body of ${method.toUpperCase()}; got one. Remove it, or use POST.`,
    );
  }
  const parameters = parametersOf(document, { pathItem, operation, place });
  reportPathParameters(path, parameters, (problem) => report(`${place}.parameters`, problem));
  const success = successOf(document, operation);
  if (success === undefined)
    report(`${place}.responses`, "must describe a success, a status from 200 to 299; got none. Add it.");
  const security = operationSecurity(document, operation, { place, scopes, report });
  const example = requestExample(document, {
    path,
    operation,
    parameters,
    accept: success?.mediaType,
    place,
    report,
  });
  if (security === undefined || success === undefined) return undefined;
  const named = { operationId, name: operationName(operationId), method: method.toUpperCase(), path };
  return {
    ...named,
    security,
    successStatus: success.status,
    successHasBody: success.mediaType !== undefined,
    example,
  };
}

function placeOf(path: string, method: string): string {
  return `paths.${path}.${method.toLowerCase()}`;
}

function successOf(
  document: JsonObject,
  operation: JsonObject,
): { status: number; mediaType?: string } | undefined {
  const found = Object.entries(objectAt(operation.responses)).find(([status]) => /^2\d\d$/.test(status));
  if (found === undefined) return undefined;
  const [mediaType] = Object.keys(objectAt(objectAt(resolve(document, found[1])).content));
  return { status: Number(found[0]), ...(mediaType === undefined ? {} : { mediaType }) };
}

function reportPathParameters(
  path: string,
  parameters: readonly Parameter[],
  report: (problem: string) => void,
): void {
  const inTemplate = [...path.matchAll(/\{([^}]*)\}/g)].map(([, name]) => name);
  const declared = parameters.filter((parameter) => parameter.in === "path").map(({ name }) => name);
  for (const name of inTemplate.filter((one) => !declared.includes(one ?? ""))) {
    report(`must declare the path's parameter "${name}"; got none. Add it with in: path and required: true.`);
  }
  for (const name of declared.filter((one) => !inTemplate.includes(one))) {
    report(`must not declare the path parameter "${name}", which the path does not hold; got it. Remove it.`);
  }
}

function reportSamePaths(paths: readonly string[], report: Report): void {
  const groups = Map.groupBy(paths, (path) => path.replace(/\{[^}]*\}/g, "{}").toLowerCase());
  for (const [first, ...others] of groups.values()) {
    for (const other of others) {
      report(
        `paths.${other}`,
        `must differ from "${first}" in more than parameter names and letter case; got the same template. Join them.`,
      );
    }
  }
}

function reportSameNames(operations: readonly Operation[], report: Report): void {
  for (const [name, [first, ...others]] of Map.groupBy(operations, (operation) => operation.name)) {
    for (const { path, method, operationId } of name === "" ? [] : others) {
      report(
        `${placeOf(path, method)}.operationId`,
        `must give another name than "${first?.operationId}": API Management names both "${name}"; got "${operationId}". Rename one.`,
      );
    }
  }
}
