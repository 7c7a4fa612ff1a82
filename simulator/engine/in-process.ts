import { setImmediate } from "node:timers/promises";
import * as pulumi from "@pulumi/pulumi";
import engineServices from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import services from "@pulumi/pulumi/proto/resource_grpc_pb.js";
import debuggable from "@pulumi/pulumi/runtime/debuggable.js";
import state from "@pulumi/pulumi/runtime/state.js";
import { SimulatorError } from "../kernel/error.ts";
import type { ProviderHandlers } from "../providers/provider-handlers.ts";
import type { Properties } from "../providers/resource.ts";
import { Activity } from "./activity.ts";
import { isSecretDeep, openedValue } from "./engine-values.ts";
import { type CreatedResource, ResourceMonitor, type ResourceRecord } from "./monitor.ts";
import { type Notice, ProgramLog } from "./program-log.ts";
import type { Registration } from "./registration.ts";
import { serveRpc } from "./rpc-server.ts";
import { StackError } from "./stack-error.ts";

/** The stack to run, as its settings files describe it. */
export interface StackRun {
  readonly project: string;
  readonly stack: string;
  /** Full key → value as Pulumi stores it: text, objects as JSON. */
  readonly config: Readonly<Record<string, string>>;
  /** Evaluates the program and gives its exports; each run needs a fresh evaluation. */
  readonly program: () => Promise<object>;
  readonly providerHandlers: ProviderHandlers;
  /**
   * The outputs of every stack that the program refers to.
   *
   * @defaultValue none: no stack has been updated yet
   */
  readonly lastOutputs?: Properties;
  /** Told of each resource of a provider once it exists. */
  readonly onCreated?: (resource: CreatedResource) => void;
}

/** One stack output. */
export interface ProgramOutput {
  readonly value: unknown;
  readonly secret: boolean;
}

/** What a run leaves behind. */
export interface StackResult {
  readonly resources: readonly ResourceRecord[];
  readonly outputs: Readonly<Record<string, ProgramOutput>>;
  /** What the program had to say. */
  readonly notices: readonly Notice[];
}

/** What a run in process leaves behind. */
export interface RecordedResult extends StackResult {
  /** What the program registered, in order. */
  readonly registrations: readonly Registration[];
}

// The Automation API gives each run in a process a state of its own by this; the SDK's types leave it out.
const { withLocalStorage } = state as unknown as {
  withLocalStorage<T>(run: () => Promise<T>): Promise<T>;
};

// What the SDK prints when the process of `pulumi up` ends before all is registered; the types leave it out as well.
const { leakedPromises } = debuggable as unknown as {
  leakedPromises(): readonly [leaked: ReadonlySet<unknown>, message: string];
};

/**
 * Runs a Pulumi program without the Pulumi CLI: the program's SDK talks to a resource monitor of ours, which asks the handlers, in
 * parallel as far as the program's dependencies allow. There is no state and no diff; every resource is created. When one is
 * refused, those that do not need it are still made, so that every refusal is told.
 *
 * @throws {StackError} when the program, a transform or a hook fails, or a handler refuses a resource.
 */
export function runInProcess(run: StackRun): Promise<RecordedResult> {
  return withLocalStorage(() => runInLocalState(run));
}

async function runInLocalState(run: StackRun): Promise<RecordedResult> {
  const log = new ProgramLog();
  const { lastOutputs = {}, onCreated = () => {} } = run;
  const warn = (message: string) => log.warn(message);
  const monitor = new ResourceMonitor({ ...run, lastOutputs, onCreated, warn });
  const served = await serveRpc([
    [services.ResourceMonitorService, monitor.service()],
    [engineServices.EngineService, log.service()],
  ]);
  const address = `127.0.0.1:${served.port}`;
  pulumi.runtime.resetOptions(run.project, run.stack, 0, address, address, false, "organization");
  pulumi.runtime.setAllConfig({ ...run.config });
  try {
    const failures = await failuresOf(run.program, monitor);
    const causes = causesOf(failures, monitor);
    if (causes.length > 0 || log.errors.length > 0)
      throw new StackError(describe(causes, log.errors), { cause: causes[0] });
    const { registrations, resources, stackOutputs } = monitor;
    return { registrations, resources, outputs: readOutputs(stackOutputs), notices: log.notices };
  } finally {
    pulumi.runtime.disconnectSync();
    monitor.close();
    await served.close();
  }
}

/**
 * Evaluates the program until all is registered. A failure is waited for no longer than something is under way: what the program
 * then still waits for may never come. Where the program waits for nothing that could come, that is the failure, as in `pulumi up`.
 */
async function failuresOf(
  program: () => Promise<object>,
  monitor: ResourceMonitor,
): Promise<ReadonlySet<unknown>> {
  const failures = new Set<unknown>();
  const failed = Promise.withResolvers<void>();
  const note = (reason: unknown) => {
    failures.add(reason);
    failed.resolve();
  };
  const forget = () => {};
  const activity = new Activity();
  const begun = Promise.withResolvers<void>();
  const stuck = begun.promise
    .then(() => activity.idle())
    .then(() => {
      const [leaked, message] = leakedPromises();
      // An output of the stack that never comes is none of them: `pulumi up` then ends well, and without any output.
      if (leaked.size > 0) note(new pulumi.RunError(message));
    });
  // An output that nobody waits for rejects to the process alone: there the SDK's own runner listens, too.
  process.on("unhandledRejection", note);
  // What was noted is told as the failure that it is; Node would warn of it when another output takes it up later.
  process.on("rejectionHandled", forget);
  try {
    const evaluated = activity.run(() =>
      pulumi.runtime.runInPulumiStack(async () => {
        const exports = { ...(await program()) };
        // Loading a module may wait for a thread or a process that was there before.
        begun.resolve();
        return exports;
      }),
    );
    const registered = evaluated.then(() => pulumi.runtime.disconnect(true));
    await Promise.race([registered.catch(note), failed.promise, stuck]);
    if (failures.size > 0 || monitor.refusals.length > 0) {
      await Promise.race([pulumi.runtime.disconnect().catch(note), monitor.quiet()]);
      await setImmediate();
    }
  } finally {
    activity.end();
    process.off("unhandledRejection", note);
    process.off("rejectionHandled", forget);
  }
  return failures;
}

/** What is to be told: each refusal without what the SDK wraps it in, and what came of none. */
function causesOf(failures: ReadonlySet<unknown>, monitor: ResourceMonitor): readonly unknown[] {
  const texts = [...failures].map(String);
  const invokes = monitor.refusedInvokes.filter(({ message }) =>
    texts.some((text) => text.includes(message)),
  );
  const refusals = [...monitor.refusals, ...invokes];
  const isEcho = (failure: unknown) =>
    refusals.some(({ message }) => message !== "" && String(failure).includes(message));
  return [...refusals, ...[...failures].filter((failure) => !isEcho(failure))];
}

function readOutputs(wrapped: Properties): Record<string, ProgramOutput> {
  const entries = Object.entries(wrapped).map(([name, value]) => [
    name,
    { value: openedValue(value), secret: isSecretDeep(value) },
  ]);
  return Object.fromEntries(entries);
}

function describe(causes: readonly unknown[], errors: readonly string[]): string {
  const messages = causes.map((failure) => {
    if (pulumi.RunError.isInstance(failure) || failure instanceof SimulatorError) return failure.message;
    return failure instanceof Error ? (failure.stack ?? failure.message) : String(failure);
  });
  return [...new Set([...errors, ...messages])].join("\n");
}
