import { type SpawnOptions, spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import * as path from "node:path";
import { parseArgs } from "node:util";
import { parse } from "yaml";
import { defaultPort, startCloud } from "../simulator/cloud.ts";
import { CloudFile } from "../simulator/cloud-file.ts";
import { serveLanguageHost } from "../simulator/language-host.ts";
import { serveProviders } from "../simulator/provider.ts";
import type { RpcServer } from "../simulator/rpc-server.ts";
import { CommandError } from "./command-error.ts";
import { localEnvironment, localFolder } from "./local-environment.ts";
import { findPulumiCli, hasLanguagePlugin } from "./pulumi-cli.ts";
import { runCommand } from "./run-command.ts";
import { projectRoot, readStackSettings } from "./stack-settings.ts";
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
  for (const name of ["cloud.json", "pulumi", "workspace", "passphrase"]) {
    await rm(path.join(localFolder, name), { recursive: true, force: true });
  }
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
  const cloud = await startCloud({ port, file, log: () => {} });
  const providers = await serveProviders(cloud.handlers);
  const languageHost = await serveMissingLanguageHost();
  const restoreSettings = await keepSettings();
  try {
    const ports = {
      providers: providers.port,
      ...(languageHost === undefined ? {} : { languageHost: languageHost.port }),
    };
    const env = { ...process.env, ...(await localEnvironment(ports, localFolder)) };
    // Ctrl-C reaches the command as well; this process waits for it to end.
    process.on("SIGINT", () => {});
    if (isOperation(command)) await makeStack(env);
    return await run(command, { cwd: projectRoot, env, stdio: "inherit" });
  } finally {
    await restoreSettings();
    await languageHost?.close();
    await providers.close();
    await cloud.close();
  }
}

/** A CLI that was built from its Go module comes without the plugin that runs Node programs. */
async function serveMissingLanguageHost(): Promise<RpcServer | undefined> {
  const { cli } = await findPulumiCli();
  return cli === undefined || (await hasLanguagePlugin(cli)) ? undefined : serveLanguageHost();
}

async function run([program = "", ...args]: readonly string[], options: SpawnOptions): Promise<number> {
  const child = spawn(program, args, options);
  const [code] = (await once(child, "close").catch((error: NodeJS.ErrnoException) => {
    throw new CommandError(`"${program}" must be a command; got ${error.code}. Check its name.`);
  })) as [number | null];
  return code ?? 1;
}

/** Whether it is `pulumi up` and the like, which need a stack; `pulumi stack …` is about the stacks themselves. */
function isOperation(command: readonly string[]): boolean {
  return command.includes("pulumi") && !command.includes("stack");
}

/** Makes the stack `local` where it is not there yet; a first `pulumi up` needs no preparation. */
async function makeStack(env: NodeJS.ProcessEnv): Promise<void> {
  const { project } = await readStackSettings("local", { encrypted: "skip" });
  const names = await readdir(path.join(localFolder, "pulumi/.pulumi/stacks", project)).catch(
    (error: NodeJS.ErrnoException): string[] => {
      if (error.code !== "ENOENT") throw error;
      return [];
    },
  );
  if (names.includes("local.json")) return;
  // Selecting it would make it the person's own choice for this folder, with their real backend too.
  const command = ["pulumi", "stack", "init", "local", "--no-select"];
  const code = await run(command, { cwd: projectRoot, env, stdio: ["ignore", "ignore", "inherit"] });
  if (code !== 0)
    throw new CommandError(
      `The stack local must be made first; got exit code ${code} of \`${command.join(" ")}\`. See Pulumi's message above.`,
    );
}

/**
 * Remembers the stacks' settings files, and afterwards puts back those that the engine only rewrote: it adds a salt and
 * qualifies the keys. A file whose settings were changed stays changed.
 */
async function keepSettings(): Promise<() => Promise<void>> {
  const names = (await readdir(projectRoot)).filter((name) => /^Pulumi\..+\.yaml$/.test(name));
  const texts = await Promise.all(
    names.map(async (name) => [name, await readFile(path.join(projectRoot, name), "utf8")] as const),
  );
  const { project } = await readStackSettings("local", { encrypted: "skip" });
  return async () => {
    for (const [name, before] of texts) {
      const file = path.join(projectRoot, name);
      const after = await readFile(file, "utf8");
      if (after !== before && meaning(after, project) === meaning(before, project))
        await writeFile(file, before);
    }
  };
}

function meaning(text: string, project: string): string {
  const { config = {} } = (parse(text) ?? {}) as { config?: Record<string, unknown> };
  const entries = Object.entries(config).map(
    ([key, value]) => [key.includes(":") ? key : `${project}:${key}`, value] as const,
  );
  return JSON.stringify(entries.sort(([a], [b]) => a.localeCompare(b)));
}

await runCommand(main);
