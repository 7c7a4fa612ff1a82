/** The engine of our own, with programs that need no cloud. What Pulumi's engine does with the same programs is in test-engine/. */
import { exec } from "node:child_process";
import { randomBytes } from "node:crypto";
import { lookup } from "node:dns/promises";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout } from "node:timers/promises";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { type RecordedResult, runInProcess } from "../../../simulator/engine/in-process.ts";
import { StackError } from "../../../simulator/engine/stack-error.ts";
import { SimulatorError } from "../../../simulator/kernel/error.ts";
import type { ProviderHandlers } from "../../../simulator/providers/provider-handlers.ts";
import type { Properties, ResourceHandler } from "../../../simulator/providers/resource.ts";

const type = "other:index:Thing";

class Thing extends pulumi.CustomResource {
  declare readonly color: pulumi.Output<string>;
  declare readonly size: pulumi.Output<number>;
  constructor(name: string, inputs: pulumi.Inputs = {}, options: pulumi.CustomResourceOptions = {}) {
    super(type, name, { color: undefined, size: undefined, ...inputs }, options);
  }
}

class Group extends pulumi.ComponentResource {
  constructor(name: string, options: pulumi.ComponentResourceOptions = {}) {
    super("ours:index:Group", name, {}, options);
  }
}

const refuse = () => Promise.reject(new Error("This test asks for something else."));
const things: ResourceHandler = {
  type,
  check: () => [],
  replaceOnChanges: [],
  create: async (name, inputs) => ({ id: `${name}-id`, properties: { size: 1, ...inputs } }),
  read: refuse,
  update: refuse,
  delete: refuse,
};
const withThings = (changes: Partial<ResourceHandler> = {}): ProviderHandlers => ({
  resources: [{ ...things, ...changes }],
  functions: [],
});

interface Run {
  readonly handlers?: ProviderHandlers;
  readonly lastOutputs?: Properties;
}

const run = (program: () => object | Promise<object>, { handlers = withThings(), ...rest }: Run = {}) =>
  runInProcess({
    ...{ project: "test", stack: "test", config: {}, providerHandlers: handlers },
    ...rest,
    program: async () => program(),
  });

/** A resource whose input is an output of its own child. */
function waitsForItself(): Thing {
  const late = Promise.withResolvers<string>();
  const one = new Thing("one", { color: late.promise });
  new Thing("two", {}, { parent: one }).color.apply(late.resolve);
  return one;
}

/** What a server answers that thinks for a while. */
async function slowAnswer(): Promise<void> {
  const server = createServer((_, response) => void setTimeout(300).then(() => response.end()));
  await once(server.listen(0, "127.0.0.1"), "listening");
  try {
    await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.close();
  }
}

const inputsOf = ({ registrations }: RecordedResult, name: string) =>
  registrations.find((registration) => registration.name === name)?.inputs;

describe("a look-up that is refused", () => {
  const handlers: ProviderHandlers = {
    resources: [],
    functions: [
      {
        token: "other:index:find",
        invoke: () => Promise.reject(new SimulatorError("NotFound", "There is no such thing.")),
      },
    ],
  };
  const find = () => pulumi.runtime.invoke("other:index:find", {});

  it("ends the run with its words alone", async () => {
    await expect(run(() => ({ found: find() }), { handlers })).rejects.toThrow(/^There is no such thing\.$/);
  });

  it("is a program's to do without, by its words", async () => {
    const { outputs } = await run(() => ({ found: find().catch((error: Error) => error.message) }), {
      handlers,
    });
    expect(outputs.found?.value).toBe("There is no such thing.");
  });

  it("is not told in the place of what the program failed of", async () => {
    const failing = () =>
      find().catch(() => {
        throw new pulumi.RunError("Another thing is wrong.");
      });
    await expect(run(async () => ({ found: await failing() }), { handlers })).rejects.toThrow(
      /^Another thing is wrong\.$/,
    );
  });
});

