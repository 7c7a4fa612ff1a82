import { type SpawnOptions, spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, readFile, rm, stat } from "node:fs/promises";
import { constants } from "node:os";
import * as path from "node:path";
import { parse } from "yaml";
import { type CloudOptions, startCloud } from "../simulator/cloud.ts";
import { CloudFile } from "../simulator/cloud-file.ts";
import { writeWhole } from "../simulator/kernel/whole-file.ts";
import { localVariables } from "../stack/local-cloud.ts";
import { qualified } from "../stack/settings-file.ts";
import { asCalled } from "./as-called.ts";
import { CommandError } from "./command-error.ts";
import { type CommandLine, type CommandOption, parseCommandLine } from "./command-line.ts";
import { controlRunningCloud, readControlWords } from "./control-running-cloud.ts";
import { onSignals } from "./interruption.ts";
import { localFolder, openLocalEnvironment } from "./local-environment.ts";
import { localSecretsOf } from "./local-secrets.ts";
import { peopleOf } from "./people-settings.ts";
import { projectRoot } from "./project.ts";
import { findPulumiCli } from "./pulumi-cli.ts";
import { purgeInstance } from "./purge-instance.ts";
import { runCommand } from "./run-command.ts";
import { readProjectName, readStackSettings } from "./stack-settings.ts";
import {
  apiAccessOption,
  type Providers,
  portOption,
  providersOption,
  reachOption,
  readPort,
  readProviders,
  writesOption,
} from "./start-options.ts";
import { vendorVariables } from "./vendor-variables.ts";

const commandLine = {
  usage: "npm run local -- [options] COMMAND …",
  summary: [
    "Runs a command with Pulumi aimed at the local cloud, for example `npx pulumi preview --stack local`; its exit code is the command's.",
    "",
    "Instead of a command, these change the local cloud that `npm start` runs at --port:",
    "  clock          Prints the time of its clock.",
    "  clock +1h      Moves its clock forward: +30m, +2d, +1h30m.",
    "  rotate-keys    Lets Okta sign the stack's tokens with another key.",
    "  okta off|on    Begins or ends an outage of Okta.",
  ].join("\n"),
  takesWords: true,
  options: {
    port: portOption,
    providers: providersOption,
    reach: reachOption,
    writes: writesOption,
    "no-api-access-management": apiAccessOption,
    reset: { type: "boolean", default: false, help: "Empties the local cloud and its stacks." },
    purge: {
      type: "string",
      value: "NAME",
      help: "Frees the name of a deleted API Management instance, as `az apim deletedservice purge` does.",
    },
  },
} as const satisfies CommandLine<Record<string, CommandOption>>;

/** `npm run local -- [options] COMMAND …`: see {@link commandLine}. */
async function main(args: string[]): Promise<number> {
  const split = args.findIndex(
    (arg, index) =>
      !arg.startsWith("-") &&
      !["--port", "--providers", "--purge", "--reach"].includes(args[index - 1] ?? ""),
  );
  const { values } = parseCommandLine(commandLine, split < 0 ? args : args.slice(0, split));
  const command = split < 0 ? [] : args.slice(split);
  const action = readControlWords(command);
  if (action !== undefined) {
    if (values.reset || values.purge !== undefined)
      throw new CommandError(
        `--reset and --purge are for a local cloud that does not run, \`${command.join(" ")}\` for one that runs. Call them apart.`,
      );
    for (const line of await controlRunningCloud(readPort(values.port), action)) console.log(asCalled(line));
    return 0;
  }
  if (command.length === 0 && !values.reset && values.purge === undefined) {
    throw new CommandError(
      "There is no command to run. Write `npm run local -- npx pulumi preview --stack local`.",
      { code: "command-line" },
    );
  }
  const file = await CloudFile.acquire(localFolder);
  try {
    if (values.reset) await reset();
    if (values.purge !== undefined) await purge(file, values.purge);
    return command.length === 0
      ? 0
      : await runInLocalCloud(command, {
          port: readPort(values.port),
          providers: readProviders(values.providers),
          writes: values.writes,
          reach: values.reach,
          hasApiAccessManagement: !values["no-api-access-management"],
          file,
        });
  } finally {
    await file.release();
  }
}

async function reset(): Promise<void> {
  const own =
    /^(?:(?:cloud\.json|authority\.(?:json|pem)|passphrase|(?:outputs(?:-\d+)?|control-\d+)\.json|last-start\.json(?:\.[\w-]+)?)(?:\.tmp)?|home|pulumi|workspace)$/;
  for (const name of await readdir(localFolder)) {
    if (own.test(name)) await rm(path.join(localFolder, name), { recursive: true, force: true });
  }
  console.error("The local cloud and its stacks are empty.");
}

/** Starts the local cloud at the ports that its state was made with, for as long as Azure takes. */
async function purge(file: CloudFile, name: string): Promise<void> {
  const cloud = await startCloud({ file, log: () => {} });
  try {
    await purgeInstance(cloud.azure, name);
  } finally {
    await cloud.close();
  }
  console.error(`The name "${name}" is free again.`);
}

