import type { ArmResource, ArmStore } from "./arm-store.ts";
import { armTypes } from "./arm-types.ts";
import type { GatewayApi, GatewayService } from "./gateway-model.ts";
import { type ImportedOperation, importOpenApi } from "./openapi-import.ts";
import { parsePolicyDocument } from "./policy/document.ts";

/**
 * Assumed of Azure: an instance without a global document of its own has the one that it came with.
 *
 * @see https://learn.microsoft.com/azure/api-management/forward-request-policy
 */
const defaultPolicy = await parsePolicyDocument(
  "<policies><inbound /><backend><forward-request /></backend><outbound /></policies>",
  { scope: "global", sku: "Developer", checksConnectivity: false },
);

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
  return {
    name: String(service.inputs.serviceName),
    policy: store.policy(`${service.id}/policies/policy`) ?? defaultPolicy,
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
