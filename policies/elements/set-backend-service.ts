import type { Expression, Text } from "../expression.ts";
import type { OneOf } from "../one-of.ts";
import { makePolicy, type Policy, type PolicyArgs } from "../policy.ts";
import { assertUrl, checked, nonEmpty } from "../values.ts";

/** Settings of {@link setBackendService}: a `Backend` resource by its name, or an address. Exactly one. */
export type SetBackendServiceArgs = PolicyArgs &
  OneOf<{ readonly backendId: Text } | { readonly baseUrl: Text }> & {
    /** For a Service Fabric backend only. */
    readonly serviceFabric?: ServiceFabricArgs;
  };

/** Which replica of a Service Fabric backend is called. */
export interface ServiceFabricArgs {
  /** When the call is repeated with a new resolution. */
  readonly resolveCondition?: boolean | Expression;
  readonly serviceInstanceName?: Text;
  readonly partitionKey?: Text;
  readonly replicaType?: "primary" | "secondary" | Expression;
  readonly listenerName?: Text;
}

/** A `set-backend-service` statement. */
export type SetBackendService = Policy<"inbound" | "backend", "set-backend-service">;

/**
 * `setBackendService({ backendId: "orders" })` → `<set-backend-service backend-id="orders" />`: where `forward-request` sends
 * the request, in place of the API's own address.
 *
 * Azure refuses the document while there is no `Backend` resource of that name. A scope that sets an address by `backend-id` can be
 * overridden below by `backend-id` only, not by `base-url`.
 *
 * @see https://learn.microsoft.com/azure/api-management/set-backend-service-policy
 */
export function setBackendService({
  backendId,
  baseUrl,
  serviceFabric = {},
  id,
}: SetBackendServiceArgs): SetBackendService {
  return makePolicy({
    name: "set-backend-service",
    sections: ["inbound", "backend"],
    attributes: {
      "base-url": checked(baseUrl, assertUrl),
      "backend-id": nonEmpty(backendId, "Write the backendId of a Backend resource"),
      "sf-resolve-condition": serviceFabric.resolveCondition,
      "sf-service-instance-name": serviceFabric.serviceInstanceName,
      "sf-partition-key": serviceFabric.partitionKey,
      "sf-replica-type": serviceFabric.replicaType,
      "sf-listener-name": serviceFabric.listenerName,
      id,
    },
  });
}
