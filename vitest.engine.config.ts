import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test-engine/**/*.test.ts"],
    // An update of the whole stack takes two seconds, and each test makes several.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // The engine is a process of its own, and two cores are all that CI has.
    fileParallelism: false,
    maxConcurrency: 2,
  },
});
