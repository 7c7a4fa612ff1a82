import { ArmError } from "./arm-error.ts";
import type { ArmResource, ArmStore } from "./arm-store.ts";

/** The subscription that every local resource is in. */
export const subscriptionId = "00000000-0000-0000-0000-000000000000";

/** ARM id of a resource group. */
export function resourceGroupId(name: unknown): string {
  return `/subscriptions/${subscriptionId}/resourceGroups/${name}`;
}

/** `…/service/apim/apis/a` → `…/service/apim`, for the id of anything in an instance and for the instance's own. */
export function serviceIdOf(id: string): string {
  const [own] = /^.*?\/providers\/Microsoft\.ApiManagement\/service\/[^/]+/i.exec(id) ?? [];
  if (own === undefined) throw new Error(`The id of a resource in an instance is expected; got "${id}".`);
  return own;
}

/** `…/apis/a/policies/policy` → `…/apis/a`; none for a resource group. */
export function parentIdOf(id: string): string | undefined {
  const [, parent] = /^(.*?)(?:\/providers\/[^/]+)?\/[^/]+\/[^/]+$/.exec(id) ?? [];
  return /\/resourceGroups\//i.test(parent ?? "") ? parent : undefined;
}

/** The name after a type in an id: `apis` in `…/apis/a/policies/policy` → `a`. */
export function nameIn(id: string, type: string): string {
  const segments = id.split("/");
  const at = segments.findIndex((segment) => segment.toLowerCase() === type.toLowerCase());
  return segments[at + 1] ?? "";
}

/**
 * The resource with an id.
 *
 * @throws {ArmError} `ResourceGroupNotFound` or `ResourceNotFound` when there is none.
 */
export function resourceAt(store: ArmStore, id: string): ArmResource {
  const found = store.get(id);
  if (found === undefined) throw notFound(id);
  return found;
}

/**
 * Azure's words for what is not there.
 *
 * @see https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/error-not-found
 */
export function notFound(id: string): ArmError {
  const group = nameIn(id, "resourceGroups");
  const [, path] = /\/providers\/(.*)$/.exec(id) ?? [];
  if (path === undefined)
    return new ArmError(404, "ResourceGroupNotFound", `Resource group '${group}' could not be found.`);
  // https://learn.microsoft.com/rest/api/apimanagement/ : what lies in an instance is API Management's own to miss.
  const inside = /^Microsoft\.ApiManagement\/service\/[^/]+\/.*?([^/]+)\/[^/]+$/i.exec(path);
  if (inside !== null)
    return new ArmError(404, "ResourceNotFound", `${entityOf(inside[1] ?? "")} not found.`);
  return new ArmError(
    404,
    "ResourceNotFound",
    `The Resource '${path}' under resource group '${group}' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix`,
  );
}

/** `apis` → `API`, `authorizationServers` → `AuthorizationServer`. */
function entityOf(collection: string): string {
  if (collection === "apis") return "API";
  const singular = collection.replace(/ies$/, "y").replace(/s$/, "");
  return `${singular.slice(0, 1).toUpperCase()}${singular.slice(1)}`;
}
