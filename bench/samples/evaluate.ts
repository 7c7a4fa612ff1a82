/** Evaluates a program in this process: the stack, or as many bare resources. Reports its peak memory, and how many there were. */
import { runInProcess } from "../../simulator/engine/in-process.ts";
import { bareProgram, bareType } from "../bare-program.ts";

const [program, count = "0"] = process.argv.slice(2);

async function evaluateBare(): Promise<number> {
  const nothing = () => Promise.reject(new Error("A bare program only creates."));
  const handler = {
    type: bareType,
    check: () => [],
    replaceOnChanges: [],
    create: async (name: string) => ({ id: name, properties: { result: "x" } }),
    read: nothing,
    update: nothing,
    delete: nothing,
  };
  const { resources } = await runInProcess({
    project: "bare",
    stack: "bench",
    config: {},
    providerHandlers: { resources: [handler], functions: [] },
    // The stack is one itself.
    program: () => bareProgram(Number(count) - 1),
  });
  return resources.length;
}

async function evaluateStack(): Promise<number> {
  // Not above: the bare program must not pay for what only the stack imports.
  const { renderStack } = await import("../../commands/rendering.ts");
  return (await renderStack("local")).resources;
}

const resources = await (program === "stack" ? evaluateStack() : evaluateBare());
console.log(JSON.stringify({ resources, peakMemoryKilobytes: process.resourceUsage().maxRSS }));
