import { azureNames } from "./azure-import.ts";
import { pathSignature } from "./derive/join-paths.ts";
import { arrayAt, type JsonObject, objectAt, textAt } from "./json.ts";
import { resolve } from "./references.ts";
import type { SecuredOperation } from "./security/read-security.ts";

const methods = new Set(azureNames.importedMethods);

/** An operation in its document, with its references followed. */
export interface OperationSite extends SecuredOperation {
  readonly pathItem: JsonObject;
}

/** The operations of a document that API Management imports, in its order: those of `paths`, then those of `x-ms-paths`. */
export function operationSites(document: JsonObject): readonly OperationSite[] {
  return ["paths", "x-ms-paths"].flatMap((key) =>
    Object.entries(objectAt(document[key]))
      // Other keys are extensions, or the check of the schema refuses them.
      .filter(([path]) => path.startsWith("/"))
      .flatMap(([path, item]) => sitesOf(`${key}.${path}`, path, objectAt(resolve(document, item)))),
  );
}

function sitesOf(place: string, path: string, pathItem: JsonObject): readonly OperationSite[] {
  return Object.keys(pathItem)
    .filter((key) => methods.has(key))
    .map((method) => {
      const operation = objectAt(resolve({}, pathItem[method]));
      return {
        path,
        method,
        pathItem,
        operation,
        operationId: textAt(operation.operationId) || undefined,
        tags: arrayAt(operation.tags).map(String),
        place: `${place}.${method}`,
      };
    });
}

/** Operations whose method and URL template are those of one before: with names of parameters and letter case left out. */
export function sameTemplates(
  sites: readonly OperationSite[],
): readonly (readonly [site: OperationSite, first: OperationSite])[] {
  const groups = Map.groupBy(sites, ({ method, path }) => `${method} ${pathSignature(path).toLowerCase()}`);
  return [...groups.values()].flatMap(([first, ...others]) =>
    first === undefined ? [] : others.map((site) => [site, first] as const),
  );
}
