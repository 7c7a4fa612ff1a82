import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { CommandError } from "./command-error.ts";
import { projectRoot } from "./project.ts";

/**
 * What `pulumi stack …` prints of a deployed stack.
 *
 * @throws {CommandError} in Pulumi's own words when there is no such stack, backend or passphrase.
 */
export async function askPulumi(stack: string, args: readonly string[]): Promise<string> {
  const all = ["stack", ...args, "--stack", stack];
  // A stack's state holds whole documents.
  const options = { cwd: projectRoot, maxBuffer: Number.POSITIVE_INFINITY };
  const { stdout } = await promisify(execFile)("pulumi", all, options).catch((error: unknown) => {
    const { stderr = "", message } = error as { stderr?: string; message: string };
    const nextStep =
      stack === "local"
        ? "The local cloud's own stack is read behind `npm run local --`; `npm run token` without --stack is for the running one."
        : "`npx pulumi stack ls` names the stacks.";
    throw new CommandError(`Pulumi cannot read stack "${stack}":\n${stderr.trim() || message}\n${nextStep}`, {
      code: "pulumi",
      cause: error,
    });
  });
  return stdout;
}
