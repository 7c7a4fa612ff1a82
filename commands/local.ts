import { type SpawnOptions, spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { constants } from "node:os";
import * as path from "node:path";
import { parseArgs } from "node:util";
import { parse } from "yaml";
import { type CloudOrigins, cloudOrigins, defaultPort, startCloud } from "../simulator/cloud.ts";
import { CloudFile } from "../simulator/cloud-file.ts";
import { CommandError } from "./command-error.ts";
import { localFolder, openLocalEnvironment } from "./local-environment.ts";
import { movedOrigins } from "./provision.ts";
import { findPulumiCli } from "./pulumi-cli.ts";
import { runCommand } from "./run-command.ts";
import { projectRoot, qualified, readProjectName } from "./stack-settings.ts";
import { readPort } from "./start-options.ts";

/**
 * `npm run local -- [--port N] COMMAND …`: runs a command with the local cloud, and the environment that aims Pulumi at it.
 * `--reset` empties the local cloud and its stacks; `--purge NAME` frees the name of a deleted API Management instance, as
 * `az apim deletedservice purge` does. Gives the command's exit code.
 */
async function main(args: string[]): Promise<number> {
  const split = args.findIndex(
    (arg, index) => !arg.startsWith("-") && !["--port", "--purge"].includes(args[index - 1] ?? ""),
  );
  const { values } = parseArgs({
    args: split < 0 ? args : args.slice(0, split),
    options: {
      port: { type: "string", default: String(defaultPort) },
      reset: { type: "boolean", default: false },
      purge: { type: "string" },
    },
  });
  const command = split < 0 ? [] : args.slice(split);
  if (command.length === 0 && !values.reset && values.purge === undefined) {
    throw new CommandError(
      "npm run local needs a command to run; got none. Write `npm run local -- npx pulumi preview --stack local`.",
    );
  }
  const file = await CloudFile.acquire(localFolder);
  try {
    if (values.reset) await reset();
    if (values.purge !== undefined) await purge(file, values.purge);
    return command.length === 0 ? 0 : await runInLocalCloud(command, readPort(values.port), file);
  } finally {
    await file.release();
  }
}

async function reset(): Promise<void> {
  for (const name of ["cloud.json", "cloud.json.tmp", "outputs.json", "pulumi", "workspace", "passphrase"])
    await rm(path.join(localFolder, name), { recursive: true, force: true });
  console.error("The local cloud and its stacks are empty.");
}

async function purge(file: CloudFile, name: string): Promise<void> {
  const snapshot = await file.read();
  if (!snapshot?.azure.softDeleted.includes(name.toLowerCase())) {
    const names = snapshot?.azure.softDeleted.join('", "') || "none";
    throw new CommandError(
      `--purge must name a deleted instance of the local cloud; got "${name}". Deleted are: "${names}".`,
    );
  }
  const softDeleted = snapshot.azure.softDeleted.filter((deleted) => deleted !== name.toLowerCase());
  await file.write({ ...snapshot, azure: { ...snapshot.azure, softDeleted } });
  console.error(`The name "${name}" is free again.`);
}

async function runInLocalCloud(command: readonly string[], port: number, file: CloudFile): Promise<number> {
  const restoreSettings = await keepSettings(cloudOrigins(port));
  try {
    const cloud = await startCloud({ port, file, log: () => {} });
    try {
      const { cli } = await findPulumiCli();
      const local = await openLocalEnvironment(cloud.handlers, { cli, folder: localFolder });
      try {
        const env = { ...process.env, ...local.variables };
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
  const child = spawn(program, args, options);
  // Whatever ends this process ends the command first: the cloud must outlive it. A terminal's Ctrl-C reaches both.
  const pass = (signal: NodeJS.Signals) => (signal === "SIGINT" ? undefined : child.kill(signal));
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const signal of signals) process.on(signal, pass);
  try {
    const [code, signal] = (await once(child, "close")) as [number | null, NodeJS.Signals | null];
    return code ?? 128 + (constants.signals[signal ?? "SIGKILL"] ?? 0);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new CommandError(`"${program}" must be a command; got ${code}. Check its name.`, { cause: error });
  } finally {
    for (const signal of signals) process.off(signal, pass);
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
      `The stack local must be made first; got exit code ${code} of \`${command.join(" ")}\`. See Pulumi's message above.`,
    );
}

/**
 * Remembers the stacks' settings files, and afterwards puts back those that the engine only rewrote, where it adds a salt and
 * qualifies the keys, and that of the stack local, which `pulumi stack rm` deletes. A file whose settings were changed stays changed.
 * Meanwhile those of the stack local name the cloud where it is.
 */
async function keepSettings(to: CloudOrigins): Promise<() => Promise<void>> {
  const from = cloudOrigins(defaultPort);
  const project = await readProjectName();
  const names = (await readdir(projectRoot)).filter((name) => /^Pulumi\..+\.yaml$/.test(name));
  const files = names.map((name) => path.join(projectRoot, name));
  const texts = await Promise.all(files.map(async (file) => [file, await readFile(file, "utf8")] as const));
  const isLocal = (file: string) => path.basename(file) === "Pulumi.local.yaml";
  for (const [file, before] of texts) {
    const there = movedOrigins(before, { from, to });
    if (isLocal(file) && there !== before) await writeFile(file, there);
  }
  return async () => {
    for (const [file, before] of texts) {
      const back = (text: string) => (isLocal(file) ? movedOrigins(text, { from: to, to: from }) : text);
      const left = await readIfThere(file);
      const after = left && back(left);
      const isRewritten = meaning(after ?? "", project) === meaning(back(before), project);
      const isOurs = after === undefined && isLocal(file);
      const text = isRewritten || isOurs ? before : after;
      if (text !== undefined && text !== left) await writeFile(file, text);
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