describe("a resource type without a handler", () => {
  const none = { resources: [], functions: [] };
  const program = () => ({ urn: new Thing("one").urn });

  it("is refused by name", async () => {
    await expect(run(program, { handlers: none })).rejects.toThrow(StackError);
    await expect(run(program, { handlers: none })).rejects.toThrow(
      'The local cloud does not simulate other:index:Thing ("one"). Leave the resource out of the local stack, or deploy to the real cloud.',
    );
  });

  it("is handled by what handles the others", async () => {
    const otherResources = (other: string) => ({ ...things, type: other });
    const { resources } = await run(program, { handlers: { ...none, otherResources } });
    expect(resources).toContainEqual(expect.objectContaining({ type, name: "one" }));
  });
});

describe("a program", () => {
  it("gets a resource's outputs, and what it exports is the stack's", async () => {
    const { outputs } = await run(() => {
      const one = new Thing("one", { color: "red" });
      return { id: one.id, color: one.color, size: one.size, urn: one.urn };
    });
    expect(Object.fromEntries(Object.entries(outputs).map(([name, { value }]) => [name, value]))).toEqual({
      ...{ id: "one-id", color: "red", size: 1 },
      urn: "urn:pulumi:test::test::other:index:Thing::one",
    });
  });

  it("makes what does not depend on each other in parallel", async () => {
    const both = Promise.withResolvers<void>();
    let arrived = 0;
    const create = async () => {
      arrived += 1;
      if (arrived === 2) both.resolve();
      await both.promise;
      return { id: "1", properties: {} };
    };
    await run(() => ({ urns: [new Thing("one").urn, new Thing("two").urn] }), {
      handlers: withThings({ create }),
    });
    expect(arrived).toBe(2);
  });

  it("is told every refusal at once, each once", async () => {
    const check = ({ color }: Properties) =>
      color === "red" ? [{ property: "color", reason: "must not be red." }] : [];
    const program = () => {
      const one = new Thing("one", { color: "red" });
      new Thing("after", { color: one.color });
      new Thing("two", { color: "red" });
      return {};
    };
    await expect(run(program, { handlers: withThings({ check }) })).rejects.toThrow(
      /^"one" \(other:index:Thing\) is refused:\n {2}- color: must not be red\.\n"two" \(other:index:Thing\) is refused:\n {2}- color: must not be red\.$/,
    );
  });

  it("fails when it logs an error, and not when it logs a warning", async () => {
    const warning = await run(async () => {
      await pulumi.log.warn("Look here.");
      await pulumi.log.info("By the way.");
      return {};
    });
    expect(warning.notices).toEqual([
      { severity: "warning", message: "Look here." },
      { severity: "info", message: "By the way." },
    ]);
    const error = run(async () => {
      await pulumi.log.error("That is wrong.");
      return {};
    });
    await expect(error).rejects.toThrow(/^That is wrong\.$/);
  });

  it("fails when an output that nobody waits for does", async () => {
    const program = () => {
      new Thing("one").id.apply(() => {
        throw new pulumi.RunError("Not this one.");
      });
      return {};
    };
    await expect(run(program)).rejects.toThrow(/^Not this one\.$/);
  });

  it("fails at once when it waits for what a refused resource never gets", async () => {
    const create = () => Promise.reject(new SimulatorError("Conflict", "It exists."));
    const program = async () => {
      const one = new Thing("one");
      await new Promise((resolve) => one.id.apply(resolve));
      return {};
    };
    await expect(run(program, { handlers: withThings({ create }) })).rejects.toThrow(
      /^"one" \(other:index:Thing\) is refused: It exists\.$/,
    );
  });

  it("fails at once though a resource waits for an input that never comes", async () => {
    const program = () => {
      new Thing("one", { color: new Promise(() => {}) });
      throw new pulumi.RunError("Stop.");
    };
    await expect(run(program)).rejects.toThrow(/^Stop\.$/);
  });

  it.each([
    ["an input", () => new Thing("one", { color: new Promise(() => {}) })],
    ["an output of a resource that waits for it", () => waitsForItself()],
    [
      "a resource that it depends on",
      () => new Thing("one", {}, { dependsOn: new Promise(() => {}) as never }),
    ],
  ])("fails in the SDK's words when a resource waits for %s that never comes", async (_, program) => {
    await expect(run(() => ({ made: program() }))).rejects.toThrow(
      /^The Pulumi runtime detected that .*could complete:\n {2}\* "one" \[other:index:Thing\] was waiting for /s,
    );
  });

  it("has no outputs, as after `pulumi up`, when one of them never comes", async () => {
    const { outputs } = await run(() => ({ never: new Promise(() => {}), other: "x" }));
    expect(outputs).toEqual({});
  });

  it.each([
    ["a timer", () => setTimeout(200)],
    ["a file", () => readFile(import.meta.filename)],
    ["a name", () => lookup("localhost")],
    ["a process", () => promisify(exec)("sleep 0.3")],
    ["random bytes", () => promisify(randomBytes)(1 << 24)],
    ["a compression", () => promisify(gzip)(randomBytes(1 << 23))],
    ["an answer", () => slowAnswer()],
  ])("waits for an input that comes of %s", async (_, source) => {
    const result = await run(() => {
      new Thing("one", { color: source().then(() => "red") });
      return {};
    });
    expect(inputsOf(result, "one")).toMatchObject({ color: "red" });
  });

  it("waits for a resource that takes its time", async () => {
    const create = async () => {
      await setTimeout(300);
      return { id: "one-id", properties: {} };
    };
    const { resources } = await run(() => ({ id: new Thing("one").id }), {
      handlers: withThings({ create }),
    });
    expect(resources.map(({ id }) => id)).toContain("one-id");
  });

  it("does not reach the next run when it failed", async () => {
    const failing = run(() => {
      new Thing("late");
      throw new pulumi.RunError("Stop.");
    });
    await expect(failing).rejects.toThrow("Stop.");
    const { resources } = await run(() => ({ urn: new Thing("next").urn }));
    expect(resources.map(({ name }) => name)).not.toContain("late");
  });

  it("cannot register a URN twice", async () => {
    const program = () => ({ urns: [new Thing("one").urn, new Thing("one").urn] });
    await expect(run(program)).rejects.toThrow(
      "Duplicate resource URN 'urn:pulumi:test::test::other:index:Thing::one'; try giving it a unique name",
    );
  });

  it("finds the outputs of the stacks that it refers to, and none before the first update", async () => {
    const program = () => ({ url: new pulumi.StackReference("org/p/s").getOutput("url") });
    expect((await run(program)).outputs.url?.value).toBeUndefined();
    const { outputs } = await run(program, { lastOutputs: { url: "https://a.example" } });
    expect(outputs.url?.value).toBe("https://a.example");
  });

  it("cannot call a resource's method", async () => {
    const program = () => ({ result: pulumi.runtime.call("other:index:Thing/paint", {}) });
    await expect(run(program)).rejects.toThrow(
      "does not simulate methods of resources, such as other:index:Thing/paint",
    );
  });

  it("cannot use a component of another language", async () => {
    class Remote extends pulumi.ComponentResource {
      constructor() {
        super("other:index:Remote", "far", {}, {}, true);
      }
    }
    await expect(run(() => ({ urn: new Remote().urn }))).rejects.toThrow(
      'does not run components of other languages, such as "far" (other:index:Remote)',
    );
  });
});

