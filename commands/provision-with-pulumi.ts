import { mkdir, readFile, writeFile } from "node:fs/promises";
import * as path from "node:path";
import {
  CommandError as AutomationError,
  type EngineEvent,
  LocalWorkspace,
  type PulumiCommand,
  type Stack,
} from "@pulumi/pulumi/automation/index.js";
import { parse, stringify } from "yaml";
import { parseStructure } from "../components/config-schema.ts";
import type { CreatedResource, Handlers } from "../simulator/in-process.ts";
import { serveProviders } from "../simulator/provider.ts";
import type { Notice } from "../simulator/runtime-notices.ts";
import { CommandError } from "./command-error.ts";
import { localEnvironment, localFolder } from "./local-environment.ts";
import { importProgram, type Provisioned } from "./provision.ts";
import { engineName } from "./pulumi-cli.ts";
import { projectRoot, type StackSettings } from "./stack-settings.ts";

/** A stack of the local cloud under the real engine. */
export interface EngineStack {
  readonly stack: Stack;
  /** Stops serving the providers. */
  close(): Promise<void>;
}

/** What {@link openEngineStack} needs. */
export interface EngineStackOptions {
  readonly settings: StackSettings;
  readonly handlers: Handlers;
  readonly command: PulumiCommand;
  /** Where the workspace and the engine's state are kept. */
  readonly folder: string;
  /** Evaluates the program and gives its exports. */
  readonly program: () => Promise<object>;
}

/**
 * Opens the stack in a workspace of its own, with the program run by this process: the engine writes into a stack's settings
 * file, and the tracked one must stay as it is.
 */
export async function openEngineStack(options: EngineStackOptions): Promise<EngineStack> {
  const { settings, command, folder } = options;
  const providers = await serveProviders(options.handlers);
  try {
    const workDir = path.join(folder, "workspace");
    await mkdir(workDir, { recursive: true, mode: 0o700 });
    const structured = await copyProject(workDir);
    await writeSettings(path.join(workDir, `Pulumi.${settings.stack}.yaml`), { settings, structured });
    const stack = await LocalWorkspace.createOrSelectStack(
      {
        projectName: settings.project,
        stackName: settings.stack,
        program: async () => ({ ...(await options.program()) }),
      },
      {
        workDir,
        pulumiCommand: command,
        envVars: await localEnvironment({ providers: providers.port }, folder),
      },
    );
    return { stack, close: providers.close };
  } catch (error) {
    await providers.close();
    throw error;
  }
}

/** An engine that updates the stack by the CLI, and gives what it then is made of. */
export function provisionWithPulumi(
  command: PulumiCommand,
): (settings: StackSettings, handlers: Handlers) => Promise<Provisioned> {
  return async (settings, handlers) => {
    const started = performance.now();
    const options = { settings, handlers, command, folder: localFolder, program: importProgram };
    const { stack, close } = await openEngineStack(options);
    try {
      const notices: Notice[] = [];
      const { outputs, summary } = await stack
        .up({ suppressProgress: true, onEvent: (event) => notices.push(...noticesOf(event)) })
        .catch(asCommandError);
      const { deployment } = await stack.exportStack();
      return {
        engine: engineName(command),
        notices,
        resources: resourcesOf(deployment),
        outputs: Object.fromEntries(
          Object.entries(outputs).map(([name, { value, secret }]) => [name, { value, secret }]),
        ),
        changes: summary.resourceChanges ?? {},
        seconds: (performance.now() - started) / 1000,
      };
    } finally {
      await close();
    }
  };
}

function noticesOf({ diagnosticEvent }: EngineEvent): Notice[] {
  if (diagnosticEvent?.severity !== "warning" && diagnosticEvent?.severity !== "info") return [];
  const { severity, message } = diagnosticEvent;
  // The engine marks colours by tags.
  return [{ severity, message: message.replace(/<\{%.*?%\}>/g, "").trim() }];
}

/** The resources of an exported stack, without the providers, which are the engine's own. */
function resourcesOf(deployment: {
  resources?: readonly { type: string; urn: string }[];
}): CreatedResource[] {
  return (deployment.resources ?? [])
    .filter(({ type }) => !type.startsWith("pulumi:providers:"))
    .map(({ type, urn }) => ({ type, name: urn.split("::").at(-1) ?? "" }));
}

interface ProjectFile {
  readonly name: string;
  readonly main: string;
  readonly config?: Readonly<Record<string, { readonly type?: string }>>;
}

/** Gives the settings that Pulumi.yaml declares as lists or maps. */
async function copyProject(workDir: string): Promise<ReadonlySet<string>> {
  const text = await readFile(path.join(projectRoot, "Pulumi.yaml"), "utf8");
  // The program is run by this process; `main` would be looked for in the workspace.
  const { main: _, ...project } = parse(text) as ProjectFile;
  await writeFile(path.join(workDir, "Pulumi.yaml"), stringify(project), { mode: 0o600 });
  const declared = Object.entries(project.config ?? {});
  const structured = declared.filter(([, { type }]) => type === "array" || type === "object");
  return new Set(structured.map(([key]) => `${project.name}:${key}`));
}

// The salt that the engine wrote belongs to the secrets in the state, so it stays.
async function writeSettings(
  file: string,
  { settings, structured }: { settings: StackSettings; structured: ReadonlySet<string> },
): Promise<void> {
  const before = await readFile(file, "utf8").catch(() => "");
  const { encryptionsalt } = (parse(before) ?? {}) as { encryptionsalt?: string };
  const values = Object.entries(settings.config).map(([key, value]) => [
    key,
    structured.has(key) ? parseStructure(value) : value,
  ]);
  await writeFile(
    file,
    stringify({
      ...(encryptionsalt === undefined ? {} : { encryptionsalt }),
      config: Object.fromEntries(values),
    }),
    { mode: 0o600 },
  );
}

// The engine's own words, once, without the stack trace of the API that called it.
function asCommandError(error: unknown): never {
  if (!(error instanceof AutomationError)) throw error;
  const { stdout, stderr } = (error as unknown as { commandResult: { stdout: string; stderr: string } })
    .commandResult;
  const lines = `${stdout}\n${stderr}`.split("\n").map((line) => line.trim());
  const errors = [
    ...new Set(lines.filter((line) => line.startsWith("error:") && line !== "error: update failed")),
  ];
  const isKilled = /locked by|already exist/.test(errors.join());
  const nextStep = isKilled
    ? ['An earlier update may have been killed: README, "After an update that was killed".']
    : [];
  const told = errors.length > 0 ? errors : [stderr.trim()];
  throw new CommandError(["Pulumi could not update the stack:", ...told, ...nextStep].join("\n"), {
    cause: error,
  });
}
