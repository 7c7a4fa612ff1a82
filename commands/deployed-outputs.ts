import { askPulumi } from "./ask-pulumi.ts";
import { parseOutputs, type StackOutputs } from "./stack-outputs.ts";

/**
 * Reads a deployed stack's outputs from Pulumi, the secret among them; they stay in memory.
 *
 * @throws {CommandError} in Pulumi's own words when there is no such stack, backend or passphrase.
 */
export async function readDeployedOutputs(stack: string): Promise<StackOutputs> {
  const text = await askPulumi(stack, ["output", "--json", "--show-secrets"]);
  return parseOutputs(JSON.parse(text), `Stack "${stack}"`);
}
