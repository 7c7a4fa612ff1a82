/** The engine of our own, with programs that need no cloud. */
import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import type { Handlers } from "../../simulator/handlers.ts";
import { runInProcess, StackError } from "../../simulator/in-process.ts";

class Thing extends pulumi.CustomResource {}

const program = async () => ({ name: new Thing("other:index:Thing", "one", { name: undefined }).urn });
const run = (handlers: Handlers) =>
  runInProcess({ project: "test", stack: "test", config: {}, handlers, program });
const none = { resources: [], functions: [] };

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