describe("a secret", () => {
  it("stays one from input to output, and so does what the provider or the program calls secret", async () => {
    const create = async (name: string, inputs: Properties) => ({
      id: name,
      properties: { ...inputs, key: "k", url: "u", plain: "p" },
      secrets: ["key"],
    });
    class Keys extends pulumi.CustomResource {
      declare readonly color: pulumi.Output<string>;
      declare readonly key: pulumi.Output<string>;
      declare readonly url: pulumi.Output<string>;
      declare readonly plain: pulumi.Output<string>;
      constructor() {
        const outputs = { key: undefined, url: undefined, plain: undefined };
        super(
          type,
          "keys",
          { color: pulumi.secret("red"), ...outputs },
          { additionalSecretOutputs: ["url"] },
        );
      }
    }
    const { outputs, registrations } = await run(
      () => {
        const { color, key, url, plain } = new Keys();
        return { color, key, url, plain };
      },
      { handlers: withThings({ create }) },
    );
    expect(outputs).toEqual({
      color: { value: "red", secret: true },
      key: { value: "k", secret: true },
      url: { value: "u", secret: true },
      plain: { value: "p", secret: false },
    });
    expect(registrations.at(-1)?.secretInputs).toEqual(["color"]);
  });
});

describe("a registration", () => {
  it("is recorded with its options", async () => {
    const { registrations } = await run(() => {
      const group = new Group("group", { protect: true });
      const first = new Thing("first", { color: "red" }, { parent: group });
      new Thing(
        "second",
        { color: first.color },
        {
          ...{ aliases: [{ name: "former" }], ignoreChanges: ["size"], replaceOnChanges: ["color"] },
          ...{ deletedWith: first, retainOnDelete: true, deleteBeforeReplace: true },
          ...{ customTimeouts: { create: "2h" }, dependsOn: [group] },
        },
      );
      return {};
    });
    const [, , first, second] = registrations;
    expect(first).toMatchObject({
      ...{ name: "first", parent: "group", protect: true, retainOnDelete: false, importId: "" },
      urn: "urn:pulumi:test::test::ours:index:Group$other:index:Thing::first",
    });
    expect(second).toMatchObject({
      ...{ inputs: { color: "red" }, parent: "test-test", dependencies: ["first"], protect: false },
      ...{ aliases: ["former"], ignoreChanges: ["size"], replaceOnChanges: ["color"] },
      ...{ deletedWith: "first", retainOnDelete: true, deleteBeforeReplace: true, createTimeout: "2h" },
    });
  });
});

