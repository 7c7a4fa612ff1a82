import { interruptedExitCode } from "./run-command.ts";

/** Ctrl-C, or being told to end. */
export interface Interruption {
  /** Resolves at the first one; a second one ends the process at once, whatever it is waiting for. */
  readonly interrupted: Promise<"interrupted">;
  /** Aborts when child processes have to be told: a terminal's Ctrl-C reaches them by itself. */
  readonly childrenMustStop: AbortSignal;
}

/** Watches for the interruption of this process. */
export function watchInterruption(): Interruption {
  const controller = new AbortController();
  const interrupted = new Promise<"interrupted">((resolve) => {
    let isFirst = true;
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      process.on(signal, () => {
        if (!isFirst) process.exit(interruptedExitCode);
        isFirst = false;
        if (signal === "SIGTERM" || !process.stdin.isTTY) controller.abort();
        resolve("interrupted");
      });
    }
  });
  return { interrupted, childrenMustStop: controller.signal };
}
