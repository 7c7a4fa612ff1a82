import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test-engine/**/*.test.ts"],
    // For what hangs alone: a test of seconds takes minutes on a busy machine, and one that is given up leaves its update running, whose
    // lock then fails the tests after it.
    testTimeout: 600_000,
    hookTimeout: 600_000,
    // The engine is a process of its own, and two cores are all that CI has.
    fileParallelism: false,
    maxConcurrency: 2,
  },
});
