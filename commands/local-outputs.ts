import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import * as path from "node:path";
import { CommandError } from "./command-error.ts";
import { localFolder } from "./local-environment.ts";
import type { PlainOutputs } from "./stack-outputs.ts";

let written: string | undefined;

const file = path.join(localFolder, "outputs.json");

/** Writes the running local stack's outputs, with its secret, for the owner's eyes only. */
export async function writeLocalOutputs(outputs: PlainOutputs): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  // Written aside and renamed, so that a reader never meets half a file.
  written = `${JSON.stringify(outputs, null, 2)}\n`;
  await writeFile(`${file}.tmp`, written, { mode: 0o600 });
  await rename(`${file}.tmp`, file);
}

/** Removes what {@link writeLocalOutputs} wrote in this process; another local cloud's file stays. */
export async function removeLocalOutputs(): Promise<void> {
  if (written !== undefined && (await readFile(file, "utf8").catch(() => "")) === written)
    await rm(file, { force: true });
}

/**
 * Reads the outputs of the running local stack.
 *
 * @throws {CommandError} when none is running.
 */
export async function readLocalOutputs(): Promise<PlainOutputs> {
  const text = await readFile(file, "utf8").catch((cause: NodeJS.ErrnoException) => {
    if (cause.code !== "ENOENT") throw cause;
    throw new CommandError(
      "The local cloud must be running; got no .local/outputs.json. Run `npm start` in another terminal.",
    );
  });
  try {
    return JSON.parse(text) as PlainOutputs;
  } catch (cause) {
    throw new CommandError(`".local/outputs.json" must be JSON; got something else. Restart \`npm start\`.`, {
      cause,
    });
  }
}
