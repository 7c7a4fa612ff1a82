/** Resolves at the first Ctrl-C; a second one ends the process at once, whatever it is waiting for. */
export function interruption(): Promise<"interrupted"> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve("interrupted"));
  });
}
