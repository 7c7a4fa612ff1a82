import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // For what hangs alone: a command that takes a second takes half a minute on a busy machine.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
