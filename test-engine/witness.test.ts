/** The programs of test/simulator/engine/witness-programs.test.ts on Pulumi's engine: the answers must be the same. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { plainOutputs } from "../commands/stack-outputs.ts";
import { withFailingHook, withStrippedPolicies } from "../test/support/witness-programs.ts";
import { startTestEngine, type TestEngine } from "./support/engine.ts";

let engine: TestEngine;
beforeAll(async () => {
  engine = await startTestEngine();
});
afterAll(() => engine.close());

const up = (change: (text: string) => string) =>
  engine.run({ files: { "index.ts": change } }, (stack) => stack.up({ suppressProgress: true }));

it("makes no API when a hook before its creation fails", async () => {
  await expect(up(withFailingHook)).rejects.toThrow('before hook "guard" failed: no API today');
});

it("lets everybody in when a transform strips every validate-jwt", async () => {
  const { result } = await up(withStrippedPolicies);
  const { apiUrls } = plainOutputs(result.outputs) as { apiUrls: Record<string, string> };
  expect((await fetch(`${apiUrls.conference}/sessions`)).status).toBe(200);
});
