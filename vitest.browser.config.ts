import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test-browser/**/*.test.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // A machine under load takes seconds where a quiet one takes a moment.
    expect: { poll: { timeout: 10_000 } },
    // One browser at a time: two cores are all that CI has.
    fileParallelism: false,
  },
});
