import { configuredStack, type Proof, proveLocally } from "../commands/prove.ts";
import { RefusalLog } from "../commands/refusal-log.ts";
import { proofReport } from "../commands/report.ts";
import { type BenchApis, type BenchStack, openBenchStack } from "./bench-stack.ts";
import { largeScopes } from "./large-document.ts";

/** A stack whose one API is such a document. */
export function largeSettings(document: string): BenchApis {
  return { apis: { large: { document, path: "large", mock: true } }, scopes: largeScopes };
}

/** A large document's stack, provisioned and proved. */
export interface LargeProof extends Pick<BenchStack, "provisioned"> {
  readonly proof: Proof;
  /** The most that the process had, once the stack was provisioned and before it was proved. */
  readonly provisionMemoryKilobytes: number;
}

/**
 * Provisions and proves in this process a stack whose one API is a document.
 *
 * @param document Its path in the project.
 * @throws {Error} with the report, where the proof fails.
 */
export async function proveLarge(document: string): Promise<LargeProof> {
  const log = new RefusalLog();
  const listeners = { log: log.add, onRefused: log.addRefusal };
  const stack = largeSettings(document);
  const { cloud, settings, provisioned, outputs } = await openBenchStack(stack, listeners);
  const { maxRSS: provisionMemoryKilobytes } = process.resourceUsage();
  try {
    const toProve = await configuredStack(settings, outputs);
    const proof = await proveLocally(cloud, { stack: toProve, refusalOf: log.refusalOf });
    if (!proof.passed) throw new Error(proofReport(proof, (_, text) => text, { stack: "local" }).join("\n"));
    return { provisioned, proof, provisionMemoryKilobytes };
  } finally {
    await cloud.close();
  }
}
