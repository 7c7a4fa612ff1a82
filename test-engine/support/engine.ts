import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import type { EngineEvent, PulumiCommand, Stack } from "@pulumi/pulumi/automation/index.js";
import { peopleOf } from "../../commands/people-settings.ts";
import { openEngineStack } from "../../commands/provision-with-pulumi.ts";
import { findPulumiCli, howToGetCli } from "../../commands/pulumi-cli.ts";
import { RefusalLog } from "../../commands/refusal-log.ts";
import { readStackSettings, type StackSettings } from "../../commands/stack-settings.ts";
import { type LocalCloud, startCloud } from "../../simulator/cloud.ts";
import { CloudFile } from "../../simulator/cloud-file.ts";
import type { ProviderHandlers } from "../../simulator/providers/provider-handlers.ts";
import { copyProject } from "../../test/support/command.ts";
import { freePort, settingsFor } from "../../test/support/local-stack.ts";
import { withSettings } from "../../test/support/settings.ts";

/** A change to the program or its settings. */
export interface StackChange {
  /** Settings in the place of those of the stack local; `undefined` takes one away, and the word local stands for the cloud's own backend. */
  readonly config?: Readonly<Record<string, string | undefined>>;
  /** Another stack than local, in the same cloud. */
  readonly stack?: string;
  /** File → what becomes of its text. */
  readonly files?: Readonly<Record<string, (text: string) => string>>;
}

/** A local cloud with its state on disk, and the real engine working on it. */
export interface TestEngine {
  readonly cloud: LocalCloud;
  /** Where cloud and engine keep their state. */
  readonly folder: string;
  readonly settings: StackSettings;
  /** The settings with a change. */
  settingsWith(change: StackChange): StackSettings;
  readonly refusals: RefusalLog;
  /** Opens the stack with a change, runs an operation, and gives its steps: `update azure-native:…:Api conference`. */
  run<T>(
    change: StackChange,
    operation: (stack: Stack, onEvent: (event: EngineEvent) => void) => Promise<T>,
    handlers?: ProviderHandlers,
  ): Promise<{ result: T; steps: readonly string[] }>;
  /** Stops the cloud, and keeps its folder with the state of cloud and engine. */
  stop(): Promise<void>;
  /** Stops the cloud and removes its folder. */
  close(): Promise<void>;
}

/** The CLI, or an error that says how to get it: these tests are never skipped. */
export async function requireCli(): Promise<PulumiCommand> {
  const { cli, found } = await findPulumiCli();
  if (cli === undefined)
    throw new Error(`The engine's tests need the Pulumi CLI; got ${found}. Get it: ${howToGetCli}.`);
  return cli;
}

/** Where an earlier {@link TestEngine} left its state. */
export interface KeptState {
  readonly folder: string;
}

/** Starts a local cloud in a folder of its own: empty, or with a copy of the state that an earlier one left. */
export async function startTestEngine(kept?: KeptState): Promise<TestEngine> {
  const command = await requireCli();
  const folder = await mkdtemp(path.join(tmpdir(), "apim-okta-engine-"));
  if (kept !== undefined) await cp(kept.folder, folder, { recursive: true });
  const file = await CloudFile.acquire(folder);
  const refusals = new RefusalLog();
  const written = await readStackSettings("local");
  const people = peopleOf(written);
  // A kept state brings its ports along.
  const port = kept === undefined ? Number(await freePort()) : 0;
  const cloud = await startCloud({
    ...{ port, file, log: () => {}, onRefused: refusals.addRefusal },
    ...(people && { people }),
  });
  const settings = settingsFor(cloud, written);
  const settingsWith = ({ config = {}, stack = settings.stack }: StackChange): StackSettings => {
    return { ...settingsFor(cloud, withSettings(written, config)), stack };
  };
  const stop = async () => {
    await cloud.close();
    await file.release();
  };
  return {
    cloud,
    folder,
    settings,
    settingsWith,
    refusals,
    run: async (change, operation, handlers = cloud.providerHandlers) => {
      const project = await changedProject(change);
      const options = { settings: settingsWith(change), providerHandlers: handlers, command, folder };
      const program = path.join(project, "index.ts");
      const { stack, close } = await openEngineStack({ ...options, program });
      const steps: string[] = [];
      try {
        const result = await operation(stack, (event) => steps.push(...stepOf(event)));
        return { result, steps: steps.sort() };
      } finally {
        await close();
        await rm(project, { recursive: true });
      }
    },
    stop,
    close: async () => {
      await stop();
      // What a killed engine had started may still write its last file there.
      await rm(folder, { recursive: true, maxRetries: 10 });
    },
  };
}

/** A copy of the project with a change's files. */
export async function changedProject({ files = {} }: StackChange): Promise<string> {
  // A change of code is seen where every file that imports it is a copy as well.
  const ownCode = Object.keys(files).some((name) => name.endsWith(".ts") && name !== "index.ts");
  const project = await copyProject({ ownCode });
  for (const [name, change] of Object.entries(files)) {
    const file = path.join(project, name);
    const before = await readFile(file, "utf8");
    const after = change(before);
    if (after === before) throw new Error(`The change of ${name} must change it; it did not.`);
    await writeFile(file, after);
  }
  return project;
}

function stepOf({ resourcePreEvent }: EngineEvent): string[] {
  if (resourcePreEvent === undefined) return [];
  const { op, type, urn } = resourcePreEvent.metadata;
  // "same" is no step; the halves of a replacement are told by "replace", refreshes and reads by the result.
  const silent = ["same", "create-replacement", "delete-replaced", "refresh", "read"];
  if (silent.includes(op) || type.startsWith("pulumi:providers:")) return [];
  return [`${op} ${type.split(":").at(-1)} ${urn.split("::").at(-1)}`];
}
