import { SimulatorError } from "../../kernel/error.ts";
import type { FunctionHandler } from "../resource.ts";
import type { AzureScope } from "./azure-native-resource.ts";
import { toOutputs } from "./azure-shape.ts";
import type { ResourceDefinition } from "./definition.ts";
import { pathOf } from "./resource-path.ts";

/** `azure-native:apimanagement:Api` → the function `azure-native:apimanagement:getApi`, which reads such a resource. */
export function getterOf(
  type: string,
  definition: ResourceDefinition,
  { azure, subscriptionId }: AzureScope,
): FunctionHandler {
  const { apiVersion, answer: model } = definition;
  return {
    token: type.replace(/[^:]*$/, (name) => `get${name}`),
    invoke: async (args) => {
      const path = pathOf(definition, subscriptionId, args);
      const answer = await azure.get({ path, apiVersion }).catch((error: unknown) => failed(path, error));
      return { ...toOutputs(model, answer), id: answer.id ?? path, azureApiVersion: apiVersion };
    },
  };
}

/** A function that asks for the secrets of a resource: `listAuthorizationServerSecrets`. */
export function secretsOf(
  token: string,
  { definition, action }: { readonly definition: ResourceDefinition; readonly action: string },
  { azure, subscriptionId }: AzureScope,
): FunctionHandler {
  return {
    token,
    invoke: async (args) => {
      const path = `${pathOf(definition, subscriptionId, args)}/${action}`;
      return azure
        .post({ path, apiVersion: definition.apiVersion })
        .catch((error: unknown) => failed(path, error));
    },
  };
}

function failed(path: string, error: unknown): never {
  if (!(error instanceof SimulatorError)) throw error;
  throw new SimulatorError(error.code, `request failed ${path}: ${error.message}`, { cause: error });
}
