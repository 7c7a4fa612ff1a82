import * as path from "node:path";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test-engine/**/*.test.ts"],
    // For what hangs alone: a test of seconds takes minutes on a busy machine, and one that is given up leaves its update running, whose
    // lock then fails the tests after it.
    testTimeout: 900_000,
    hookTimeout: 900_000,
    // Each file has a cloud, ports and a state of its own. An update is one process at a time, of the engine, the program or the cloud:
    // two at a time is what two cores can do.
    maxWorkers: 2,
    maxConcurrency: 2,
    // Hundreds of updates load the same program, each in a process of its own.
    env: { NODE_COMPILE_CACHE: path.join(import.meta.dirname, "node_modules/.cache/apim-okta") },
  },
});