describe("a transform", () => {
  const paint = (color: string) => (args: pulumi.ResourceTransformArgs) => ({
    props: { ...args.props, color: pulumi.interpolate`${args.props.color}-${color}` },
    opts: args.opts,
  });

  it("of the resource comes before its parent's, and that before the stack's", async () => {
    const result = await run(() => {
      pulumi.runtime.registerResourceTransform((args) => (args.custom ? paint("stack")(args) : undefined));
      const group = new Group("group", {
        transforms: [(args) => (args.custom ? paint("parent")(args) : undefined)],
      });
      const one = new Thing("one", { color: "red" }, { parent: group, transforms: [paint("own")] });
      return { color: one.color };
    });
    expect(inputsOf(result, "one")).toEqual({ color: "red-own-parent-stack" });
    expect(result.outputs.color?.value).toBe("red-own-parent-stack");
  });

  it("changes options, and keeps those that it leaves", async () => {
    const { registrations } = await run(() => {
      const first = new Thing("first", { color: "red" });
      new Thing(
        "one",
        { color: first.color },
        {
          ignoreChanges: ["size"],
          transforms: [({ props, opts }) => ({ props, opts: { ...opts, protect: true } })],
        },
      );
      return {};
    });
    expect(registrations.at(-1)).toMatchObject({
      ...{ protect: true, ignoreChanges: ["size"], dependencies: ["first"], createTimeout: "" },
    });
  });

  it("that throws ends the run with its words", async () => {
    const program = () => {
      pulumi.runtime.registerResourceTransform(({ custom }) => {
        if (custom) throw new Error("Not painted.");
        return undefined;
      });
      new Thing("one");
      return {};
    };
    await expect(run(program)).rejects.toThrow("transform failed: Error: Not painted.");
  });

  it("of an invoke changes its arguments", async () => {
    const echo = { token: "other:index:echo", invoke: async (args: Properties) => args };
    const { outputs } = await run(
      () => {
        pulumi.runtime.registerInvokeTransform(({ args, opts }) => ({ args: { ...args, more: 1 }, opts }));
        return { echoed: pulumi.runtime.invoke("other:index:echo", { some: 0 }) };
      },
      { handlers: { resources: [], functions: [echo] } },
    );
    expect(outputs.echoed?.value).toEqual({ some: 0, more: 1 });
  });
});

