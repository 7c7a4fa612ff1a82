import type { GatewayApi, GatewayService } from "../apim/gateway-model.ts";
import { type ArmResource, type ArmStore, nameOf } from "./arm-store.ts";
import { armTypes } from "./arm-types.ts";
import { operationsOf } from "./operations.ts";

/** Reads the gateway's configuration off the resources. */
export function deriveGatewayModel(store: ArmStore): GatewayService | undefined {
  const [service] = store.all(armTypes.service);
  if (service === undefined) return undefined;
  const policy = store.policy(`${service.id}/policies/policy`);
  return {
    name: nameOf(service),
    ...(policy === undefined ? {} : { policy }),
    apis: store.below(service.id, armTypes.api).map((api) => gatewayApi(store, api)),
    backends: new Map(
      store
        .below(service.id, armTypes.backend)
        .map((backend) => [nameOf(backend).toLowerCase(), String(backend.body.properties.url)]),
    ),
  };
}

function gatewayApi(store: ArmStore, api: ArmResource): GatewayApi {
  const policy = store.policy(`${api.id}/policies/policy`);
  const { path, serviceUrl } = api.body.properties;
  return {
    id: nameOf(api),
    path: String(path),
    ...(serviceUrl === undefined || serviceUrl === null ? {} : { serviceUrl: String(serviceUrl) }),
    ...(policy === undefined ? {} : { policy }),
    operations: operationsOf(store, api).map((operation) => {
      const own = store.policy(`${api.id}/operations/${operation.id}/policies/policy`);
      return own === undefined ? operation : { ...operation, policy: own };
    }),
  };
}
