import * as pulumi from "@pulumi/pulumi";
import { vi } from "vitest";
import { readStackSettings } from "../../commands/stack-settings.ts";
import { withSettings } from "./settings.ts";

/** What the program asked the engine to register. */
export interface Registration {
  readonly type: string;
  readonly name: string;
  /** Plain values; secrets opened. */
  readonly inputs: Readonly<Record<string, unknown>>;
  /** Names of the inputs that are secret. */
  readonly secretInputs: readonly string[];
  /** Name of the parent resource. */
  readonly parent: string;
  /** Names of the resources that come first. */
  readonly dependencies: readonly string[];
  readonly protect: boolean;
  readonly retainOnDelete: boolean;
  /** Go duration, "2h". */
  readonly createTimeout: string;
  readonly additionalSecretOutputs: readonly string[];
  readonly replaceOnChanges: readonly string[];
  readonly deleteBeforeReplace: boolean;
  /** Former names. */
  readonly aliases: readonly string[];
  /** Former types. */
  readonly aliasTypes: readonly string[];
  /** Names of the inputs that an update leaves as they are. */
  readonly ignoreChanges: readonly string[];
}

/** The part of Pulumi's RegisterResource request that is looked at here. */
interface Request {
  getType(): string;
  getName(): string;
  getParent(): string;
  getProtect(): boolean;
  getRetainondelete(): boolean;
  getDependenciesList(): string[];
  getAdditionalsecretoutputsList(): string[];
  getReplaceonchangesList(): string[];
  getDeletebeforereplace(): boolean;
  getAliasesList(): { getSpec(): { getName(): string; getType(): string } | undefined }[];
  getIgnorechangesList(): string[];
  getCustomtimeouts(): { getCreate(): string } | undefined;
  getObject(): { toJavaScript(): Record<string, unknown> };
}
type Register = (request: Request, callback: unknown) => void;

const outputs: Readonly<Record<string, object>> = {
  "random:index/randomString:RandomString": { result: "abc123" },
  "random:index/randomPassword:RandomPassword": { result: pulumi.secret("s3cret-of-the-app") },
  "okta:app/oAuth:OAuth": { clientId: "0oaClient" },
  "okta:auth/server:Server": { issuer: "https://dev-1.okta.com/oauth2/ausOwn" },
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
  readonly lastOutputs?: Readonly<Record<string, unknown>>;
  /** In the place of what Azure answers of an adopted instance. */
  readonly adopted?: object;
}

const mocks = ({ lastOutputs = {}, adopted = {} }: Before): pulumi.runtime.Mocks => ({
  newResource: async ({ type, name, inputs }) => {
    if (type === "pulumi:pulumi:StackReference")
      return { id: name, state: { name: inputs.name, outputs: lastOutputs, secretOutputNames: [] } };
    const nameInput = named[type.split(":").at(-1) ?? ""];
    const ownName = nameInput === undefined ? {} : { name: inputs[nameInput] };
    const urls = type.endsWith(":ApiManagementService") ? instanceUrls(inputs.serviceName) : {};
    return { id: `${name}-id`, state: { ...inputs, ...ownName, ...urls, ...outputs[type] } };
  },
  call: async ({ token, inputs }) => {
    if (token === "azure-native:apimanagement:getApiManagementService") {
      const { serviceName } = inputs;
      return {
        name: serviceName,
        ...instanceUrls(serviceName),
        sku: { name: "Developer", capacity: 1 },
        ...adopted,
      };
    }
    if (token === "okta:auth/getServerPolicy:getServerPolicy") return { assignedClients: ["ALL_CLIENTS"] };
    if (token === "okta:group/getGroup:getGroup") return { id: "00gGroup", name: inputs.name };
    return {
      id: "default",
      issuer: "https://dev-1.okta.com/oauth2/default",
      audiences: ["api://default"],
      ...inputs,
    };
  },
});

/** Where Azure has an instance, and where the local cloud has it. */
function instanceUrls(serviceName: unknown): object {
  const host = `https://${serviceName}`;
  const portal = pulumi.getStack() === "local" ? "http://127.0.0.1:8401" : `${host}.developer.azure-api.net`;
  return { gatewayUrl: `${host}.azure-api.net`, developerPortalUrl: portal };
}

/** A run of the program under Pulumi's mocks. */
export interface RecordedRun {
  readonly registrations: readonly Registration[];
  readonly outputs: Readonly<Record<string, unknown>>;
  /** Names of the outputs that are Pulumi secrets. */
  readonly secretOutputs: readonly string[];
}

/** Evaluates index.ts with the settings of a stack and single keys changed; `undefined` takes a key away. */
export async function record(
  stack: string,
  change: Readonly<Record<string, string | undefined>> = {},
  before: Before = {},
): Promise<RecordedRun> {
  const settings = withSettings(await readStackSettings(stack), change);
  pulumi.runtime.setAllConfig({ ...settings.config });
  await pulumi.runtime.setMocks(mocks(before), settings.project, stack, false, "organization");
  const registrations = recordRegistrations();
  vi.resetModules();
  let exported: Record<string, unknown> = {};
  await pulumi.runtime.runInPulumiStack(async () => {
    exported = { ...(await import("../../index.ts")) };
    return exported;
  });
  await pulumi.runtime.disconnect();
  const entries = Object.entries(exported).map(([name, value]) => [name, pulumi.output(value)] as const);
  const values = await Promise.all(
    entries.map(async ([name, output]) => [name, await settled(output)] as const),
  );
  const secrets = await Promise.all(
    entries.map(async ([name, output]) => ((await pulumi.isSecret(output)) ? [name] : [])),
  );
  return { registrations, outputs: Object.fromEntries(values), secretOutputs: secrets.flat() };
}

function settled(output: pulumi.Output<unknown>): Promise<unknown> {
  return new Promise((resolve) => {
    output.apply(resolve);
  });
}

// Mocks show type, name and inputs only; the rest stands in the request to the mock monitor.
function recordRegistrations(): readonly Registration[] {
  const registrations: Registration[] = [];
  const { getMonitor } = pulumi.runtime as unknown as { getMonitor(): { registerResource: Register } };
  const monitor = getMonitor();
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request, callback) => {
    registrations.push(readRequest(request));
    register(request, callback);
  };
  return registrations;
}

const nameOf = (urn: string) => urn.split("::").at(-1) ?? "";

function readRequest(request: Request): Registration {
  const raw = Object.entries(request.getObject().toJavaScript());
  return {
    type: request.getType(),
    name: request.getName(),
    inputs: Object.fromEntries(raw.map(([key, value]) => [key, pulumi.runtime.unwrapRpcSecret(value)])),
    secretInputs: raw.filter(([, value]) => pulumi.runtime.isRpcSecret(value)).map(([key]) => key),
    parent: nameOf(request.getParent()),
    dependencies: [...new Set(request.getDependenciesList().map(nameOf))].sort(),
    protect: request.getProtect(),
    retainOnDelete: request.getRetainondelete(),
    createTimeout: request.getCustomtimeouts()?.getCreate() ?? "",
    additionalSecretOutputs: request.getAdditionalsecretoutputsList(),
    replaceOnChanges: request.getReplaceonchangesList(),
    deleteBeforeReplace: request.getDeletebeforereplace(),
    // azure-native's own aliases name older types, ours name older names.
    aliases: request.getAliasesList().flatMap((alias) => alias.getSpec()?.getName() || []),
    aliasTypes: request.getAliasesList().flatMap((alias) => alias.getSpec()?.getType() || []),
    ignoreChanges: request.getIgnorechangesList(),
  };
}
