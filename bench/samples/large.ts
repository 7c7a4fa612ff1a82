/** Provisions and proves in this process a stack whose one API is a document given by its path in the project. Reports what it took. */
import { configuredStack, proveLocally } from "../../commands/prove.ts";
import { provisionInProcess, withOrigins } from "../../commands/provision.ts";
import { RefusalLog } from "../../commands/refusal-log.ts";
import { proofReport } from "../../commands/report.ts";
import { parseOutputs, plainOutputs } from "../../commands/stack-outputs.ts";
import { readStackSettings } from "../../commands/stack-settings.ts";
import { startCloud } from "../../simulator/cloud.ts";

const [document = ""] = process.argv.slice(2);
const log = new RefusalLog();
const cloud = await startCloud({ log: log.add, onRefused: log.addRefusal });
const local = await readStackSettings("local");
const apis = JSON.stringify({ large: { document, path: "large", mock: true } });
const withDocument = { ...local, config: { ...local.config, [`${local.project}:apis`]: apis } };
const settings = withOrigins(withDocument, cloud.origins);
const provisioned = await provisionInProcess(settings, cloud.providerHandlers);
const outputs = parseOutputs(plainOutputs(provisioned.outputs), 'Stack "local"');
const stack = await configuredStack(settings, outputs);
const proof = await proveLocally(cloud, { stack, refusalOf: log.refusalOf });
if (!proof.passed) throw new Error(proofReport(proof, (_, text) => text, { stack: "local" }).join("\n"));
await cloud.close();
const report = {
  resources: provisioned.resources.length,
  cells: proof.answers.length,
  provisionSeconds: provisioned.seconds,
  matrixSeconds: proof.seconds,
  peakMemoryKilobytes: process.resourceUsage().maxRSS,
};
console.log(JSON.stringify(report));