async function runInLocalCloud(
  command: readonly string[],
  {
    providers,
    ...options
  }: Pick<CloudOptions, "writes" | "reach" | "hasApiAccessManagement"> & {
    port: number;
    file: CloudFile;
    providers: Providers;
  },
): Promise<number> {
  const restoreSettings = await keepSettings();
  try {
    // The program says by itself what is wrong with the settings; the command may be the one that mends them.
    const lenient = { missing: "empty", encrypted: "skip", doubled: "last" } as const;
    const settings = await readStackSettings("local", lenient);
    const people = peopleOf(settings);
    const secrets = localSecretsOf(settings);
    const cloud = await startCloud({ ...options, ...(people && { people }), secrets, log: () => {} });
    try {
      const { cli } = await findPulumiCli();
      const local = await openLocalEnvironment(cloud.providerHandlers, {
        cli,
        folder: localFolder,
        programVariables: localVariables(cloud.origins),
        realProviders: providers === "real" ? vendorVariables(cloud) : undefined,
      });
      try {
        const env = { ...process.env, ...vendorVariables(cloud), ...local.variables };
        if (isOperation(command)) await makeStack(env);
        return await run(command, { cwd: projectRoot, env, stdio: "inherit" });
      } finally {
        await local.close();
      }
    } finally {
      await cloud.close();
    }
  } finally {
    await restoreSettings();
  }
}

async function run([program = "", ...args]: readonly string[], options: SpawnOptions): Promise<number> {
  // A group of its own where no terminal is: a signal to this one would reach the command twice. In a terminal it must stay, or
  // could not ask its person anything.
  const isInTerminal = process.stdin.isTTY;
  const child = spawn(program, args, { ...options, detached: !isInTerminal });
  // Whatever ends this process ends the command first: the cloud must outlive it. A terminal reaches both by itself.
  const stopWatching = onSignals(["SIGINT", "SIGTERM", "SIGHUP"], (signal) => {
    if (!isInTerminal || signal === "SIGTERM") child.kill(signal);
  });
  try {
    const [code, signal] = (await once(child, "close")) as [number | null, NodeJS.Signals | null];
    return code ?? 128 + (constants.signals[signal ?? "SIGKILL"] ?? 0);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new CommandError(`Cannot run "${program}" (${code}). Check its name.`, {
      code: "command-line",
      cause: error,
    });
  } finally {
    stopWatching();
  }
}

/** Whether it is one of Pulumi's operations, which need a stack: `npx pulumi up`. */
function isOperation(command: readonly string[]): boolean {
  const at = command.findIndex((word) => path.basename(word) === "pulumi");
  const operations = ["preview", "up", "update", "refresh", "destroy", "import", "watch"];
  return at >= 0 && command.slice(at + 1).some((word) => operations.includes(word));
}

/** Makes the stack `local` where it is not there yet; a first `pulumi up` needs no preparation. */
async function makeStack(env: NodeJS.ProcessEnv): Promise<void> {
  const project = await readProjectName();
  const state = path.join(localFolder, "pulumi/.pulumi/stacks", project, "local.json");
  if ((await readIfThere(state)) !== undefined) return;
  // Selecting it would make it the person's own choice for this folder, with their real backend too.
  const command = ["pulumi", "stack", "init", "local", "--no-select"];
  const code = await run(command, { cwd: projectRoot, env, stdio: ["ignore", "ignore", "inherit"] });
  if (code !== 0)
    throw new CommandError(
      `Pulumi did not make the stack local: \`${command.join(" ")}\` ended with exit code ${code}. Its message is above.`,
      { code: "pulumi" },
    );
}

/**
 * Remembers the stacks' settings files, and afterwards puts back those that the engine only rewrote, where it adds a salt and
 * qualifies the keys, and that of the stack local, which `pulumi stack rm` deletes. A file whose settings were changed stays changed.
 */
async function keepSettings(): Promise<() => Promise<void>> {
  const project = await readProjectName();
  const names = (await readdir(projectRoot)).filter((name) => /^Pulumi\..+\.yaml$/.test(name));
  const files = names.map((name) => path.join(projectRoot, name));
  const kept = await Promise.all(
    files.map(async (file) => ({
      file,
      before: await readFile(file, "utf8"),
      mode: (await stat(file)).mode & 0o777,
    })),
  );
  const isLocal = (file: string) => path.basename(file) === "Pulumi.local.yaml";
  return async () => {
    for (const { file, before, mode } of kept) {
      const after = await readIfThere(file);
      const isRewritten = meaning(after ?? "", project) === meaning(before, project);
      const isRemoved = after === undefined && isLocal(file);
      if ((isRewritten || isRemoved) && after !== before) await writeWhole(file, before, mode);
    }
  };
}

function readIfThere(file: string): Promise<string | undefined> {
  return readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
    return undefined;
  });
}

function meaning(text: string, project: string): string {
  const { config = {} } = (parse(text) ?? {}) as { config?: Record<string, unknown> };
  const entries = Object.entries(config).map(([key, value]) => [qualified(project, key), value] as const);
  return JSON.stringify(entries.sort(([a], [b]) => a.localeCompare(b)));
}

await runCommand(main);
