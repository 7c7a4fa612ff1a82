/** Programs whose transforms and hooks change what is made, in process. test-engine/witness.test.ts runs the same on Pulumi's engine. */
import { readFile, rm, writeFile } from "node:fs/promises";
import * as path from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, expect, it } from "vitest";
import { plainOutputs } from "../../../commands/stack-outputs.ts";
import { readStackSettings } from "../../../commands/stack-settings.ts";
import type { LocalCloud } from "../../../simulator/cloud.ts";
import { type RecordedResult, runInProcess } from "../../../simulator/engine/in-process.ts";
import { copyProject } from "../../support/command.ts";
import { settingsFor, startTestCloud } from "../../support/local-stack.ts";
import {
  productAnswer,
  productKey,
  withFailingHook,
  withProduct,
  withStrippedPolicies,
} from "../../support/witness-programs.ts";

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

async function runChanged(
  change: (text: string) => string,
): Promise<{ cloud: LocalCloud; run: Promise<RecordedResult> }> {
  const project = await copyProject();
  const cloud = await startTestCloud();
  cleanups.push(
    () => cloud.close(),
    () => rm(project, { recursive: true }),
  );
  const file = path.join(project, "index.ts");
  await writeFile(file, change(await readFile(file, "utf8")));
  const settings = settingsFor(cloud, await readStackSettings("local"));
  const program = () => import(pathToFileURL(file).href);
  return { cloud, run: runInProcess({ ...settings, providerHandlers: cloud.providerHandlers, program }) };
}

it("lets everybody in when a transform strips every validate-jwt", async () => {
  const { run } = await runChanged(withStrippedPolicies);
  const { apiUrls } = plainOutputs((await run).outputs) as { apiUrls: Record<string, string> };
  expect((await fetch(`${apiUrls.conference}/sessions`)).status).toBe(200);
});

it("keeps strangers out when no transform changes a policy", async () => {
  const { run } = await runChanged((text) => text);
  const { apiUrls } = plainOutputs((await run).outputs) as { apiUrls: Record<string, string> };
  expect((await fetch(`${apiUrls.conference}/sessions`)).status).toBe(401);
});

it("makes no API when a hook before its creation fails", async () => {
  const { run } = await runChanged(withFailingHook);
  await expect(run).rejects.toThrow(
    '"conference" (azure-native:apimanagement:Api): before hook "guard" failed: no API today',
  );
});

it("opens APIs by a product's key, with a policy of the product's own", async () => {
  const { run } = await runChanged(withProduct);
  const { apiUrls } = plainOutputs((await run).outputs) as { apiUrls: Record<string, string> };
  const url = `${apiUrls.conference}/sessions`;
  expect((await fetch(url)).status).toBe(401);
  const response = await fetch(url, { headers: { "Ocp-Apim-Subscription-Key": productKey } });
  expect([response.status, await response.text()]).toEqual([200, productAnswer]);
});
