import { assertUrl, invalid } from "./values.ts";
import { element, type XmlElement } from "./xml.ts";

/** Settings of {@link setBackendService}: a `Backend` resource by its name, or an address. Exactly one. */
export type SetBackendServiceArgs =
  | { readonly backendId: string; readonly baseUrl?: never }
  | { readonly baseUrl: string; readonly backendId?: never };

/** A `set-backend-service` statement. */
export interface SetBackendService {
  readonly kind: "set-backend-service";
  readonly args: SetBackendServiceArgs;
}

/**
 * `setBackendService({ backendId: "orders" })` → `<set-backend-service backend-id="orders" />`: where `forward-request` sends
 * the request, in place of the API's own address.
 *
 * Azure refuses the document while there is no `Backend` resource of that name. A scope that sets an address by `backend-id` can be
 * overridden below by `backend-id` only, not by `base-url`.
 *
 * @see https://learn.microsoft.com/azure/api-management/set-backend-service-policy
 */
export function setBackendService(args: SetBackendServiceArgs): SetBackendService {
  return { kind: "set-backend-service", args };
}

/** The element of {@link setBackendService}. @throws {PolicyError} `INVALID_VALUE` for an empty name or an address that is no URL. */
export function setBackendServiceElement({ args }: SetBackendService, path: string): XmlElement {
  if (args.baseUrl !== undefined) assertUrl(args.baseUrl, `${path}/@base-url`);
  if (args.backendId === "")
    throw invalid(`${path}/@backend-id`, "is empty. Write the backendId of a Backend resource");
  return element("set-backend-service", { "base-url": args.baseUrl, "backend-id": args.backendId });
}