describe("a hook", () => {
  it("runs before and after a creation, and is told what is known then", async () => {
    const told: unknown[] = [];
    const hook = (args: pulumi.ResourceHookArgs) => {
      told.push([args.name, args.type, args.id, args.newInputs, args.newOutputs]);
    };
    await run(() => {
      new Thing("one", { color: "red" }, { hooks: { beforeCreate: [hook], afterCreate: [hook] } });
      return {};
    });
    expect(told).toEqual([
      ["one", type, "", { color: "red" }, undefined],
      ["one", type, "one-id", { color: "red" }, { color: "red", size: 1 }],
    ]);
  });

  it("that fails before a creation leaves the resource unmade and ends the run", async () => {
    let made = 0;
    const create = async () => {
      made += 1;
      return { id: "1", properties: {} };
    };
    const fail = () => {
      throw new Error("No thing today.");
    };
    const program = () => {
      new Thing("one", {}, { hooks: { beforeCreate: [new pulumi.ResourceHook("guard", fail)] } });
      return {};
    };
    await expect(run(program, { handlers: withThings({ create }) })).rejects.toThrow(
      /^"one" \(other:index:Thing\): before hook "guard" failed: No thing today\.$/,
    );
    expect(made).toBe(0);
  });

  it("that fails and is to be ignored leaves a warning", async () => {
    const fail = () => {
      throw new Error("No thing today.");
    };
    const { notices } = await run(() => {
      const guard = new pulumi.ResourceHook("guard", fail, { ignoreErrors: true });
      new Thing("one", {}, { hooks: { beforeCreate: [guard] } });
      return {};
    });
    expect(notices).toEqual([
      {
        severity: "warning",
        message: expect.stringContaining('before hook "guard" failed: No thing today.'),
      },
    ]);
  });

  it("after a component's creation runs once its outputs are known", async () => {
    const told: unknown[] = [];
    class Told extends pulumi.ComponentResource {
      constructor() {
        const afterCreate = [({ newOutputs }: pulumi.ResourceHookArgs) => void told.push(newOutputs)];
        super("ours:index:Told", "told", {}, { hooks: { afterCreate } });
        this.registerOutputs({ url: "u" });
      }
    }
    await run(() => {
      new Told();
      return {};
    });
    expect(told).toEqual([{ url: "u" }]);
  });

  it("on an error has the creation tried again for as long as it asks", async () => {
    let tries = 0;
    const create = async () => {
      tries += 1;
      if (tries < 3) throw new SimulatorError("Busy", `Try ${tries} came too early.`);
      return { id: "1", properties: {} };
    };
    const told: unknown[] = [];
    const { notices } = await run(
      () => {
        const onError = new pulumi.ErrorHook("again", ({ errors }) => {
          told.push(errors.length);
          return true;
        });
        new Thing("one", {}, { hooks: { onError: [onError] } });
        return {};
      },
      { handlers: withThings({ create }) },
    );
    expect([tries, told]).toEqual([3, [1, 2]]);
    expect(notices).toHaveLength(2);
  });

  it("on an error that does not ask leaves the refusal", async () => {
    const create = () => Promise.reject(new SimulatorError("Conflict", "It exists."));
    const program = () => {
      const onError = new pulumi.ErrorHook("never", () => false);
      new Thing("one", {}, { hooks: { onError: [onError] } });
      return {};
    };
    await expect(run(program, { handlers: withThings({ create }) })).rejects.toThrow(
      /^"one" \(other:index:Thing\) is refused: It exists\.$/,
    );
  });
});

