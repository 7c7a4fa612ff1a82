import { mkdir, readFile } from "node:fs/promises";
import * as path from "node:path";
import type { DiagnosticEvent } from "@pulumi/pulumi/automation/events.js";
import {
  CommandError as AutomationError,
  LocalWorkspace,
  type PulumiCommand,
  type Stack,
} from "@pulumi/pulumi/automation/index.js";
import { parse, stringify } from "yaml";
import type { CreatedResource } from "../simulator/engine/monitor.ts";
import type { Notice } from "../simulator/engine/program-log.ts";
import { writeWhole } from "../simulator/kernel/whole-file.ts";
import type { ProviderHandlers } from "../simulator/providers/provider-handlers.ts";
import { parseStructure } from "../stack/structure.ts";
import { CommandError } from "./command-error.ts";
import { inOwnGroup } from "./engine-process.ts";
import { exportedResources, logicalNameIn, secretOutputNames } from "./exported-resources.ts";
import { localFolder, openLocalEnvironment } from "./local-environment.ts";
import { programFile, projectRoot } from "./project.ts";
import type { provisionInProcess } from "./provision.ts";
import { engineName } from "./pulumi-cli.ts";
import type { StackSettings } from "./stack-settings.ts";

/** A stack of the local cloud under the real engine. */
export interface EngineStack {
  readonly stack: Stack;
  /** Stops serving what the engine is attached to. */
  close(): Promise<void>;
}

/** What {@link openEngineStack} needs. */
export interface EngineStackOptions {
  readonly settings: StackSettings;
  readonly providerHandlers: ProviderHandlers;
  readonly command: PulumiCommand;
  /** Where the workspace and the engine's state are kept. */
  readonly folder: string;
  /** The program's file. */
  readonly program: string;
  /** Variables that aim the installed providers at the local cloud; absent, the local cloud's own providers are used. */
  readonly realProviders?: Readonly<Record<string, string>> | undefined;
}

/**
 * Opens the stack in a workspace of its own: the engine writes into a stack's settings file, and the tracked one must stay as it
 * is. The program runs in a process of its own, by the SDK's runner: run inside this one, a program that fails half-way would end
 * as if it were done, and the engine would delete whatever it had not come to.
 */
export async function openEngineStack(options: EngineStackOptions): Promise<EngineStack> {
  const { settings, command, folder, realProviders } = options;
  const workDir = path.join(folder, "workspace");
  await mkdir(workDir, { recursive: true, mode: 0o700 });
  const structured = await writeProject(workDir, options.program);
  await writeSettings(path.join(workDir, `Pulumi.${settings.stack}.yaml`), { settings, structured });
  const { variables, close } = await openLocalEnvironment(options.providerHandlers, {
    cli: command,
    folder,
    realProviders,
  });
  try {
    const stack = await LocalWorkspace.createOrSelectStack(
      { stackName: settings.stack, workDir },
      { workDir, pulumiCommand: inOwnGroup(command), envVars: { ...variables } },
    );
    return { stack, close };
  } catch (error) {
    await close();
    throw asCommandError(error, []);
  }
}

/**
 * An engine that updates the stack by the CLI, and gives what it then is made of.
 *
 * @param stop Ends the update as Ctrl-C does: what is under way is finished, the rest is left.
 * @param realProviders Variables that aim the installed providers at the local cloud; absent, the local cloud's own are used.
 */
export function provisionWithPulumi(
  command: PulumiCommand,
  stop: AbortSignal,
  realProviders?: Readonly<Record<string, string>>,
): typeof provisionInProcess {
  return async (settings, handlers, onMade = () => {}) => {
    const started = performance.now();
    const program = await programFile(projectRoot);
    const { stack, close } = await openEngineStack({
      settings,
      providerHandlers: handlers,
      command,
      folder: localFolder,
      program,
      realProviders,
    });
    const notices: Notice[] = [];
    const errors: string[] = [];
    try {
      const { outputs, summary } = await stack.up({
        suppressProgress: true,
        signal: stop,
        onEvent: ({ diagnosticEvent, resOutputsEvent }) => {
          if (resOutputsEvent !== undefined && resOutputsEvent.metadata.op !== "same")
            onMade(madeResource(resOutputsEvent.metadata));
          if (diagnosticEvent === undefined) return;
          const { severity } = diagnosticEvent;
          const message = plainMessage(diagnosticEvent);
          if (severity === "error") errors.push(message);
          else if (severity === "warning" || severity === "info") notices.push({ severity, message });
        },
      });
      const { deployment } = await stack.exportStack();
      // The SDK calls an output secret only where the whole of it is one.
      const secretNames = secretOutputNames(deployment);
      // The stack's reference to its own last update is read each time, and is no change.
      const { read: _, ...changes } = summary.resourceChanges ?? {};
      return {
        engine: engineName(command),
        notices,
        resources: exportedResources(deployment),
        outputs: Object.fromEntries(
          Object.entries(outputs).map(([name, { value }]) => [
            name,
            { value, secret: secretNames.has(name) },
          ]),
        ),
        changes,
        seconds: (performance.now() - started) / 1000,
      };
    } catch (error) {
      throw asCommandError(error, errors);
    } finally {
      await close();
    }
  };
}

