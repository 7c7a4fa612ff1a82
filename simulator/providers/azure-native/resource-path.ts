import type { Properties } from "../resource.ts";
import type { ResourceDefinition } from "./definition.ts";

/** `/subscriptions/{subscriptionId}/…/apis/{apiId}` with the inputs in their places. */
export function pathOf(
  { path, address }: Pick<ResourceDefinition, "path" | "address">,
  subscriptionId: string,
  inputs: Properties,
): string {
  return path.replaceAll(/\{(\w+)\}/g, (placeholder, name: string) => {
    if (name === "subscriptionId") return subscriptionId;
    return name in address && inputs[name] !== undefined
      ? encodeURIComponent(String(inputs[name]))
      : placeholder;
  });
}

/** The inputs that an id holds: `…/apis/orders` → `{ …, apiId: "orders" }`; none for an id of another type. */
export function addressOf({ path, address }: ResourceDefinition, id: string): Properties {
  const pattern = path.replaceAll(/[.]/g, "\\.").replaceAll(/\{(\w+)\}/g, "(?<$1>[^/]*)");
  const { groups } = new RegExp(`^${pattern}$`, "i").exec(id) ?? {};
  return Object.fromEntries(
    Object.keys(address).flatMap((name) => {
      const value = groups?.[name];
      return value === undefined ? [] : [[name, decodeURIComponent(value)]];
    }),
  );
}

/** The input with the resource's own name, which azure-native makes up when it is left out. */
export function nameInputOf({ address }: ResourceDefinition): string {
  const name = Object.keys(address).at(-1);
  if (name === undefined) throw new Error("A resource type has an input for its own name.");
  return name;
}
