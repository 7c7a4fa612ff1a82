import * as path from "node:path";
import type { Handlers } from "../simulator/handlers.ts";
import type { FunctionHandler, Properties, ResourceHandler } from "../simulator/resource.ts";
import { provisionInProcess } from "./provision.ts";
import { readStackSettings } from "./stack-settings.ts";

/** A stack evaluated without a cloud. What only a deployment can know stands as a placeholder such as `{issuer}`. */
export interface Rendering {
  /** Every policy document by file name: `conference/api.xml`, `conference/getsessions.xml`. */
  readonly documents: ReadonlyMap<string, string>;
  /** How many resources the program registered. */
  readonly resources: number;
}

/** Evaluates the program for a stack, `dev` or `contoso/dev`, and keeps its policy documents. */
export async function renderStack(stack: string): Promise<Rendering> {
  const documents = new Map<string, string>();
  const settings = await readStackSettings(stack);
  const tier = settings.config[`${settings.project}:apimSku`];
  const portal = String(settings.config[`${settings.project}:developerPortalUrl`]);
  const { resources } = await provisionInProcess(settings, placeholders(documents, { tier, portal }));
  const sorted = [...documents].sort(([a], [b]) => a.localeCompare(b));
  return { documents: new Map(sorted), resources: resources.length };
}

const azure = "azure-native:apimanagement";

/**
 * Providers that make nothing: what the cloud would fill in, and the program reads, is a placeholder, and policies are kept. Types
 * of which the program reads nothing back need no entry.
 */
function placeholders(
  documents: Map<string, string>,
  { tier, portal }: { tier: string | undefined; portal: string },
): Handlers {
  const keep = (fileOf: (inputs: Properties) => string) => (inputs: Properties) => {
    documents.set(fileOf(inputs), String(inputs.value));
    return {};
  };
  return {
    resources: [
      resource("random:index/randomString:RandomString", () => ({ result: "{suffix}" })),
      resource("random:index/randomPassword:RandomPassword", () => ({ result: "{clientSecret}" })),
      resource("azure-native:resources:ResourceGroup", () => ({ name: "{resourceGroupName}" })),
      resource(`${azure}:ApiManagementService`, ({ serviceName }) => ({
        name: serviceName,
        gatewayUrl: "{gatewayUrl}",
        developerPortalUrl: portal.replaceAll("{service}", String(serviceName)),
      })),
      resource(`${azure}:AuthorizationServer`, ({ authsid }) => ({ name: authsid })),
      resource(`${azure}:Api`, ({ apiId }) => ({ name: apiId })),
      resource(`${azure}:Backend`, ({ backendId }) => ({ name: backendId })),
      resource(
        `${azure}:ApiPolicy`,
        keep(({ apiId }) => path.join(String(apiId), "api.xml")),
      ),
      resource(
        `${azure}:ApiOperationPolicy`,
        keep(({ apiId, operationId }) => path.join(String(apiId), `${operationId}.xml`)),
      ),
      resource("okta:auth/server:Server", () => ({ issuer: "{issuer}" })),
      resource("okta:app/oAuth:OAuth", () => ({ clientId: "{clientId}" })),
    ],
    otherResources: (type) => resource(type, () => ({})),
    functions: [
      lookup(`${azure}:getApiManagementService`, ({ serviceName }) => ({
        name: serviceName,
        gatewayUrl: "{gatewayUrl}",
        developerPortalUrl: "{developerPortalUrl}",
        sku: { name: tier },
      })),
      lookup("okta:auth/getServer:getServer", ({ name }) => ({
        ...{ name, issuer: "{issuer}", audiences: ["{audience}"] },
      })),
      lookup("okta:auth/getServerPolicy:getServerPolicy", () => ({ assignedClients: ["{clientId}"] })),
      lookup("okta:group/getGroup:getGroup", ({ name }) => ({ name })),
    ],
  };
}

function resource(type: string, outputs: (inputs: Properties) => Properties): ResourceHandler {
  const refuse = () =>
    Promise.reject(new Error(`Rendering only creates; "${type}" was asked for something else.`));
  return {
    type,
    check: () => [],
    replaceOnChanges: [],
    create: async (name, inputs) => ({ id: `{${name}}`, properties: outputs(inputs) }),
    read: refuse,
    update: refuse,
    delete: refuse,
  };
}

function lookup(token: string, result: (args: Properties) => Properties): FunctionHandler {
  return { token, invoke: async (args) => ({ id: "{id}", ...result(args) }) };
}
