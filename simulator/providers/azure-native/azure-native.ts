import type { Handlers } from "../handlers.ts";
import { getterOf, secretsOf } from "./azure-native-functions.ts";
import { type AzureAccess, azureNativeResource } from "./azure-native-resource.ts";
import { definitions, type ResourceDefinition } from "./definition.ts";

/** azure-native 3.28.0: its resource types that the local cloud has, and the functions that read them. */
export function azureNativeHandlers(access: AzureAccess): Handlers {
  const types = Object.entries(definitions.resources);
  return {
    resources: types.map(([type, definition]) => azureNativeResource(type, definition, access)),
    functions: [
      ...types.map(([type, definition]) => getterOf(type, definition, access)),
      ...secretFunctions.map(([token, type, action]) =>
        secretsOf(`azure-native:apimanagement:${token}`, { definition: definitionOf(type), action }, access),
      ),
    ],
  };
}

const secretFunctions = [
  ["listAuthorizationServerSecrets", "AuthorizationServer", "listSecrets"],
  ["listNamedValue", "NamedValue", "listValue"],
  ["listSubscriptionSecrets", "Subscription", "listSecrets"],
] as const;

function definitionOf(name: string): ResourceDefinition {
  const definition = definitions.resources[`azure-native:apimanagement:${name}`];
  if (definition === undefined) throw new Error(`definitions.json has no "${name}".`);
  return definition;
}
