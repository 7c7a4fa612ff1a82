/**
 * Runs before each test file. The files of a worker share their modules, because loading those takes longer than most tests: what a
 * file changes for the whole process or in Pulumi's SDK is given back here, so that no file sees which came before it.
 */
import * as pulumi from "@pulumi/pulumi";
import debuggable from "@pulumi/pulumi/runtime/debuggable.js";
import { afterAll, vi } from "vitest";

const folder = process.cwd();
const variables = { ...process.env };

// As the SDK has them in a process that no engine started.
pulumi.runtime.resetOptions("project", "stack", -1, "", "", false, "");
pulumi.runtime.setAllConfig({});

// Each of the SDK's promises keeps where it was made, to name it if it never ends. That takes more time than all else in a run.
const sdk = debuggable as unknown as Record<
  "debuggablePromise",
  ((...args: unknown[]) => unknown) & { isQuick?: true }
>;
const { debuggablePromise } = sdk;
if (!debuggablePromise.isQuick) {
  const quick = (...args: unknown[]) => {
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    try {
      return debuggablePromise(...args);
    } finally {
      Error.stackTraceLimit = stackTraceLimit;
    }
  };
  sdk.debuggablePromise = Object.assign(quick, { isQuick: true as const });
}

afterAll(() => {
  vi.useRealTimers();
  process.chdir(folder);
  process.exitCode = undefined;
  for (const name of Object.keys(process.env)) if (!(name in variables)) delete process.env[name];
  Object.assign(process.env, variables);
});
