import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import * as path from "node:path";
import { writeWhole } from "../simulator/kernel/whole-file.ts";
import { CommandError } from "./command-error.ts";
import { localFolder } from "./local-environment.ts";
import type { PlainOutputs } from "./stack-outputs.ts";

// Each local cloud has a file of its own, by the first of its ports: several can run at a time.
const nameOf = (port: number) => `outputs-${port}.json`;

/** Where the outputs of the local stack at a port are, for messages: `.local/outputs-8400.json`. */
export function localOutputsName(port: number): string {
  return path.join(path.basename(localFolder), nameOf(port));
}

/** Writes the running local stack's outputs, with its secret, for the owner's eyes only. */
export async function writeLocalOutputs(port: number, outputs: PlainOutputs): Promise<void> {
  await mkdir(localFolder, { recursive: true, mode: 0o700 });
  await writeWhole(path.join(localFolder, nameOf(port)), `${JSON.stringify(outputs, null, 2)}\n`);
}

/** Removes what {@link writeLocalOutputs} wrote; a port belongs to one local cloud at a time. */
export async function removeLocalOutputs(port: number): Promise<void> {
  await rm(path.join(localFolder, nameOf(port)), { force: true });
}

/**
 * Reads the outputs of the local stack that runs at a port.
 *
 * @throws {CommandError} when none is running there, naming the ports where one is.
 */
export async function readLocalOutputs(port: number): Promise<PlainOutputs> {
  const text = await readFile(path.join(localFolder, nameOf(port)), "utf8").catch(unlessMissing);
  if (text === undefined) throw new CommandError(await notRunning(port), { code: "local-cloud" });
  try {
    return JSON.parse(text) as PlainOutputs;
  } catch (cause) {
    throw new CommandError(`"${localOutputsName(port)}" is not JSON. Restart \`npm start\`.`, {
      code: "file",
      cause,
    });
  }
}

/** Says that no local cloud runs at a port, and where one does. */
export async function notRunning(port: number): Promise<string> {
  const names = (await readdir(localFolder).catch(unlessMissing)) ?? [];
  const others = names.flatMap((name) => /^outputs-(\d+)\.json$/.exec(name)?.[1] ?? []);
  const nextStep =
    others.length === 0
      ? "Run `npm start` in another terminal."
      : `One runs at port ${others.join(" and one at port ")}: choose it with --port.`;
  return `No local cloud runs at port ${port}: there is no "${localOutputsName(port)}". ${nextStep}`;
}

function unlessMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== "ENOENT") throw error;
}
