import { SimulatorError } from "./error.ts";

/** Starts something on four free ports, wherever there are some: for tests and benchmarks, which run side by side. */
export async function freePorts<T>(start: (port: number) => Promise<T>): Promise<{ cloud: T; port: number }> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const port = 20_000 + 4 * Math.floor(Math.random() * 5000);
    try {
      return { cloud: await start(port), port };
    } catch (error) {
      if (!(error instanceof SimulatorError && error.code === "PortTaken")) throw error;
    }
  }
  throw new Error("The local cloud needs four free ports from 20000 on; found none in 100 tries.");
}
