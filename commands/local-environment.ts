import { randomBytes } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import * as path from "node:path";
import { projectRoot } from "./stack-settings.ts";

/** Where everything local is kept: the cloud's state, the engine's, and what the running stack gives out. */
export const localFolder = path.join(projectRoot, ".local");

/**
 * The environment that aims Pulumi at the local cloud: its providers, a backend and a passphrase of its own, so that nobody's
 * real stacks can be reached.
 *
 * @param ports Where the local cloud's providers are served, and the language host where the CLI has none of its own.
 * @param folder Where the engine's state is kept.
 */
export async function localEnvironment(
  ports: { readonly providers: number; readonly languageHost?: number | undefined },
  folder: string,
): Promise<Record<string, string>> {
  const backend = path.join(folder, "pulumi");
  await mkdir(backend, { recursive: true, mode: 0o700 });
  const providers = ["azure-native", "okta", "random"].map((name) => `${name}:${ports.providers}`);
  const { languageHost } = ports;
  return {
    ...(languageHost === undefined ? {} : { PULUMI_DEBUG_LANGUAGES: `nodejs:${languageHost}` }),
    PULUMI_DEBUG_PROVIDERS: providers.join(","),
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    // Beside each file the backend would write another one with its attributes, and that one not in a single step: a kill at that
    // moment would leave a state that cannot be read.
    PULUMI_BACKEND_URL: `file://${backend}?metadata=skip`,
    PULUMI_CONFIG_PASSPHRASE: await passphrase(folder),
  };
}

/** Made once for this folder; it encrypts the secrets of a stack that lives on this machine alone. */
async function passphrase(folder: string): Promise<string> {
  const file = path.join(folder, "passphrase");
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
    return undefined;
  });
  if (text !== undefined) return text;
  const made = randomBytes(24).toString("base64url");
  await writeFile(file, made, { mode: 0o600 });
  return made;
}
