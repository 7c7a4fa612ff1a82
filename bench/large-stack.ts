import { configuredStack, type Proof, proveLocally } from "../commands/prove.ts";
import { RefusalLog } from "../commands/refusal-log.ts";
import { proofReport } from "../commands/report.ts";
import { type BenchStack, openBenchStack } from "./bench-stack.ts";
import { largeScopes } from "./large-document.ts";

/**
 * Provisions and proves in this process a stack whose one API is a document.
 *
 * @param document Its path in the project.
 * @throws {Error} with the report, where the proof fails.
 */
export async function proveLarge(
  document: string,
): Promise<Pick<BenchStack, "provisioned"> & { readonly proof: Proof }> {
  const log = new RefusalLog();
  const listeners = { log: log.add, onRefused: log.addRefusal };
  const apis = { large: { document, path: "large", mock: true } };
  const stack = { apis, scopes: largeScopes };
  const { cloud, settings, provisioned, outputs } = await openBenchStack(stack, listeners);
  try {
    const toProve = await configuredStack(settings, outputs);
    const proof = await proveLocally(cloud, { stack: toProve, refusalOf: log.refusalOf });
    if (!proof.passed) throw new Error(proofReport(proof, (_, text) => text, { stack: "local" }).join("\n"));
    return { provisioned, proof };
  } finally {
    await cloud.close();
  }
}