describe("what exists", () => {
  const read = async (id: string) =>
    id === "there" ? { id, properties: { color: "red", size: 2 }, inputs: { color: "red" } } : undefined;

  it("is got by its id", async () => {
    const { outputs } = await run(() => ({ size: new Thing("one", {}, { id: "there" }).size }), {
      handlers: withThings({ read }),
    });
    expect(outputs.size?.value).toBe(2);
  });

  it("is imported by its id, and left alone when the program says the same", async () => {
    const { outputs } = await run(
      () => ({ size: new Thing("one", { color: "red" }, { import: "there" }).size }),
      { handlers: withThings({ read }) },
    );
    expect(outputs.size?.value).toBe(2);
  });

  it("is imported and updated when the program says something else", async () => {
    const update = async (id: string, inputs: Properties) => ({ id, properties: { ...inputs, size: 3 } });
    const program = () => {
      const { color, size } = new Thing("one", { color: "blue" }, { import: "there" });
      return { color, size };
    };
    const { outputs } = await run(program, { handlers: withThings({ read, update }) });
    expect([outputs.color?.value, outputs.size?.value]).toEqual(["blue", 3]);
  });

  it("is not replaced by its import", async () => {
    const program = () => ({ id: new Thing("one", { color: "blue" }, { import: "there" }).id });
    const handlers = withThings({ read, replaceOnChanges: ["color"] });
    await expect(run(program, { handlers })).rejects.toThrow(
      "would be replaced after its import, since these inputs differ from what exists: color",
    );
  });

  it.each([{ id: "gone" }, { import: "gone" }])("must be there: %j", async (options) => {
    const program = () => ({ id: new Thing("one", {}, options).id });
    await expect(run(program, { handlers: withThings({ read }) })).rejects.toThrow(
      '"one" (other:index:Thing) cannot be read: resource "gone" does not exist.',
    );
  });
});

describe("inputs that a provider fills in", () => {
  it("are what it is asked to create, and are told the program", async () => {
    const created: Properties[] = [];
    const handlers = withThings({
      fillIn: (inputs, { name }) => ({ color: `${name}-red`, ...inputs, __defaults: ["color"] }),
      create: async (name, inputs) => {
        created.push(inputs);
        return { id: name, properties: {} };
      },
    });
    const { outputs } = await run(() => ({ color: new Thing("one").color }), { handlers });
    expect([created, outputs.color?.value]).toEqual([[{ color: "one-red" }], "one-red"]);
  });

  it("are no outputs when the provider tells its outputs alone", async () => {
    const handlers = withThings({
      fillIn: (inputs) => ({ color: "red", ...inputs }),
      tellsOutputsAlone: true,
      create: async (name) => ({ id: name, properties: { size: 4 } }),
    });
    const { outputs } = await run(
      () => {
        const { color, size } = new Thing("one");
        return { color: color.apply((value) => value ?? "none"), size };
      },
      { handlers },
    );
    expect([outputs.color?.value, outputs.size?.value]).toEqual(["none", 4]);
  });
});

describe("a resource as an input", () => {
  it("is handed over as its id, a component as its URN", async () => {
    const result = await run(() => {
      new Thing("two", { first: new Thing("one"), group: new Group("group") });
      return {};
    });
    expect(inputsOf(result, "two")).toEqual({
      first: "one-id",
      group: "urn:pulumi:test::test::ours:index:Group::group",
    });
  });
});

describe("an explicit provider", () => {
  it("is no resource of the run, and its resources and hooks are served", async () => {
    const told: unknown[] = [];
    const hook = ({ name, id }: pulumi.ResourceHookArgs) => void told.push([name, id !== ""]);
    class Provider extends pulumi.ProviderResource {}
    const { resources } = await run(() => {
      const hooks = { beforeCreate: [hook], afterCreate: [hook] };
      const provider = new Provider("other", "mine", { region: "here" }, { hooks });
      return { urn: new Thing("one", {}, { provider }).urn };
    });
    expect(resources.map(({ type, name }) => ({ type, name }))).toEqual([
      { type: "pulumi:pulumi:Stack", name: "test-test" },
      { type, name: "one" },
    ]);
    expect(told).toEqual([
      ["mine", false],
      ["mine", true],
    ]);
  });
});
