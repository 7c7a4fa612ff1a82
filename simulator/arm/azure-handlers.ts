import { RecentConfigurations } from "../apim/policy/validate-jwt/recent-configurations.ts";
import type { Handlers } from "../providers/handlers.ts";
import { type ArmDefinition, armHandler, resourceAt } from "./arm-handler.ts";
import type { ArmStore } from "./arm-store.ts";
import { api } from "./resources/api.ts";
import { apiManagementService, type ServiceOrigins, serviceId } from "./resources/api-management-service.ts";
import { authorizationServer } from "./resources/authorization-server.ts";
import { backend } from "./resources/backend.ts";
import { deployment } from "./resources/deployment.ts";
import { policies } from "./resources/policies.ts";
import { resourceGroup } from "./resources/resource-group.ts";

const definitions = [resourceGroup, authorizationServer, api, backend, deployment];

/** What is particular to each simulated resource of azure-native. */
export function azureDefinitions(origins: ServiceOrigins): readonly ArmDefinition[] {
  return [...definitions, ...policies(new RecentConfigurations()), apiManagementService(origins)];
}

/** The simulated resources and lookups of azure-native, kept in the store. */
export function azureHandlers(store: ArmStore, origins: ServiceOrigins): Handlers {
  return {
    resources: azureDefinitions(origins).map((one) => armHandler(store, one)),
    functions: [
      {
        token: "azure-native:apimanagement:getApiManagementService",
        invoke: async (args) => {
          const { id, inputs, outputs } = resourceAt(store, serviceId(args));
          return { ...inputs, ...outputs, id, name: inputs.serviceName };
        },
      },
    ],
  };
}
