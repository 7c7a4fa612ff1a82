import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import * as path from "node:path";
import type { PulumiCommand } from "@pulumi/pulumi/automation/index.js";
import * as automation from "@pulumi/pulumi/automation/index.js";

interface CommandResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number;
}

type Output = ((text: string) => void) | undefined;
type Run = (
  args: string[],
  cwd: string,
  env: Record<string, string>,
  onOutput?: Output,
  onError?: Output,
  signal?: AbortSignal,
) => Promise<CommandResult>;

// The SDK's types leave these out, since nobody but itself runs the CLI.
const { CommandResult, createCommandError } = automation as unknown as {
  CommandResult: new (stdout: string, stderr: string, code: number) => CommandResult;
  createCommandError: (result: CommandResult) => Error;
};

/**
 * The same CLI, whose operations that can be cancelled run in a process group of their own. A signal to this process's group, which
 * Ctrl-C is too, then reaches the engine once, as the one SIGINT of the cancellation: at a second one it would leave at once,
 * without the outcome of what is under way.
 */
export function inOwnGroup(cli: PulumiCommand): PulumiCommand {
  const { run } = cli as unknown as { run: Run };
  const runApart: Run = (args, cwd, env, onOutput, onError, signal) =>
    signal === undefined
      ? run.call(cli, args, cwd, env, onOutput, onError)
      : runToEnd(start(cli, args, { cwd, env }), { onOutput, onError, signal });
  return Object.create(cli, { run: { value: runApart } });
}

function start(
  { command }: PulumiCommand,
  args: readonly string[],
  { cwd, env }: { cwd: string; env: Record<string, string> },
): ChildProcess {
  // As the SDK has it: never a question, and the plugins beside the CLI first.
  const PATH = [path.dirname(command), env.PATH ?? process.env.PATH].join(path.delimiter);
  return spawn(command, [...args, "--non-interactive"], {
    cwd,
    env: { ...process.env, ...env, PATH, PULUMI_AUTOMATION_API: "true" },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
}

async function runToEnd(
  child: ChildProcess,
  { onOutput, onError, signal }: { onOutput: Output; onError: Output; signal: AbortSignal },
): Promise<CommandResult> {
  const stdout = collect(child.stdout, onOutput);
  const stderr = collect(child.stderr, onError);
  const cancel = () => child.kill("SIGINT");
  // Whatever ends this process ends the providers that the engine needs.
  const killAtExit = () => child.kill("SIGKILL");
  signal.addEventListener("abort", cancel);
  process.once("exit", killAtExit);
  try {
    if (signal.aborted) cancel();
    const [code, endedBy] = (await once(child, "close")) as [number | null, NodeJS.Signals | null];
    const ending = endedBy === null ? "" : `\nThe Pulumi CLI was ended by ${endedBy}.`;
    const result = new CommandResult(stdout(), stderr() + ending, code ?? -1);
    if (code !== 0) throw createCommandError(result);
    return result;
  } finally {
    signal.removeEventListener("abort", cancel);
    process.off("exit", killAtExit);
  }
}

function collect(stream: NodeJS.ReadableStream | null, onText: Output): () => string {
  let all = "";
  stream?.setEncoding("utf8").on("data", (text: string) => {
    all += text;
    onText?.(text);
  });
  return () => all;
}
