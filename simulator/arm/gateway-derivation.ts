import type { GatewayApi, GatewayService } from "../apim/gateway-model.ts";
import { parsePolicyDocument } from "../apim/policy/document.ts";
import type { ArmResource, ArmStore } from "./arm-store.ts";
import { armTypes } from "./arm-types.ts";
import { importOpenApi } from "./import/open-api-import.ts";
import type { ImportedOperation } from "./import/operations.ts";

/**
 * Assumed of Azure: an instance without a global document of its own has the one that it came with.
 *
 * @see https://learn.microsoft.com/azure/api-management/forward-request-policy
 */
const defaultPolicy = await parsePolicyDocument(
  "<policies><inbound /><backend><forward-request /></backend><outbound /></policies>",
  { scope: "global", sku: "Developer", checksConnectivity: false },
);

/** The operations that an API resource's document brought. */
export function operationsOf(api: ArmResource): readonly ImportedOperation[] {
  return importOpenApi(api.inputs).operations;
}

/**
 * Where an API sends requests by itself: its own address, else the first https server of the imported document.
 *
 * @see https://learn.microsoft.com/rest/api/apimanagement/apis/create-or-update#apimanagementcreateapiusingoai3import
 */
function serviceUrlOf({ inputs }: ArmResource): string | undefined {
  return inputs.serviceUrl === undefined ? importOpenApi(inputs).serviceUrl : String(inputs.serviceUrl);
}

/** Reads the gateway's configuration off the resources. */
export function deriveGatewayModel(store: ArmStore): GatewayService | undefined {
  const [service] = store.all(armTypes.service);
  if (service === undefined) return undefined;
  return {
    name: String(service.inputs.serviceName),
    policy: store.policy(`${service.id}/policies/policy`) ?? defaultPolicy,
    apis: store.below(service.id, armTypes.api).map((api) => gatewayApi(store, api)),
    backends: new Map(
      store
        .below(service.id, armTypes.backend)
        .map(({ inputs }) => [String(inputs.backendId).toLowerCase(), String(inputs.url)]),
    ),
  };
}

function gatewayApi(store: ArmStore, api: ArmResource): GatewayApi {
  const policy = store.policy(`${api.id}/policies/policy`);
  const serviceUrl = serviceUrlOf(api);
  return {
    id: String(api.inputs.apiId),
    path: String(api.inputs.path),
    ...(serviceUrl === undefined ? {} : { serviceUrl }),
    ...(policy === undefined ? {} : { policy }),
    operations: operationsOf(api).map((operation) => {
      const own = store.policy(`${api.id}/operations/${operation.id}/policies/policy`);
      return own === undefined ? operation : { ...operation, policy: own };
    }),
  };
}
