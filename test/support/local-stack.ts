import { randomInt } from "node:crypto";
import type { JWK } from "jose";
import { localSecretsOf } from "../../commands/local-secrets.ts";
import { peopleOf } from "../../commands/people-settings.ts";
import { configuredStack, type Proof, proveLocally } from "../../commands/prove.ts";
import { type Provisioned, provisionInProcess, withOrigins } from "../../commands/provision.ts";
import { RefusalLog } from "../../commands/refusal-log.ts";
import { parseOutputs, plainOutputs, type StackOutputs } from "../../commands/stack-outputs.ts";
import { readStackSettings, type StackSettings } from "../../commands/stack-settings.ts";
import type { ArmResource } from "../../simulator/arm/arm-store.ts";
import { type LocalCloud, startCloud } from "../../simulator/cloud.ts";
import { SimulatorError } from "../../simulator/kernel/error.ts";
import { openListeners } from "../../simulator/kernel/listeners.ts";
import type { Properties, ResourceHandler } from "../../simulator/providers/resource.ts";
import { inputsOf, tokenOf } from "./direct-azure.ts";
import { handlerFor } from "./handler-for.ts";
import { withSettings } from "./settings.ts";

/** The program, provisioned in a local cloud of the test's own. */
export interface LocalStack {
  readonly cloud: LocalCloud;
  readonly provisioned: Provisioned;
  readonly settings: StackSettings;
  readonly outputs: StackOutputs;
  readonly log: string[];
  /** Sends the whole matrix, also as the clients whose private keys are given. */
  prove(privateKeys?: ReadonlyMap<string, JWK>): Promise<Proof>;
}

/** Starts an empty local cloud on free ports, with the people of the settings: those of the stack local unless told otherwise. */
export async function startTestCloud(
  log: string[] = [],
  refusals = new RefusalLog(),
  settings?: StackSettings,
): Promise<LocalCloud> {
  const known = settings ?? (await readStackSettings("local"));
  const people = peopleOf(known);
  return startCloud({
    log: (line) => log.push(line),
    onRefused: refusals.addRefusal,
    ...(people && { people }),
    secrets: localSecretsOf(known),
  });
}

/** The first of a local cloud's four ports. */
export function portOf({ origins }: Pick<LocalCloud, "origins">): number {
  return Number(new URL(origins.gateway).port);
}

// Below the ports that systems give to those who ask for any. Test files that run at a time never take the same, and a file takes none
// again, so that a cloud which is stopped for a while finds its ports free.
const slots = { first: 20_000, perWorker: 187, workers: 16 };
const worker = Number(process.env.VITEST_POOL_ID ?? 0) % slots.workers;
let slot = randomInt(slots.perWorker);

/** A port that is free like its three neighbours, as an option's text. */
export async function freePort(): Promise<string> {
  for (;;) {
    slot = (slot + 1) % slots.perWorker;
    const port = slots.first + 4 * (worker * slots.perWorker + slot);
    try {
      const plans = [0, 1, 2, 3].map((offset) => [String(offset), { name: "probe", port: port + offset }]);
      const { close } = await openListeners<string>(Object.fromEntries(plans));
      await close();
      return String(port);
    } catch (error) {
      if (!(error instanceof SimulatorError && error.code === "PortTaken")) throw error;
    }
  }
}

/** Settings with the cloud's own origins in the place of those of a cloud on the default ports. */
export function settingsFor({ origins }: LocalCloud, settings: StackSettings): StackSettings {
  return withOrigins(settings, origins);
}

/** Runs index.ts with the settings of the stack local against a local cloud; `config` overrides single keys. */
export async function startLocalStack(config: Readonly<Record<string, string>> = {}): Promise<LocalStack> {
  const log: string[] = [];
  const refusals = new RefusalLog();
  const changed = withSettings(await readStackSettings("local"), config);
  const cloud = await startTestCloud(log, refusals, changed);
  const settings = settingsFor(cloud, changed);
  try {
    const provisioned = await provisionInProcess(settings, cloud.providerHandlers);
    const outputs = parseOutputs(plainOutputs(provisioned.outputs), "the test's stack");
    const prove = async (privateKeys: ReadonlyMap<string, JWK> = new Map()) =>
      proveLocally(cloud, {
        privateKeys,
        stack: await configuredStack(settings, outputs),
        refusalOf: refusals.refusalOf,
      });
    return { cloud, provisioned, settings, outputs, log, prove };
  } catch (error) {
    await cloud.close();
    throw error;
  }
}

/** An Azure resource with Pulumi's type and inputs. */
export interface AzureResource {
  readonly id: string;
  readonly type: string;
  readonly inputs: Properties;
}

/** The Azure resources of a type of Pulumi's, in the order of creation. */
export function azureResources({ store }: Pick<LocalCloud, "store">, type: string): readonly AzureResource[] {
  return store
    .toJSON()
    .resources.map(asAzureResource)
    .filter((resource) => resource.type === type);
}

/** The inputs of an Azure resource; none where there is no such resource. */
export function azureInputs({ store }: Pick<LocalCloud, "store">, id: string): Properties | undefined {
  const resource = store.get(id);
  return resource && inputsOf(resource);
}

function asAzureResource(resource: ArmResource): AzureResource {
  return { id: resource.id, type: tokenOf(resource), inputs: inputsOf(resource) };
}

/** The handler of a resource type, to change a resource behind Pulumi's back. */
export function handlerOf(cloud: LocalCloud, type: string): ResourceHandler {
  return handlerFor(cloud.providerHandlers.resources, type);
}

/** Puts a resource again with changed inputs, as a person in the portal would. */
export async function changeResource(
  cloud: LocalCloud,
  id: string,
  change: (inputs: Properties) => Properties,
): Promise<void> {
  const resource = cloud.store.get(id);
  if (resource === undefined) throw new Error(`The local cloud must have a resource "${id}"; got none.`);
  await handlerOf(cloud, tokenOf(resource)).update(id, change(inputsOf(resource)));
}

/** Publishes the developer portal as the instance is now, under a revision's name. */
export async function publishPortal({ cloud }: LocalStack, revision: string): Promise<void> {
  const [service] = azureResources(cloud, "azure-native:apimanagement:ApiManagementService");
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
