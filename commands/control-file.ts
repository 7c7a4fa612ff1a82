import { mkdir, readFile, rm } from "node:fs/promises";
import * as path from "node:path";
import { z } from "zod";
import { writeWhole } from "../simulator/kernel/whole-file.ts";
import { CommandError } from "./command-error.ts";
import { localFolder } from "./local-environment.ts";
import { notRunning } from "./local-outputs.ts";

/** Where a running local cloud is controlled, and what it lets in by. */
export interface ControlAccess {
  /** `http://127.0.0.1:PORT`. */
  readonly origin: string;
  /** Changes with each start; the file that holds it is the owner's alone. */
  readonly secret: string;
}

const shape = z.object({ origin: z.url({ hostname: /^127\.0\.0\.1$/ }), secret: z.string() });

const fileOf = (port: number) => path.join(localFolder, `control-${port}.json`);

/** Lets the commands of this folder's owner find the local cloud at a port. */
export async function writeControlFile(port: number, access: ControlAccess): Promise<void> {
  await mkdir(localFolder, { recursive: true, mode: 0o700 });
  await writeWhole(fileOf(port), `${JSON.stringify(access)}\n`);
}

/** Removes what {@link writeControlFile} wrote. */
export async function removeControlFile(port: number): Promise<void> {
  await rm(fileOf(port), { force: true });
}

/**
 * Reads how the local cloud at a port is controlled.
 *
 * @throws {CommandError} when none is running there, naming the ports where one is.
 */
export async function readControlFile(port: number): Promise<ControlAccess> {
  const file = fileOf(port);
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
  });
  if (text === undefined) throw new CommandError(await notRunning(port));
  const parsed = shape.safeParse(parsedJson(text));
  if (parsed.success) return parsed.data;
  const name = path.join(path.basename(localFolder), path.basename(file));
  throw new CommandError(`"${name}" is not what \`npm start\` wrote. Restart \`npm start\`.`);
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Damaged: the caller says so as for any other shape.
    return undefined;
  }
}
