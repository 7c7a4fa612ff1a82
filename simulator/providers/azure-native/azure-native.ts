import * as https from "node:https";
import { decodeJwt } from "jose";
import { type Clock, machineClock } from "../../kernel/clock.ts";
import type { ProviderHandlers } from "../provider-handlers.ts";
import type { FunctionHandler } from "../resource.ts";
import { type AzureCredentials, type BearerTokenSource, clientSecretLogin } from "./azure-login.ts";
import { getterOf, secretsOf } from "./azure-native-functions.ts";
import { type AzureScope, azureNativeResource } from "./azure-native-resource.ts";
import { definitions, type ResourceDefinition } from "./definition.ts";
import { httpsSender } from "./https-request.ts";
import { ResourceManagerClient } from "./resource-manager-client.ts";

/** Where azure-native finds Azure, and as whom it comes. */
export interface AzureNativeOptions {
  /** Origin of Azure Resource Manager. */
  readonly origin: string;
  /** PEM of the authority that signed its certificate. */
  readonly certificateAuthority: string;
  readonly subscriptionId: string;
  readonly credentials: AzureCredentials;
  /** Tells how long a token is good. @defaultValue the machine's */
  readonly clock?: Clock;
}

/** azure-native's resource types and functions, and the connections that they keep open. */
export interface AzureNative {
  readonly providerHandlers: ProviderHandlers;
  /** Drops the connections. */
  close(): void;
}

/** A login at Azure, and the connections that it keeps open. */
export interface AzureConnection {
  readonly azure: ResourceManagerClient;
  /** Gives the token that `azure` sends. */
  readonly token: BearerTokenSource;
  /** Drops the connections. */
  close(): void;
}

/** Logs in at Azure with a client's secret, as soon as the first request needs a token. */
export function connectAzure({
  origin,
  certificateAuthority,
  credentials,
  clock = machineClock,
}: Omit<AzureNativeOptions, "subscriptionId">): AzureConnection {
  const agent = new https.Agent({ keepAlive: true, ca: certificateAuthority });
  const send = httpsSender(agent);
  const token = clientSecretLogin(credentials, send, clock);
  return {
    azure: new ResourceManagerClient({ origin, send, token }),
    token,
    close: () => agent.destroy(),
  };
}

/** azure-native 3.28.0: its resource types that the local cloud has, and the functions that read them. */
export function azureNative({ subscriptionId, ...options }: AzureNativeOptions): AzureNative {
  const { azure, token, close } = connectAzure(options);
  const { credentials } = options;
  const handlers = azureNativeHandlers({ azure, subscriptionId });
  return {
    providerHandlers: {
      ...handlers,
      functions: [...handlers.functions, clientConfig({ token, subscriptionId, credentials })],
    },
    close,
  };
}

/** The same for a client of the caller's. */
export function azureNativeHandlers(scope: AzureScope): ProviderHandlers {
  const types = Object.entries(definitions.resources);
  return {
    resources: types.map(([type, definition]) => azureNativeResource(type, definition, scope)),
    functions: [
      ...types
        .filter(([, { isLink }]) => isLink !== true)
        .map(([type, definition]) => getterOf(type, definition, scope)),
      ...secretFunctions.map(([token, type, action]) =>
        secretsOf(`azure-native:apimanagement:${token}`, { definition: definitionOf(type), action }, scope),
      ),
    ],
  };
}

/**
 * `azure-native:authorization:getClientConfig`: who azure-native is.
 *
 * @see https://github.com/pulumi/pulumi-azure-native/blob/master/provider/pkg/provider/auth_getclientconfig.go
 */
function clientConfig({
  token,
  subscriptionId,
  credentials: { clientId, tenantId },
}: {
  readonly token: BearerTokenSource;
  readonly subscriptionId: string;
  readonly credentials: Pick<AzureCredentials, "clientId" | "tenantId">;
}): FunctionHandler {
  return {
    token: "azure-native:authorization:getClientConfig",
    invoke: async () => {
      const { oid: objectId } = decodeJwt(await token());
      return { clientId, tenantId, subscriptionId, objectId };
    },
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
