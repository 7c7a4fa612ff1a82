import * as path from "node:path";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // Loading modules takes longer than most tests. The files of a worker share them, and Node loads them as it does for users, from
    // compiled code; what a file may leave in them is given back.
    isolate: false,
    experimental: { viteModuleRunner: false },
    env: { NODE_COMPILE_CACHE: path.join(import.meta.dirname, "node_modules/.cache/apim-okta") },
    setupFiles: ["test/support/fresh-state.ts", "test/support/ready-keys.ts"],
    // Vitest leaves a processor to itself, but has nothing to do while tests run: on two, that were half of them.
    maxWorkers: "100%",
    // For what hangs alone: a command that takes a second takes half a minute on a busy machine.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
