import { setImmediate } from "node:timers/promises";
import * as pulumi from "@pulumi/pulumi";
import { SimulatorError } from "../kernel/error.ts";
import { type Handlers, HandlerTable } from "../providers/handlers.ts";
import { type Properties, type ResourceState, withSecrets } from "../providers/resource.ts";
import { withoutDefaults } from "./engine-values.ts";
import { collectNotices, type Notice } from "./runtime-notices.ts";

/** The stack to run, as its settings files describe it. */
export interface StackRun {
  readonly project: string;
  readonly stack: string;
  /** Full key → value as Pulumi stores it: text, objects as JSON. */
  readonly config: Readonly<Record<string, string>>;
  /** Evaluates the program and gives its exports; each run needs a fresh evaluation. */
  readonly program: () => Promise<object>;
  readonly handlers: Handlers;
  /** Told of each resource once it exists. */
  readonly onCreated?: (resource: CreatedResource) => void;
}

/** A resource that the run made. */
export interface CreatedResource {
  /** Pulumi's full type token. */
  readonly type: string;
  /** Logical name. */
  readonly name: string;
}

/** One stack output. */
export interface StackOutput {
  readonly value: unknown;
  readonly secret: boolean;
}

/** What a run leaves behind. */
export interface StackResult {
  readonly resources: readonly CreatedResource[];
  readonly outputs: Readonly<Record<string, StackOutput>>;
  /** What the program had to say. */
  readonly notices: readonly Notice[];
}

/** Every failure of one run. Its message is for people: no stack trace where the program meant a message. */
export class StackError extends Error {
  override readonly name = "StackError";
}

/**
 * Runs a Pulumi program without the Pulumi CLI: registrations go to the handlers, in parallel as far as the program's
 * dependencies allow. There is no state and no diff; every resource is created.
 *
 * @throws {StackError} when the program fails, or a handler refuses a resource.
 */
export async function runInProcess(run: StackRun): Promise<StackResult> {
  const resources: CreatedResource[] = [];
  const refusals: Error[] = [];
  pulumi.runtime.setAllConfig({ ...run.config });
  await pulumi.runtime.setMocks(
    mocks(run, { resources, refusals }),
    run.project,
    run.stack,
    false,
    "organization",
  );

  // A failing registration also rejects every output that waits for it; the SDK leaves those to the process.
  const failures = new Set<unknown>();
  const collect = (reason: unknown) => failures.add(reason);
  process.on("unhandledRejection", collect);
  const { notices, stop } = collectNotices();
  let outputs: Record<string, StackOutput> = {};
  try {
    outputs = await evaluate(run.program);
    await pulumi.runtime.disconnect();
  } catch (error) {
    failures.add(error);
    // What a failed program has registered goes on for a moment: it must not reach the monitor of the next run.
    await pulumi.runtime.disconnect().catch(collect);
  } finally {
    await setImmediate();
    process.off("unhandledRejection", collect);
    stop();
  }
  if (failures.size > 0)
    throw new StackError(describe(told(refusals, failures)), { cause: [...failures][0] });
  return { resources, outputs, notices };
}

async function evaluate(program: () => Promise<object>): Promise<Record<string, StackOutput>> {
  let exported: object = {};
  await pulumi.runtime.runInPulumiStack(async () => {
    exported = { ...(await program()) };
    return exported;
  });
  const outputs: Record<string, StackOutput> = {};
  for (const [name, value] of Object.entries(exported)) {
    if (value === undefined) continue;
    const output = pulumi.output(value);
    outputs[name] = { value: await settled(output), secret: await pulumi.isSecret(output) };
  }
  return outputs;
}

function settled<T>(output: pulumi.Output<T>): Promise<T> {
  return new Promise((resolve) => {
    output.apply((value) => resolve(value as T));
  });
}

function mocks(
  { handlers, onCreated }: StackRun,
  { resources, refusals }: { resources: CreatedResource[]; refusals: Error[] },
): pulumi.runtime.Mocks {
  // The SDK wraps a failure once for each output that waits for it; the refusal itself says all.
  const noted = (error: unknown): never => {
    if (error instanceof SimulatorError) refusals.push(error);
    throw error;
  };
  const table = new HandlerTable(handlers);
  return {
    async newResource({ type, name, inputs, custom }) {
      // There is no earlier update, of this stack or of another one.
      if (type === "pulumi:pulumi:StackReference")
        return { id: inputs.name, state: { name: inputs.name, outputs: {}, secretOutputNames: [] } };
      const created = { type, name };
      if (!custom) {
        resources.push(created);
        return { id: undefined, state: inputs };
      }
      const plain = openSecrets(inputs) as Properties;
      const state = await create(table, created, plain).catch(noted);
      resources.push(created);
      onCreated?.(created);
      // Mocks ignore `additionalSecretOutputs`, so what is secret has to leave here as one.
      return { id: state.id, state: { ...plain, ...withSecrets(state, pulumi.secret) } };
    },
    call: async ({ token, inputs }) => {
      try {
        return await table.function(token).invoke(openSecrets(inputs) as Properties);
      } catch (error) {
        // The SDK tells the details alone, as the real engine fills them in.
        if (error instanceof Error) Object.assign(error, { details: error.message });
        return noted(error);
      }
    },
  };
}

/** The refusals that failures came of, each without what the SDK wraps it in; a program may do without what a look-up refused. */
function told(refusals: readonly Error[], failures: ReadonlySet<unknown>): ReadonlySet<unknown> {
  const texts = [...failures].map(String);
  const causes = refusals.filter(({ message }) => texts.some((text) => text.includes(message)));
  return causes.length > 0 ? new Set(causes) : failures;
}

async function create(
  table: HandlerTable,
  { type, name }: CreatedResource,
  inputs: Properties,
): Promise<ResourceState> {
  const subject = `"${name}" (${type})`;
  const handler = table.resource(type, name);
  const filled = withoutDefaults((await handler.fillIn?.(inputs, { name, before: undefined })) ?? inputs);
  const failures = handler.check(filled);
  if (failures.length > 0) {
    const lines = failures.map(
      ({ property, reason }) => `\n  - ${property === undefined ? "" : `${property}: `}${reason}`,
    );
    throw new SimulatorError("InvalidInputs", `${subject} is refused:${lines.join("")}`);
  }
  try {
    return await handler.create(name, filled);
  } catch (error) {
    if (!(error instanceof SimulatorError)) throw error;
    throw new SimulatorError(error.code, `${subject} is refused: ${error.message}`, { cause: error });
  }
}

/** Mocks hand secrets over in their wire wrapping; a handler wants the plain value. */
function openSecrets(value: unknown): unknown {
  if (pulumi.runtime.isRpcSecret(value)) return openSecrets(pulumi.runtime.unwrapRpcSecret(value));
  if (Array.isArray(value)) return value.map(openSecrets);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, openSecrets(inner)]));
}

function describe(failures: ReadonlySet<unknown>): string {
  const messages = [...failures].map((failure) => {
    if (pulumi.RunError.isInstance(failure) || failure instanceof SimulatorError) return failure.message;
    return failure instanceof Error ? (failure.stack ?? failure.message) : String(failure);
  });
  return [...new Set(messages)].join("\n");
}
