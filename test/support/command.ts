import { spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdtemp, readdir, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";

const root = path.join(import.meta.dirname, "../..");
// What a run leaves, and what no command reads.
const leftOut = new Set([
  ".git",
  ".local",
  "rendered",
  "dist",
  "docs",
  "test",
  "test-commands",
  "test-engine",
  "test-browser",
]);
const codeFolders = [
  "commands",
  "components",
  "openapi",
  "policies",
  "policy-folders",
  "policy-review",
  "proof",
  "simulator",
  "stack",
];

/** Whether a copy of the project has code of its own, which a test may change. */
export interface CopyOptions {
  /** Absent, the folders of code are links to the project's own: Node then has the compiled code of an earlier run. */
  readonly ownCode?: boolean;
}

/** A copy of the project in a folder of its own, so that a test may change files and leave outputs. */
export async function copyProject({ ownCode = false }: CopyOptions = {}): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), "apim-okta-"));
  const linked = ["node_modules", ...(ownCode ? [] : codeFolders)];
  for (const name of await readdir(root)) {
    const [from, to] = [path.join(root, name), path.join(folder, name)];
    if (linked.includes(name)) await symlink(from, to);
    else if (!leftOut.has(name)) await cp(from, to, { recursive: true });
  }
  return folder;
}

/** Variables that let a process of Node's take the compiled code of an earlier one, as package.json's scripts do. */
export const compiledCode = { NODE_COMPILE_CACHE: path.join(root, "node_modules/.cache/apim-okta") };

/** A command of package.json's scripts as a process of its own. */
export interface RunningCommand {
  readonly output: { stdout: string; stderr: string };
  /** Resolves once stdout and stderr together hold the text; rejects when the process ends first. */
  shows(text: string): Promise<void>;
  /** Sends a signal; SIGINT is Ctrl-C. */
  signal(signal: NodeJS.Signals): void;
  readonly ended: Promise<number | null>;
}

/** A command line: `node commands/NAME.ts ARGS…` in a project's folder. */
export interface ProjectCommand {
  readonly project: string;
  readonly name: string;
  readonly args?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
}

/** Starts a command without CI's defaults. */
export function startCommand({ project, name, args = [], env = {} }: ProjectCommand): RunningCommand {
  const { CI: _, FORCE_COLOR: __, ...inherited } = process.env;
  const child = spawn(process.execPath, [path.join(project, "commands", `${name}.ts`), ...args], {
    cwd: project,
    env: { ...inherited, ...compiledCode, NO_COLOR: "1", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const output = { stdout: "", stderr: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output.stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    output.stderr += text;
  });
  const ended = once(child, "close").then(([code]) => code as number | null);
  const shows = async (text: string) => {
    while (!(output.stdout + output.stderr).includes(text)) {
      const more = [once(child.stdout, "data"), once(child.stderr, "data")];
      const isOver = await Promise.race([
        ...more.map((event) => event.then(() => false)),
        ended.then(() => true),
      ]);
      if (isOver && !(output.stdout + output.stderr).includes(text))
        throw new Error(`"${name}" must show "${text}"; got:\n${output.stdout}${output.stderr}`);
    }
  };
  return { output, shows, signal: (signal) => child.kill(signal), ended };
}

/** Runs a command to its end. */
export async function runToEnd(
  line: ProjectCommand,
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const command = startCommand(line);
  const code = await command.ended;
  return { code, ...command.output };
}
