import type { ArmResource, ArmStore } from "./arm-store.ts";
import { armTypes } from "./arm-types.ts";
import type { GatewayApi, GatewayService } from "./gateway-model.ts";
import { type ImportedOperation, importOpenApi } from "./openapi-import.ts";

// Reading a document takes longer than everything else here, and a resource's object changes with its inputs.
const imported = new WeakMap<ArmResource, readonly ImportedOperation[]>();

/** The operations that an API resource's document brought. */
export function operationsOf(api: ArmResource): readonly ImportedOperation[] {
  const known = imported.get(api) ?? importOpenApi(api.inputs);
  imported.set(api, known);
  return known;
}

/** Reads the gateway's configuration off the resources. */
export function deriveGatewayModel(store: ArmStore): GatewayService | undefined {
  const [service] = store.all(armTypes.service);
  if (service === undefined) return undefined;
  const policy = store.policy(`${service.id}/policies/policy`);
  return {
    name: String(service.inputs.serviceName),
    ...(policy === undefined ? {} : { policy }),
    apis: store.below(service.id, armTypes.api).map((api) => gatewayApi(store, api)),
  };
}

function gatewayApi(store: ArmStore, api: ArmResource): GatewayApi {
  const policy = store.policy(`${api.id}/policies/policy`);
  return {
    id: String(api.inputs.apiId),
    path: String(api.inputs.path),
    ...(api.inputs.serviceUrl === undefined ? {} : { serviceUrl: String(api.inputs.serviceUrl) }),
    ...(policy === undefined ? {} : { policy }),
    operations: operationsOf(api).map((operation) => {
      const own = store.policy(`${api.id}/operations/${operation.id}/policies/policy`);
      return own === undefined ? operation : { ...operation, policy: own };
    }),
  };
}
