import { withOrigins } from "../../commands/provision.ts";
import { readStackSettings } from "../../commands/stack-settings.ts";
import { cloudOrigins, defaultPort } from "../../simulator/cloud-origins.ts";
import { runInProcess } from "../../simulator/engine/in-process.ts";
import type { Notice } from "../../simulator/engine/program-log.ts";
import type { Registration } from "../../simulator/engine/registration.ts";
import type { ProviderHandlers } from "../../simulator/providers/provider-handlers.ts";
import type { FunctionHandler, Properties, ResourceHandler } from "../../simulator/providers/resource.ts";
import { withSettings } from "./settings.ts";

const program = new URL("../../index.ts", import.meta.url).href;
let runs = 0;

const outputs: Readonly<Record<string, Properties>> = {
  "random:index/randomString:RandomString": { result: "abc123" },
  "random:index/randomPassword:RandomPassword": { result: "s3cret-of-the-app" },
  "okta:app/oAuth:OAuth": { clientId: "0oaClient" },
  "okta:auth/server:Server": { issuer: "https://dev-1.okta.com/oauth2/ausOwn" },
};
const secrets: Readonly<Record<string, readonly string[]>> = {
  "random:index/randomPassword:RandomPassword": ["result"],
};
const named: Readonly<Record<string, string>> = {
  ResourceGroup: "resourceGroupName",
  ApiManagementService: "serviceName",
  Api: "apiId",
  AuthorizationServer: "authsid",
  Backend: "backendId",
};

/** What is there before the program runs. */
export interface Before {
  /** The stack's own. */
  readonly lastOutputs?: Properties;
  /** In the place of what Azure answers of an adopted instance. */
  readonly adopted?: object;
}

/** Providers that refuse nothing, and answer the same each time. */
function fixedProviders(stack: string, adopted: object): ProviderHandlers {
  const urlsOf = (serviceName: unknown) => instanceUrls(stack, serviceName);
  return {
    resources: [],
    otherResources: (type) => fixedResource(type, urlsOf),
    functions: [
      lookUp("azure-native:apimanagement:getApiManagementService", ({ serviceName }) => ({
        ...{ name: serviceName, ...urlsOf(serviceName), sku: { name: "Developer", capacity: 1 } },
        ...adopted,
      })),
      lookUp("okta:auth/getServerPolicy:getServerPolicy", () => ({ assignedClients: ["ALL_CLIENTS"] })),
      lookUp("okta:policy/getPolicy:getPolicy", ({ name, type }) => ({
        id: `id of ${type} ${name}`,
        name,
        type,
      })),
      lookUp("okta:group/getGroup:getGroup", ({ name }) => ({ id: "00gGroup", name })),
      lookUp("okta:auth/getServer:getServer", (inputs) => ({
        ...{ id: "default", issuer: "https://dev-1.okta.com/oauth2/default", audiences: ["api://default"] },
        ...inputs,
      })),
    ],
  };
}

function fixedResource(type: string, urlsOf: (serviceName: unknown) => object): ResourceHandler {
  const refuse = () =>
    Promise.reject(new Error(`Only registrations are recorded; "${type}" exists nowhere.`));
  const nameInput = named[type.split(":").at(-1) ?? ""];
  return {
    type,
    check: () => [],
    replaceOnChanges: [],
    create: async (name, inputs) => {
      const ownName = nameInput === undefined ? {} : { name: inputs[nameInput] };
      const urls = type.endsWith(":ApiManagementService") ? urlsOf(inputs.serviceName) : {};
      const properties = { ...inputs, ...ownName, ...urls, ...outputs[type] };
      return { id: `${name}-id`, properties, secrets: secrets[type] ?? [] };
    },
    read: refuse,
    update: refuse,
    delete: refuse,
  };
}

function lookUp(token: string, result: (args: Properties) => Properties): FunctionHandler {
  return { token, invoke: async (args) => result(args) };
}

/** Where Azure has an instance, and where the local cloud has it. */
function instanceUrls(stack: string, serviceName: unknown): object {
  const host = `https://${serviceName}`;
  const portal = stack === "local" ? "http://127.0.0.1:8401" : `${host}.developer.azure-api.net`;
  return { gatewayUrl: `${host}.azure-api.net`, developerPortalUrl: portal };
}

/** A run of the program over providers that make nothing. */
export interface RecordedRun {
  readonly registrations: readonly Registration[];
  readonly outputs: Readonly<Record<string, unknown>>;
  /** Names of the outputs that are Pulumi secrets. */
  readonly secretOutputs: readonly string[];
  /** What the program says. */
  readonly notices: readonly Notice[];
}

/** Evaluates index.ts with the settings of a stack and single keys changed; `undefined` takes a key away. */
export async function record(
  stack: string,
  change: Readonly<Record<string, string | undefined>> = {},
  { lastOutputs = {}, adopted = {} }: Before = {},
): Promise<RecordedRun> {
  const written = withSettings(await readStackSettings(stack), change);
  const { project, config } = stack === "local" ? withOrigins(written, cloudOrigins(defaultPort)) : written;
  const result = await runInProcess({
    ...{ project, stack, config, lastOutputs },
    providerHandlers: fixedProviders(stack, adopted),
    program: () => {
      runs += 1;
      // A module is evaluated once, and each query makes it another; what it imports is shared.
      return import(/* @vite-ignore */ `${program}?run=${runs}`);
    },
  });
  const entries = Object.entries(result.outputs);
  return {
    registrations: result.registrations,
    notices: result.notices,
    outputs: Object.fromEntries(entries.map(([name, { value }]) => [name, value])),
    secretOutputs: entries.flatMap(([name, { secret }]) => (secret ? [name] : [])),
  };
}
