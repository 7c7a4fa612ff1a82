import type { ResourceHandler } from "../resource.ts";
import { armHandler } from "./arm-handler.ts";
import type { ArmStore } from "./arm-store.ts";
import { api } from "./resources/api.ts";
import { apiManagementService, type ServiceOrigins } from "./resources/api-management-service.ts";
import { authorizationServer } from "./resources/authorization-server.ts";
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
  ].map((definition) => armHandler(store, definition));
}
