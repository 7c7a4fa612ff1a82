import { DocumentError } from "../openapi/document-error.ts";
import { TokenRequestError } from "../proof/okta-client.ts";
import { StackError } from "../simulator/engine/stack-error.ts";
import { SimulatorError } from "../simulator/kernel/error.ts";
import { asCalled } from "./as-called.ts";
import { CommandError, type CommandErrorCode, commandErrors, failureText } from "./command-error.ts";
import { HelpRequest } from "./command-line.ts";
import { watchReader } from "./lost-reader.ts";

const otherKinds = [
  [StackError, "program"],
  [SimulatorError, "local-cloud"],
  [DocumentError, "document"],
  [TokenRequestError, "okta"],
] as const;

/** What a shell shows for a program that Ctrl-C ended. */
export const interruptedExitCode = 130;

/** Runs a command's main function: what a person can mend is printed without a stack trace, with its code. */
export async function runCommand(main: (args: string[]) => Promise<number>): Promise<void> {
  watchReader();
  try {
    process.exitCode = await main(process.argv.slice(2));
    // Work that was cut off half-way may still wait for what is gone.
    if (process.exitCode === interruptedExitCode) process.exit();
  } catch (error) {
    if (error instanceof HelpRequest) {
      console.log(asCalled(error.message));
      return;
    }
    const failure = failureOf(error);
    console.error(failure === undefined ? error : asCalled(failureText(failure.text, failure.code)));
    process.exitCode = failure === undefined ? 1 : commandErrors[failure.code].exitCode;
  }
}

/** What a person can mend; `undefined` for a fault of the command itself. */
function failureOf(error: unknown): { readonly text: string; readonly code: CommandErrorCode } | undefined {
  if (error instanceof CommandError) return { text: error.message, code: error.code };
  const [, code] = otherKinds.find(([kind]) => error instanceof kind) ?? [];
  if (code !== undefined) return { text: (error as Error).message, code };
  const text = systemProblem(error);
  return text === undefined ? undefined : { text, code: "file" };
}

const nextSteps: Readonly<Record<string, string>> = {
  EACCES: "Check its permissions and owner.",
  EPERM: "Check its permissions and owner.",
  EROFS: "It is on a read-only file system.",
  ENOSPC: "The disk is full: make room on it.",
  EDQUOT: "The disk quota is used up: make room.",
  EFBIG: "The file is larger than this process may write: see `ulimit -f`.",
  EMFILE: "This process has too many open files: see `ulimit -n`.",
  ENFILE: "The system has too many open files.",
  EEXIST: "Something else is there: move it away.",
  EISDIR: "A folder is there: move it away.",
  ENOTDIR: "A file is there in place of a folder: move it away.",
};

/** What the operating system refused, without a stack trace: it says nothing that a person could mend. */
function systemProblem(error: unknown): string | undefined {
  const { code, path, syscall, errno, message } = (error ?? {}) as NodeJS.ErrnoException;
  if (code === undefined || syscall === undefined || errno === undefined) return undefined;
  const nextStep = nextSteps[code] ?? "Look at what is there, and who owns it.";
  if (path !== undefined) return `Cannot access "${path}" (${code}). ${nextStep}`;
  return `The system refused ${syscall} (${code}): ${message.replace(/^\w+: /, "").replace(/[.\s]*$/, "")}. ${nextStep.replace(/^Check its/, "Check")}`;
}
