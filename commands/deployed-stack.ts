import { askPulumi } from "./ask-pulumi.ts";
import { clientsToProve, configuredClaims } from "./clients-to-prove.ts";
import { readDeployedOutputs } from "./deployed-outputs.ts";
import { discoverStack } from "./discover-stack.ts";
import { type ExportedResource, exportedResources } from "./exported-resources.ts";
import { apisToProve, hasConfiguredApis, otherAppOf } from "./prove.ts";
import type { StackOutputs } from "./stack-outputs.ts";
import { readStackSettings, type StackSettings } from "./stack-settings.ts";
import type { StackToProve } from "./stack-to-prove.ts";

/** What is proved of a deployed stack. */
export type DeployedStack = Omit<StackToProve, "harmless">;

/**
 * Finds out what is to be proved of a deployed stack: by its settings and outputs where it is of this repository's program, else by the
 * resources in its state. Secrets stay in memory.
 *
 * @throws {CommandError} when Pulumi cannot read the stack, or there is nothing to prove in it.
 * @throws {DocumentError} when a document cannot be proved.
 */
export async function readDeployedStack(stack: string, settings: StackSettings): Promise<DeployedStack> {
  if (!hasConfiguredApis(settings)) return discoverDeployed(stack);
  const outputs = await readDeployedOutputs(stack);
  const apis = await apisToProve(settings, outputs);
  return {
    ...{ outputs, apis, clients: clientsToProve(settings, outputs), claims: configuredClaims(settings) },
    ...{ otherApp: otherAppOf(settings), notProved: [] },
  };
}

/**
 * The outputs of a deployed stack, or what stands for them in the state of another program; the documents of this repository's program
 * are not read.
 *
 * @throws {CommandError} when Pulumi cannot read the stack, or there is no app in it.
 */
export async function readOutputsOf(stack: string): Promise<StackOutputs> {
  const settings = await readStackSettings(stack, { encrypted: "skip", missing: "empty" });
  return hasConfiguredApis(settings) ? readDeployedOutputs(stack) : (await discoverDeployed(stack)).outputs;
}

async function discoverDeployed(stack: string): Promise<DeployedStack> {
  const { deployment } = JSON.parse(await askPulumi(stack, ["export", "--show-secrets"])) as {
    readonly deployment?: { readonly resources?: readonly ExportedResource[] };
  };
  const resources = exportedResources(deployment ?? {});
  // An instance that the program looks up is in no state: the program may say where its gateway is.
  const own = resources.find(({ type }) => type === "pulumi:pulumi:Stack");
  const gatewayUrl = own?.outputs.gatewayUrl;
  return discoverStack(resources, typeof gatewayUrl === "string" ? gatewayUrl : undefined);
}
