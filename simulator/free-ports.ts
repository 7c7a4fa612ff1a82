import { type CloudOptions, type LocalCloud, startCloud } from "./cloud.ts";
import { SimulatorError } from "./kernel/error.ts";

/** Starts a local cloud on four free ports, wherever there are some: for tests and benchmarks, which run side by side. */
export async function startOnFreePorts(options: Omit<CloudOptions, "port">): Promise<LocalCloud> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const port = 20_000 + 4 * Math.floor(Math.random() * 5000);
    try {
      return await startCloud({ ...options, port });
    } catch (error) {
      if (!(error instanceof SimulatorError && error.code === "PortTaken")) throw error;
    }
  }
  throw new Error("The local cloud needs four free ports from 20000 on; found none in 100 tries.");
}
