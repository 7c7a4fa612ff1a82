import { defineConfig } from "vitest/config";
import units from "./vitest.config.ts";

// Commands as people run them, each in a process of its own.
export default defineConfig({
  ...units,
  test: { ...units.test, include: ["test-commands/**/*.test.ts"] },
});
