import * as path from "node:path";
import { pathToFileURL } from "node:url";
import { vi } from "vitest";

const commands = path.join(import.meta.dirname, "../../commands");
let runs = 0;

/** How a command ended that {@link runHere} ran. */
export interface EndedCommand {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs commands/NAME.ts to its end in this process, in this repository: for what it says by itself. A process of its own takes a second
 * to load, so those are for what only they have: signals, a project elsewhere, other variables.
 */
export async function runHere(name: string, ...args: readonly string[]): Promise<EndedCommand> {
  const { argv, exitCode, stdout, stderr } = process;
  const listeners = [stdout, stderr].map((stream) => [stream, stream.listeners("error")] as const);
  const written = { stdout: "", stderr: "" };
  const spies = [
    ...(["stdout", "stderr"] as const).map((stream) =>
      vi.spyOn(process[stream], "write").mockImplementation((text) => {
        written[stream] += String(text);
        return true;
      }),
    ),
    vi.spyOn(console, "log").mockImplementation((text = "") => {
      written.stdout += `${text}\n`;
    }),
    vi.spyOn(console, "error").mockImplementation((text = "") => {
      written.stderr += `${text}\n`;
    }),
  ];
  try {
    process.argv = [...argv.slice(0, 2), ...args];
    process.exitCode = 0;
    runs += 1;
    // A module is evaluated once, and each query makes it another: what it imports is loaded already.
    await import(/* @vite-ignore */ `${pathToFileURL(path.join(commands, `${name}.ts`)).href}?run=${runs}`);
    return { code: Number(process.exitCode), ...written };
  } finally {
    for (const spy of spies) spy.mockRestore();
    for (const [stream, before] of listeners)
      for (const listener of stream.listeners("error"))
        if (!before.includes(listener)) stream.off("error", listener as () => void);
    process.argv = argv;
    process.exitCode = exitCode;
  }
}
