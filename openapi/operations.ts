import { type JsonObject, objectAt, textAt } from "./json.ts";
import { operationName } from "./operation-name.ts";
import { parametersOf, reportParameters } from "./parameters.ts";
import { resolve } from "./references.ts";
import { type RequestExample, requestExample } from "./request-example.ts";
import { type OperationSecurity, operationSecurity, type Report, readSecurity } from "./security.ts";
import { keysInOrder } from "./written-order.ts";

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

const methods = new Set(["get", "put", "post", "delete", "options", "head", "patch", "trace"]);
// API Management drops their bodies on import.
const bodiless = new Set(["get", "head", "options"]);

interface OperationSite {
  readonly path: string;
  /** Lower case, as the document has it. */
  readonly method: string;
  readonly pathItem: JsonObject;
  readonly operation: JsonObject;
  /** `paths./session/{id}.get`. */
  readonly place: string;
}

/** Reads the operations in the document's order and reports what API Management or the proof cannot do with them. */
export function readOperations(
  document: JsonObject,
  { scopes, report }: { scopes: ReadonlyMap<string, string>; report: Report },
): readonly Operation[] {
  const paths = objectAt(document.paths);
  // Other keys are extensions, or the schema refuses them.
  const templates = keysInOrder(paths).filter((path) => path.startsWith("/"));
  const sites = templates.flatMap((path) => sitesOf(path, objectAt(resolve(document, paths[path]))));
  // Also when every operation has its own.
  if (document.security !== undefined)
    readSecurity(document, document.security, { place: "security", scopes, report });
  reportSamePaths(templates, report);
  reportSameNames(sites, report);
  return sites.flatMap((site) => readOperation(document, { ...site, scopes, report }) ?? []);
}

function sitesOf(path: string, pathItem: JsonObject): readonly OperationSite[] {
  return keysInOrder(pathItem)
    .filter((key) => methods.has(key))
    .map((method) => ({
      path,
      method,
      pathItem,
      operation: objectAt(pathItem[method]),
      place: `paths.${path}.${method}`,
    }));
}

function readOperation(
  document: JsonObject,
  site: OperationSite & { readonly scopes: ReadonlyMap<string, string>; readonly report: Report },
): Operation | undefined {
  const { path, method, operation, place, report } = site;
  reportShape(site, report);
  const parameters = parametersOf(document, site);
  reportParameters(path, parameters, site);
  const success = successOf(document, operation);
  if (success === undefined)
    report(`${place}.responses`, "must describe a success, a status from 200 to 299; got none. Add it.");
  const security = operationSecurity(document, operation, site);
  const accept = success?.mediaType;
  const example = requestExample(document, { path, operation, parameters, accept, place, report });
  if (security === undefined || success === undefined) return undefined;
  const operationId = operationIdOf(site);
  return {
    operationId,
    name: operationName(operationId),
    method: method.toUpperCase(),
    path,
    security,
    successStatus: success.status,
    successHasBody: accept !== undefined,
    example,
  };
}

function operationIdOf({ operation }: OperationSite): string {
  return textAt(operation.operationId) ?? "";
}

function reportShape(site: OperationSite, report: Report): void {
  const { method, operation, place } = site;
  if (operationName(operationIdOf(site)) === "") {
    const got = operation.operationId === undefined ? "none" : JSON.stringify(operation.operationId);
    report(
      `${place}.operationId`,
      `must hold a letter or a digit, since API Management names the operation after it; got ${got}. Add one.`,
    );
  }
  if (bodiless.has(method) && operation.requestBody !== undefined) {
    report(
      `${place}.requestBody`,
      `must not be there: API Management drops the body of ${method.toUpperCase()}; got one. Remove it, or use POST.`,
    );
  }
  // https://fetch.spec.whatwg.org/#forbidden-method
  if (method === "trace")
    report(place, "must be a method that the proof's HTTP client can send; got TRACE. Use another method.");
}

function successOf(
  document: JsonObject,
  operation: JsonObject,
): { status: number; mediaType?: string } | undefined {
  const responses = objectAt(operation.responses);
  const status = keysInOrder(responses).find((key) => /^2\d\d$/.test(key));
  if (status === undefined) return undefined;
  const [mediaType] = keysInOrder(objectAt(objectAt(resolve(document, responses[status])).content));
  return { status: Number(status), ...(mediaType === undefined ? {} : { mediaType }) };
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

function reportSameNames(sites: readonly OperationSite[], report: Report): void {
  const groups = Map.groupBy(sites, (site) => operationName(operationIdOf(site)));
  groups.delete("");
  for (const [name, [first, ...others]] of groups) {
    for (const other of others) {
      report(
        `${other.place}.operationId`,
        `must give another name than "${first && operationIdOf(first)}": API Management names both "${name}"; got "${operationIdOf(other)}". Rename one.`,
      );
    }
  }
}
