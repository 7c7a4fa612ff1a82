import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // The whole program is imported afresh in several files; azure-native's modules take a second to load.
    testTimeout: 20_000,
  },
});