/** A message of the engine without the tags that mark its colours. */
function plainMessage({ message }: DiagnosticEvent): string {
  return message.replace(/<\{%.*?%\}>/g, "").trim();
}

function madeResource({ type, urn }: { readonly type: string; readonly urn: string }): CreatedResource {
  return { type, name: logicalNameIn(urn) };
}

interface ProjectFile {
  readonly name: string;
  readonly config?: Readonly<Record<string, { readonly type?: string }>>;
}

/** Gives the settings that Pulumi.yaml declares as lists or maps. */
async function writeProject(workDir: string, program: string): Promise<ReadonlySet<string>> {
  const text = await readFile(path.join(projectRoot, "Pulumi.yaml"), "utf8");
  const project = { ...(parse(text) as ProjectFile), main: program };
  await writeWhole(path.join(workDir, "Pulumi.yaml"), stringify(project));
  const declared = Object.entries(project.config ?? {});
  const structured = declared.filter(([, { type }]) => type === "array" || type === "object");
  return new Set(structured.map(([key]) => `${project.name}:${key}`));
}

// The salt that the engine wrote belongs to the secrets in the state, so it stays.
async function writeSettings(
  file: string,
  { settings, structured }: { settings: StackSettings; structured: ReadonlySet<string> },
): Promise<void> {
  const before = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
    return "";
  });
  const { encryptionsalt } = (parseSettings(file, before) ?? {}) as { encryptionsalt?: string };
  const values = Object.entries(settings.config).map(([key, value]) => [
    key,
    structured.has(key) ? parseStructure(value) : value,
  ]);
  const salt = encryptionsalt === undefined ? {} : { encryptionsalt };
  await writeWhole(file, stringify({ ...salt, config: Object.fromEntries(values) }));
}

function parseSettings(file: string, text: string): unknown {
  try {
    return parse(text);
  } catch (cause) {
    throw new CommandError(`"${file}" is not YAML. Delete it: it is written anew.`, { code: "file", cause });
  }
}

// What a person does about a failure of the CLI's own, by its words.
const nextSteps: readonly (readonly [words: RegExp, nextStep: string])[] = [
  [
    /locked by|already exist/,
    'An earlier update may have been killed: see docs/deploy.md, "After an update that was killed".',
  ],
  [
    /incorrect passphrase/,
    "The stack was made with another .local/passphrase: put that one back, or empty the local cloud with `npm run local -- --reset`.",
  ],
  [
    /E0000007|ResourceNotFound/,
    "Where the local cloud has lost what the engine's state still has: `npm run local -- npx pulumi refresh --stack local`, or empty both with `npm run local -- --reset`.",
  ],
  [
    /failed to load checkpoint|unexpected end of JSON|invalid character/,
    "The engine's state in .local/pulumi/.pulumi/stacks is damaged: put its .bak file in its place, or empty the local cloud with `npm run local -- --reset`.",
  ],
];

/** The engine's own words, each once, without the stack trace of the API that called it. */
function asCommandError(error: unknown, told: readonly string[]): unknown {
  if (!(error instanceof AutomationError)) return error;
  const { stdout, stderr } = (error as unknown as { commandResult: { stdout: string; stderr: string } })
    .commandResult;
  // Where the engine did not come to tell, the CLI prints what is wrong.
  const printed = `${stdout}\n${stderr}`.split("\n").filter((line) => line.startsWith("error:"));
  const errors = [...new Set(told.length > 0 ? told : printed)].filter(
    (text) => !/update failed$/.test(text),
  );
  const words = errors.length > 0 ? errors : [stderr.trim()];
  const steps = nextSteps.filter(([pattern]) => pattern.test(words.join("\n"))).map(([, step]) => step);
  return new CommandError(["Pulumi could not update the stack:", ...words, ...steps].join("\n"), {
    code: "pulumi",
    cause: error,
  });
}
