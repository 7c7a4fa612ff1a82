import { setImmediate } from "node:timers/promises";
import * as pulumi from "@pulumi/pulumi";
import { SimulatorError } from "./error.ts";
import type { FunctionHandler, Properties, ResourceHandler, ResourceState } from "./resource.ts";
import { collectNotices, type Notice } from "./runtime-notices.ts";

/** The resource types and functions of the simulated providers. */
export interface Handlers {
  readonly resources: readonly ResourceHandler[];
  readonly functions: readonly FunctionHandler[];
  /** Handles the types that `resources` lacks, in process alone; absent, they are refused. */
  readonly otherResources?: (type: string) => ResourceHandler;
}

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
  await pulumi.runtime.setMocks(mocks(run, { resources, refusals }), run.project, run.stack, false);

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
  } finally {
    await setImmediate();
    process.off("unhandledRejection", collect);
    stop();
  }
  if (failures.size > 0)
    throw new StackError(describe(refusals.length > 0 ? new Set(refusals) : failures), {
      cause: [...failures][0],
    });
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
  const byType = new Map(handlers.resources.map((handler) => [handler.type, handler]));
  const byToken = new Map(handlers.functions.map((handler) => [handler.token, handler]));
  return {
    async newResource({ type, name, inputs, custom }) {
      const created = { type, name };
      if (!custom) {
        resources.push(created);
        return { id: undefined, state: inputs };
      }
      const plain = openSecrets(inputs) as Properties;
      const state = await create(byType.get(type) ?? handlers.otherResources?.(type), created, plain).catch(
        noted,
      );
      resources.push(created);
      onCreated?.(created);
      return { id: state.id, state: { ...plain, ...withSecrets(state) } };
    },
    call: ({ token, inputs }) =>
      invoke(byToken.get(token), token, openSecrets(inputs) as Properties).catch(noted),
  };
}

async function invoke(
  handler: FunctionHandler | undefined,
  token: string,
  args: Properties,
): Promise<Properties> {
  if (handler !== undefined) return handler.invoke(args);
  throw new SimulatorError(
    "UnsupportedFunction",
    `No simulated function for "${token}". Add a handler for it in simulator/, or deploy to the real cloud.`,
  );
}

async function create(
  handler: ResourceHandler | undefined,
  { type, name }: CreatedResource,
  inputs: Properties,
): Promise<ResourceState> {
  const subject = `"${name}" (${type})`;
  if (handler === undefined) {
    throw new SimulatorError(
      "UnsupportedResource",
      `No simulated resource for ${subject}. Add a handler for it in simulator/, or deploy to the real cloud.`,
    );
  }
  const failures = handler.check(inputs);
  if (failures.length > 0) {
    const lines = failures.map(
      ({ property, reason }) => `\n  - ${property === undefined ? "" : `${property}: `}${reason}`,
    );
    throw new SimulatorError("InvalidInputs", `${subject} is refused:${lines.join("")}`);
  }
  try {
    return await handler.create(name, inputs);
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

// Mocks ignore `additionalSecretOutputs`, so what is secret has to leave here as one.
function withSecrets({ properties, secrets = [] }: ResourceState): Properties {
  return Object.fromEntries(
    Object.entries(properties).map(([key, value]) => [
      key,
      secrets.includes(key) ? pulumi.secret(value) : value,
    ]),
  );
}

function describe(failures: ReadonlySet<unknown>): string {
  const messages = [...failures].map((failure) => {
    if (pulumi.RunError.isInstance(failure) || failure instanceof SimulatorError) return failure.message;
    return failure instanceof Error ? (failure.stack ?? failure.message) : String(failure);
  });
  return [...new Set(messages)].join("\n");
}
