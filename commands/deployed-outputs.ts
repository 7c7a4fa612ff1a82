import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { CommandError } from "./command-error.ts";
import { projectRoot } from "./project.ts";
import { parseOutputs, type StackOutputs } from "./stack-outputs.ts";

/**
 * Reads a deployed stack's outputs from Pulumi, the secret among them; they stay in memory.
 *
 * @throws {CommandError} in Pulumi's own words when there is no such stack, backend or passphrase.
 */
export async function readDeployedOutputs(stack: string): Promise<StackOutputs> {
  const args = ["stack", "output", "--stack", stack, "--json", "--show-secrets"];
  const { stdout } = await promisify(execFile)("pulumi", args, { cwd: projectRoot }).catch(
    (error: unknown) => {
      const { stderr = "", message } = error as { stderr?: string; message: string };
      const nextStep =
        stack === "local"
          ? "The local cloud's own stack is read behind `npm run local --`; `npm run token` without --stack is for the running one."
          : "`npx pulumi stack ls` names the stacks.";
      throw new CommandError(
        `Stack "${stack}" must have outputs that Pulumi can read; got:\n${stderr.trim() || message}\n${nextStep}`,
        { cause: error },
      );
    },
  );
  return parseOutputs(JSON.parse(stdout), `Stack "${stack}"`);
}
