import { onLostReader } from "./lost-reader.ts";
import { interruptedExitCode } from "./run-command.ts";

/** Ctrl-C, being told to end, a terminal that was closed, or output that nobody reads any more. */
export interface Interruption {
  /** Resolves at the first one; a second one ends the process at once, whatever it is waiting for. */
  readonly interrupted: Promise<"interrupted">;
  /** Aborts in the same moment, for child processes in groups of their own: no signal reaches those by itself. */
  readonly childrenMustStop: AbortSignal;
}

// A signal to the whole process group arrives twice, since npm passes on what it gets; a person takes longer.
const oneSignalMilliseconds = 1000;

/** Watches for the interruption of this process. */
export function watchInterruption(): Interruption {
  const controller = new AbortController();
  const interrupted = new Promise<"interrupted">((resolve) => {
    const interrupt = () => {
      controller.abort();
      resolve("interrupted");
    };
    onSignals(["SIGINT", "SIGTERM", "SIGHUP"], () => {
      if (controller.signal.aborted) process.exit(interruptedExitCode);
      interrupt();
    });
    // Comes with each line that is written, so that it can never mean impatience.
    onLostReader(interrupt);
  });
  return { interrupted, childrenMustStop: controller.signal };
}

/**
 * Calls back for each signal that somebody sent, once however many ways it arrives.
 *
 * @returns Stops watching.
 */
export function onSignals(
  signals: readonly NodeJS.Signals[],
  handle: (signal: NodeJS.Signals) => void,
): () => void {
  let last = Number.NEGATIVE_INFINITY;
  const listener = (signal: NodeJS.Signals) => {
    const now = performance.now();
    if (now - last < oneSignalMilliseconds) return;
    last = now;
    handle(signal);
  };
  for (const signal of signals) process.on(signal, listener);
  return () => {
    for (const signal of signals) process.off(signal, listener);
  };
}
