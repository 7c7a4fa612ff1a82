import type { FunctionHandler, ResourceHandler } from "../resource.ts";
import { armHandler, resourceAt } from "./arm-handler.ts";
import type { ArmStore } from "./arm-store.ts";
import { api } from "./resources/api.ts";
import { apiManagementService, type ServiceOrigins, serviceId } from "./resources/api-management-service.ts";
import { authorizationServer } from "./resources/authorization-server.ts";
import { deployment } from "./resources/deployment.ts";
import { apiOperationPolicy, apiPolicy, policy } from "./resources/policies.ts";
import { resourceGroup } from "./resources/resource-group.ts";

/** The simulated resources of azure-native, kept in the store. */
export function apimHandlers(store: ArmStore, origins: ServiceOrigins): readonly ResourceHandler[] {
  return [
    resourceGroup,
    apiManagementService(origins),
    authorizationServer,
    api,
    apiPolicy,
    apiOperationPolicy,
    policy,
    deployment,
  ].map((definition) => armHandler(store, definition));
}

/** The simulated lookups of azure-native. */
export function apimFunctions(store: ArmStore): readonly FunctionHandler[] {
  return [
    {
      token: "azure-native:apimanagement:getApiManagementService",
      invoke: async (args) => {
        const { id, inputs, outputs } = resourceAt(store, serviceId(args));
        return { ...inputs, ...outputs, id, name: inputs.serviceName };
      },
    },
  ];
}
