import { type Proof, proveLocally } from "../../commands/prove.ts";
import { type Provisioned, provisionInProcess, withBackend } from "../../commands/provision.ts";
import { parseOutputs, plainOutputs, type StackOutputs } from "../../commands/stack-outputs.ts";
import { readStackSettings, type StackSettings } from "../../commands/stack-settings.ts";
import { cloudOrigins, defaultPort, type LocalCloud, startCloud } from "../../simulator/cloud.ts";
import { freePorts } from "../../simulator/free-ports.ts";
import type { Properties, ResourceHandler } from "../../simulator/resource.ts";

/** The program, provisioned in a local cloud of the test's own. */
export interface LocalStack {
  readonly cloud: LocalCloud;
  readonly provisioned: Provisioned;
  readonly settings: StackSettings;
  readonly outputs: StackOutputs;
  readonly log: string[];
  /** Sends the whole matrix. */
  prove(): Promise<Proof>;
}

/** Starts a local cloud on four free ports. */
export function startTestCloud(log: string[] = []): Promise<{ cloud: LocalCloud; port: number }> {
  return freePorts((port) => startCloud({ port, log: (line) => log.push(line) }));
}

/** Runs index.ts with the settings of the stack local against a local cloud; `config` overrides single keys. */
export async function startLocalStack(config: Readonly<Record<string, string>> = {}): Promise<LocalStack> {
  const log: string[] = [];
  const { cloud, port } = await startTestCloud(log);
  const fromFile = await readStackSettings("local");
  const settings = withBackend(
    { ...fromFile, config: { ...fromFile.config, ...config } },
    { from: cloudOrigins(defaultPort).backend, to: cloudOrigins(port).backend },
  );
  try {
    const provisioned = await provisionInProcess(settings, cloud.handlers);
    const outputs = parseOutputs(plainOutputs(provisioned.outputs), "the test's stack");
    const prove = () => proveLocally(cloud, { settings, outputs, takeLog: () => log.splice(0) });
    return { cloud, provisioned, settings, outputs, log, prove };
  } catch (error) {
    await cloud.close();
    throw error;
  }
}

/** The handler of a resource type, to change a resource behind Pulumi's back. */
export function handlerOf(cloud: LocalCloud, type: string): ResourceHandler {
  const found = cloud.handlers.resources.find((handler) => handler.type === type);
  if (found === undefined) throw new Error(`The local cloud must have a handler for "${type}"; got none.`);
  return found;
}

/** Puts a resource again with changed inputs, as a person in the portal would. */
export async function changeResource(
  cloud: LocalCloud,
  id: string,
  change: (inputs: Properties) => Properties,
): Promise<void> {
  const resource = cloud.store.get(id);
  if (resource === undefined) throw new Error(`The local cloud must have a resource "${id}"; got none.`);
  await handlerOf(cloud, resource.type).update(id, change(resource.inputs));
}

/** Publishes the developer portal as the instance is now, under a revision's name. */
export async function publishPortal({ cloud }: LocalStack, revision: string): Promise<void> {
  const [service] = cloud.store.all("azure-native:apimanagement:ApiManagementService");
  const resource = {
    type: "Microsoft.ApiManagement/service/portalRevisions",
    apiVersion: "2024-05-01",
    name: `${service?.inputs.serviceName}/${revision}`,
    properties: { isCurrent: true },
  };
  await handlerOf(cloud, "azure-native:resources:Deployment").create("again", {
    resourceGroupName: service?.inputs.resourceGroupName,
    properties: { mode: "Incremental", template: { resources: [resource] } },
  });
}
