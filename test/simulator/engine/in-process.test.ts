/** The engine of our own, with programs that need no cloud. */
import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { runInProcess, StackError } from "../../../simulator/engine/in-process.ts";
import { SimulatorError } from "../../../simulator/kernel/error.ts";
import type { Handlers } from "../../../simulator/providers/handlers.ts";

class Thing extends pulumi.CustomResource {}

const program = async () => ({ name: new Thing("other:index:Thing", "one", { name: undefined }).urn });
const run = (handlers: Handlers) =>
  runInProcess({ project: "test", stack: "test", config: {}, handlers, program });
const none = { resources: [], functions: [] };

describe("a look-up that is refused", () => {
  const handlers: Handlers = {
    resources: [],
    functions: [
      {
        token: "other:index:find",
        invoke: () => Promise.reject(new SimulatorError("NotFound", "There is no such thing.")),
      },
    ],
  };
  const runProgram = (find: () => Promise<unknown>) =>
    runInProcess({
      project: "test",
      stack: "test",
      config: {},
      handlers,
      program: async () => ({ found: find() }),
    });
  const find = () => pulumi.runtime.invoke("other:index:find", {});

  it("ends the run with its words alone", async () => {
    await expect(runProgram(find)).rejects.toThrow(/^There is no such thing\.$/);
  });

  it("is a program's to do without, by its words", async () => {
    const { outputs } = await runProgram(() => find().catch((error: Error) => error.message));
    expect(outputs.found?.value).toBe("There is no such thing.");
  });

  it("is not told in the place of what the program failed of", async () => {
    const failing = () =>
      find().catch(() => {
        throw new pulumi.RunError("Another thing is wrong.");
      });
    await expect(runProgram(failing)).rejects.toThrow("Another thing is wrong.");
  });
});

describe("a resource type without a handler", () => {
  it("is refused by name", async () => {
    await expect(run(none)).rejects.toThrow(StackError);
    await expect(run(none)).rejects.toThrow('No simulated resource for "one" (other:index:Thing).');
  });

  it("is handled by what handles the others", async () => {
    const nothing = () => Promise.reject(new Error("Only created here."));
    const otherResources = (type: string) => ({
      type,
      check: () => [],
      replaceOnChanges: [],
      create: async () => ({ id: "1", properties: {} }),
      read: nothing,
      update: nothing,
      delete: nothing,
    });
    const { resources } = await run({ ...none, otherResources });
    expect(resources).toContainEqual({ type: "other:index:Thing", name: "one" });
  });
});
