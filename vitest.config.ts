import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // Most of the time of a file of its own goes into loading the program's modules and azure-native's: the files of a worker share them.
    isolate: false,
    // For what hangs alone: a command that takes a second takes half a minute on a busy machine.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
