import { ArmError, notSimulated } from "./arm-error.ts";
import type { ArmType } from "./arm-type.ts";
import { armTypes } from "./arm-types.ts";
import { resourceGroupId, subscriptionId } from "./resource-ids.ts";
import type { TypeRegistry } from "./type-registry.ts";

/** What a path of Azure Resource Manager names. */
export type ArmAddress =
  | { readonly kind: "resource"; readonly type: ArmType; readonly id: string }
  | { readonly kind: "collection"; readonly type: ArmType; readonly parentId: string | undefined }
  | { readonly kind: "action"; readonly type: ArmType; readonly id: string; readonly action: string }
  | { readonly kind: "operation"; readonly operationId: string }
  | { readonly kind: "deleted"; readonly name: string | undefined }
  | { readonly kind: "subscription" };

// Collections of API Management's REST API that are not simulated.
const others = new Set(
  [
    ...["caches", "gateways", "identityProviders", "schemas", "releases"],
    ...["issues", "notifications", "templates", "contentTypes", "workspaces", "documentations", "resolvers"],
    ...["tagDescriptions", "wikis", "portalsettings", "portalconfigs", "quotas", "reports", "settings"],
    ...["policyRestrictions", "authorizationProviders", "policyDescriptions", "openidConnectProviders"],
    ...[
      "privateEndpointConnections",
      "privateLinkResources",
      "tenant",
      "apiLinks",
      "groupLinks",
      "eventGridFilters",
    ],
    ...["operationsByTags", "apisByTags", "tagResources", "regions", "networkstatus", "skus", "revisions"],
  ].map((name) => name.toLowerCase()),
);

/** The namespace and type that a path is of, for its api-version. */
export function scopeOf(path: string): { readonly namespace: string; readonly type: string } {
  const [, namespace = "Microsoft.Resources", type = "resourceGroups"] =
    /\/providers\/([^/]+)\/([^/]+)/i.exec(path) ?? [];
  return { namespace, type };
}

/**
 * Reads a path: `/subscriptions/S/resourceGroups/RG/providers/Microsoft.ApiManagement/service/N` names a resource, the same without
 * `/N` a collection, and with an action's name behind it that action.
 *
 * @param path Decoded, without a slash at its end.
 * @throws {ArmError} for what is not there, or not simulated.
 */
export function readAddress(types: TypeRegistry, path: string): ArmAddress {
  const [, root, subscription, ...rest] = path.split("/");
  if (root?.toLowerCase() !== "subscriptions" || subscription === undefined) throw unknownPath();
  assertSubscription(subscription);
  const operationId = /\/(?:operationresults|operationStatuses)\/([^/]+)$/i.exec(path)?.[1];
  if (operationId !== undefined) return { kind: "operation", operationId };
  if (rest.length === 0) return { kind: "subscription" };
  if (rest[0]?.toLowerCase() === "resourcegroups") return inGroup(types, rest.slice(1));
  if (rest[0]?.toLowerCase() === "providers") return inSubscription(types, rest.slice(1));
  throw unknownPath();
}

function assertSubscription(subscription: string): void {
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(subscription)) {
    throw new ArmError(
      400,
      "InvalidSubscriptionId",
      `The provided subscription identifier '${subscription}' is malformed or invalid.`,
    );
  }
  if (subscription.toLowerCase() !== subscriptionId)
    throw new ArmError(404, "SubscriptionNotFound", `The subscription '${subscription}' could not be found.`);
}

function inGroup(types: TypeRegistry, [group, providers, namespace, ...rest]: readonly string[]): ArmAddress {
  const groups = typeNamed(types, armTypes.resourceGroup);
  if (group === undefined) return { kind: "collection", type: groups, parentId: undefined };
  const id = resourceGroupId(group);
  if (providers === undefined) return { kind: "resource", type: groups, id };
  if (providers.toLowerCase() !== "providers" || namespace === undefined || rest.length === 0)
    throw unknownPath();
  return inProvider(types, { parentId: id, namespace, segments: rest });
}

function inProvider(
  types: TypeRegistry,
  { parentId, namespace, segments }: { parentId: string; namespace: string; segments: readonly string[] },
): ArmAddress {
  const names = segments.filter((_, index) => index % 2 === 0);
  const isResource = segments.length % 2 === 0;
  const known = types.get([namespace, ...names].join("/").toLowerCase());
  const id = (count: number) => idOf(types, { parentId, namespace, segments: segments.slice(0, count) });
  if (known !== undefined) {
    if (isResource) return { kind: "resource", type: known, id: id(segments.length) };
    const isTop = segments.length === 1;
    return { kind: "collection", type: known, parentId: isTop ? parentId : id(segments.length - 1) };
  }
  const owner = types.get([namespace, ...names.slice(0, -1)].join("/").toLowerCase());
  const action = segments.at(-1) ?? "";
  if (!isResource && owner?.actions !== undefined && segments.length > 1) {
    const name = Object.keys(owner.actions).find((one) => one.toLowerCase() === action.toLowerCase());
    if (name !== undefined) return { kind: "action", type: owner, id: id(segments.length - 1), action: name };
  }
  throw unknownType(namespace, names);
}

/** The id with Azure's letter case for the types, and the path's own for the names. */
function idOf(
  types: TypeRegistry,
  { parentId, namespace, segments }: { parentId: string; namespace: string; segments: readonly string[] },
): string {
  const names = segments.filter((_, index) => index % 2 === 0);
  const own = types.get([namespace, ...names].join("/").toLowerCase())?.type.split("/") ?? [
    namespace,
    ...names,
  ];
  const inCase = segments.map((segment, index) => (index % 2 === 0 ? own[index / 2 + 1] : segment));
  return `${parentId}/providers/${own[0]}/${inCase.join("/")}`;
}

function inSubscription(types: TypeRegistry, [namespace, ...rest]: readonly string[]): ArmAddress {
  if (namespace?.toLowerCase() !== "microsoft.apimanagement") throw unknownType(namespace ?? "", rest);
  const [first, location, second, name, ...more] = rest;
  const isAt = first?.toLowerCase() === "locations" && location !== undefined;
  if (isAt && second?.toLowerCase() === "deletedservices" && name !== undefined && more.length === 0)
    return { kind: "deleted", name };
  if (rest.length === 1 && first?.toLowerCase() === "deletedservices")
    return { kind: "deleted", name: undefined };
  if (rest.length === 1 && first?.toLowerCase() === "service")
    return { kind: "collection", type: typeNamed(types, armTypes.service), parentId: undefined };
  throw unknownType(namespace, [first ?? ""]);
}

function typeNamed(types: TypeRegistry, name: string): ArmType {
  const type = types.get(name.toLowerCase());
  if (type === undefined) throw new Error(`There is no type "${name}".`);
  return type;
}

function unknownType(namespace: string, names: readonly string[]): ArmError {
  const type = names.join("/");
  if (namespace.toLowerCase() !== "microsoft.apimanagement")
    return notSimulated(`resources of ${namespace || "another provider"}`);
  if (others.has((names.at(-1) ?? "").toLowerCase())) return notSimulated(`${namespace}/${type}`);
  return new ArmError(
    404,
    "InvalidResourceType",
    `The resource type '${type}' could not be found in the namespace '${namespace}'.`,
  );
}

function unknownPath(): ArmError {
  return new ArmError(404, "NotFound", "The local cloud has nothing at this path. See simulator/README.md.");
}
