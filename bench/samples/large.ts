/** Provisions and proves in this process a stack whose one API is a document given by its path in the project. Reports what it took. */
import { proveLarge } from "../large-stack.ts";

const [document = ""] = process.argv.slice(2);
const { provisioned, proof, provisionMemoryKilobytes } = await proveLarge(document);
const report = {
  resources: provisioned.resources.length,
  cells: proof.answers.length,
  provisionSeconds: provisioned.seconds,
  matrixSeconds: proof.seconds,
  provisionMemoryKilobytes,
};
console.log(JSON.stringify(report));
