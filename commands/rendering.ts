import * as path from "node:path";
import { readDocument } from "../openapi/document.ts";
import type { Finding } from "../openapi/finding.ts";
import { cloudOrigins, defaultPort } from "../simulator/cloud-origins.ts";
import type { Registration } from "../simulator/engine/registration.ts";
import type { ProviderHandlers } from "../simulator/providers/provider-handlers.ts";
import type { FunctionHandler, Properties, ResourceHandler } from "../simulator/providers/resource.ts";
import { projectRoot } from "./project.ts";
import { configuredApis, hasConfiguredApis } from "./prove.ts";
import { evaluateProgram, withOrigins } from "./provision.ts";
import { readStackSettings, type StackSettings, stackName } from "./stack-settings.ts";

/** A stack evaluated without a cloud. What only a deployment can know stands as a placeholder such as `{issuer}`. */
export interface Rendering {
  /** Every policy document, and what is imported, by file name: `conference/api.xml`, `conference/openapi.json`. */
  readonly documents: ReadonlyMap<string, string>;
  /** By the API's name, where there are any: what the import changes, and what the reader has to know. */
  readonly findings: ReadonlyMap<string, readonly Finding[]>;
  /** How many resources the program registered. */
  readonly resources: number;
}

/** Evaluates the program for a stack, `dev` or `contoso/dev`, and keeps its policy documents and what is imported. */
export async function renderStack(stack: string): Promise<Rendering> {
  const settings = placed(await readSettingsToRender(stack));
  const tier = settings.config[`${settings.project}:apimSku`];
  const portal = String(settings.config[`${settings.project}:developerPortalUrl`]);
  const { registrations } = await evaluateProgram(settings, placeholders({ tier, portal }));
  const documents = registrations.flatMap(documentOf).sort(([a], [b]) => a.localeCompare(b));
  const findings = await findingsOf(settings);
  return { documents: new Map(documents), findings, resources: registrations.length };
}

/**
 * The settings of a stack to render. A project whose program needs none has no file for the stack local.
 *
 * @throws {CommandError} when the stack cannot be read.
 */
export function readSettingsToRender(stack: string): Promise<StackSettings> {
  return readStackSettings(stack, { missing: stackName(stack) === "local" ? "empty" : "refuse" });
}

/** The stack local as it is on the default ports; no other stack is in a local cloud. */
function placed(settings: StackSettings): StackSettings {
  return settings.stack === "local" ? withOrigins(settings, cloudOrigins(defaultPort)) : settings;
}

async function findingsOf(settings: StackSettings): Promise<Rendering["findings"]> {
  if (!hasConfiguredApis(settings)) return new Map();
  const read = Object.entries(configuredApis(settings)).map(
    async ([name, api]) => [name, (await readDocument(api, projectRoot)).findings] as const,
  );
  return new Map((await Promise.all(read)).filter(([, findings]) => findings.length > 0));
}

const azure = "azure-native:apimanagement";

/** The document that a registration holds, with its file's name; none where it holds no text, or the link of one. */
export function documentOf({
  type,
  inputs,
}: Pick<Registration, "type" | "inputs">): readonly (readonly [file: string, text: string])[] {
  const { apiId, operationId, value, format } = inputs;
  if (typeof value !== "string" || String(format).endsWith("-link")) return [];
  // A program may name a version of Azure's API: `azure-native:apimanagement/v20240501:Api`.
  switch (type.replace(/\/v\d+(?:preview)?:/, ":")) {
    case `${azure}:Api`:
      return [importedFile(fileName(apiId), value)];
    case `${azure}:ApiPolicy`:
      return [[path.join(fileName(apiId), "api.xml"), value]];
    case `${azure}:ApiOperationPolicy`:
      return [[path.join(fileName(apiId), `${fileName(operationId)}.xml`), value]];
    case `${azure}:Policy`:
      return [["global.xml", value]];
    default:
      return [];
  }
}

/** A name as a file has it: Azure allows slashes and periods in it, which would lead out of the folder. */
function fileName(name: unknown): string {
  return encodeURIComponent(String(name)).replace(/^\.+/, (dots) => "%2E".repeat(dots.length));
}

/**
 * Providers that make nothing: what the cloud would fill in, and the program reads, is a placeholder. Types of which the program
 * reads nothing back need no entry.
 */
function placeholders({ tier, portal }: { tier: string | undefined; portal: string }): ProviderHandlers {
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

/** JSON with each field on a line of its own, so that a difference shows what changed; what is no JSON as it stands. */
function importedFile(folder: string, text: string): readonly [file: string, text: string] {
  try {
    return [path.join(folder, "openapi.json"), `${JSON.stringify(JSON.parse(text), null, 2)}\n`];
  } catch {
    return [path.join(folder, "openapi.yaml"), text];
  }
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
