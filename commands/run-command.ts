import { DocumentError } from "../apis/document-error.ts";
import { SimulatorError } from "../simulator/error.ts";
import { StackError } from "../simulator/in-process.ts";
import { TokenRequestError } from "../verify/okta-client.ts";
import { CommandError } from "./command-error.ts";

const forPeople = [CommandError, StackError, SimulatorError, DocumentError, TokenRequestError];

/** What a shell shows for a program that Ctrl-C ended. */
export const interruptedExitCode = 130;

/** Runs a command's main function: what a person can mend is printed without a stack trace, and the exit code is 1. */
export async function runCommand(main: (args: string[]) => Promise<number>): Promise<void> {
  // Whoever read the output, `head` for one, wants no more of it.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    process.exit(0);
  });
  try {
    process.exitCode = await main(process.argv.slice(2));
    // Work that was cut off half-way may still wait for what is gone.
    if (process.exitCode === interruptedExitCode) process.exit();
  } catch (error) {
    const isForPeople = isArgumentError(error) || forPeople.some((kind) => error instanceof kind);
    console.error(isForPeople ? messageOf(error as Error) : (fileProblem(error) ?? error));
    process.exitCode = 1;
  }
}

// Node goes on with advice on arguments that begin with a hyphen, which no command here has.
function messageOf(error: Error): string {
  if (!isArgumentError(error)) return error.message;
  return `${error.message.split(". ", 1)[0]}. The README's table of commands has the options.`;
}

/** What the system says of a file that a person can mend. */
function fileProblem(error: unknown): string | undefined {
  const { code = "", path } = (error ?? {}) as NodeJS.ErrnoException;
  const isPersons = ["EACCES", "EEXIST", "EISDIR", "ENOSPC", "ENOTDIR", "EPERM", "EROFS"].includes(code);
  if (!isPersons || path === undefined) return undefined;
  return `"${path}" must be a file or folder that this process may use; got ${code}. Look at what is there, and who owns it.`;
}

// What node:util's parseArgs throws for an unknown or malformed option.
function isArgumentError(error: unknown): boolean {
  return (
    error instanceof TypeError && String((error as NodeJS.ErrnoException).code).startsWith("ERR_PARSE_ARGS_")
  );
}
