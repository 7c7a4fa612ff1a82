import { randomBytes } from "node:crypto";
import { lstat, mkdir, readdir, readFile, rm, symlink } from "node:fs/promises";
import { homedir } from "node:os";
import * as path from "node:path";
import type { PulumiCommand } from "@pulumi/pulumi/automation/index.js";
import { serveLanguageHost } from "../simulator/engine/language-host.ts";
import { serveProviders } from "../simulator/engine/provider-server.ts";
import { writeWhole } from "../simulator/kernel/whole-file.ts";
import type { ProviderHandlers } from "../simulator/providers/provider-handlers.ts";
import { CommandError } from "./command-error.ts";
import { assertPluginsInstalled } from "./installed-plugins.ts";
import { projectRoot } from "./project.ts";
import { hasLanguagePlugin } from "./pulumi-cli.ts";

/** Where everything local is kept: the cloud's state, the engine's, and what the running stack gives out. */
export const localFolder = path.join(projectRoot, ".local");

/** What Pulumi needs to work on a local cloud. */
export interface LocalEnvironment {
  /** Environment variables for the CLI. */
  readonly variables: Readonly<Record<string, string>>;
  /** Stops serving what the variables point at. */
  close(): Promise<void>;
}

/** What {@link openLocalEnvironment} needs. */
export interface LocalEnvironmentOptions {
  /** The CLI that will run, where it is known. */
  readonly cli: PulumiCommand | undefined;
  /** Where the engine's state is kept. */
  readonly folder: string;
  /** Environment variables for the program that the CLI runs. */
  readonly programVariables?: Readonly<Record<string, string>>;
  /** Lets the engine start the providers that are installed on this machine, aimed at the local cloud by these variables. */
  readonly realProviders?: Readonly<Record<string, string>> | undefined;
}

/**
 * Aims Pulumi at the local cloud: serves its providers, and a language host where the CLI has none, with a backend, a passphrase and a
 * home of its own, so that nobody's real stacks can be reached, and no installed provider that would reach a real cloud.
 *
 * @throws {CommandError} when real providers are asked for and one is not installed.
 */
export async function openLocalEnvironment(
  handlers: ProviderHandlers,
  { cli, folder, programVariables = {}, realProviders }: LocalEnvironmentOptions,
): Promise<LocalEnvironment> {
  if (realProviders !== undefined) await assertPluginsInstalled(pulumiHome());
  const backend = path.join(folder, "pulumi");
  await mkdir(backend, { recursive: true, mode: 0o700 });
  const passphrase = await readPassphrase(folder, backend);
  const home = await makeHome(folder, realProviders === undefined ? ["versions"] : ["versions", "plugins"]);
  const providers = realProviders === undefined ? await serveProviders(handlers) : undefined;
  // A CLI that was built from its Go module comes without the plugin that runs Node programs.
  const isHostMissing = cli !== undefined && !(await hasLanguagePlugin(cli));
  const languageHost = isHostMissing ? await serveLanguageHost(programVariables) : undefined;
  const attached = ["azure-native", "okta", "random"].map((name) => `${name}:${providers?.port}`);
  return {
    variables: {
      ...programVariables,
      ...(providers === undefined ? realProviders : { PULUMI_DEBUG_PROVIDERS: attached.join(",") }),
      ...(languageHost === undefined ? {} : { PULUMI_DEBUG_LANGUAGES: `nodejs:${languageHost.port}` }),
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
      PULUMI_HOME: home,
      PULUMI_IGNORE_AMBIENT_PLUGINS: "true",
      PULUMI_SKIP_UPDATE_CHECK: "true",
      // Beside each file the backend would write another one with its attributes, and that one not in a single step: a kill at
      // that moment would leave a state that cannot be read.
      PULUMI_BACKEND_URL: `file://${backend}?metadata=skip`,
      PULUMI_CONFIG_PASSPHRASE: passphrase,
    },
    close: async () => {
      await Promise.all([providers?.close(), languageHost?.close()]);
    },
  };
}

/** The person's own home of Pulumi. */
function pulumiHome(): string {
  return process.env.PULUMI_HOME ?? path.join(homedir(), ".pulumi");
}

/**
 * A home for Pulumi without the person's logins. Its npm launcher finds the installed CLI there all the same.
 *
 * @param shared Folders of the person's own home that are seen in it. The others are not, so that no installed provider is.
 */
async function makeHome(folder: string, shared: readonly string[]): Promise<string> {
  const home = path.join(folder, "home");
  await mkdir(home, { recursive: true, mode: 0o700 });
  for (const name of ["versions", "plugins"]) {
    const link = path.join(home, name);
    const isLink = (await lstat(link).catch(whereThere))?.isSymbolicLink();
    if (isLink) await rm(link);
    if (shared.includes(name)) await symlink(path.join(pulumiHome(), name), link);
  }
  return home;
}

/** Made once for this folder; it encrypts the secrets of a stack that lives on this machine alone. */
async function readPassphrase(folder: string, backend: string): Promise<string> {
  const file = path.join(folder, "passphrase");
  const text = await readFile(file, "utf8").catch(whereThere);
  if (text?.trim()) return text;
  const stacks = await readdir(path.join(backend, ".pulumi/stacks")).catch(whereThere);
  if (text !== undefined || stacks !== undefined) {
    const problem = text === undefined ? "is missing, and stacks were encrypted with it" : "is empty";
    throw new CommandError(
      `"${file}" ${problem}. Put it back, or empty the local cloud with \`npm run local -- --reset\`.`,
      { code: "file" },
    );
  }
  const made = randomBytes(24).toString("base64url");
  await writeWhole(file, made);
  return made;
}

function whereThere(error: NodeJS.ErrnoException): undefined {
  if (error.code !== "ENOENT") throw error;
}
