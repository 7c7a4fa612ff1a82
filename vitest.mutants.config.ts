import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: [
      "test/{policies,proof}/**/*.test.ts",
      "test/simulator/{apim/{gateway,policy},okta}/**/*.test.ts",
    ],
    // The whole program with one mistake at a time: too slow to run for each mutant, and the units' own tests must suffice.
    exclude: ["test/proof/planted-mistakes.test.ts"],
  },
});
