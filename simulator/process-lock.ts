import { randomUUID } from "node:crypto";
import { link, readFile, rm, writeFile } from "node:fs/promises";

/**
 * Makes a file that one living process has at a time; whoever has it removes it. The lock of a process that was killed is taken
 * over.
 *
 * @returns The living process that has it, or `undefined` once it is this one's.
 */
export async function takeLock(file: string): Promise<number | undefined> {
  // Linked instead of written in its place, so that it appears with its content.
  const own = `${file}.${randomUUID()}`;
  await writeFile(own, String(process.pid), { flag: "wx", mode: 0o600 });
  try {
    for (;;) {
      if (await isLinked(own, file)) return undefined;
      const holder = await holderOf(file);
      if (holder === undefined) continue;
      const other = isAlive(holder) ? holder : await removeStale(file);
      if (other !== undefined) return other;
    }
  } finally {
    await rm(own, { force: true });
  }
}

/**
 * Under a lock of its own: of two that find the same dead process's lock, the second could remove what the first has put in its
 * place.
 */
async function removeStale(file: string): Promise<number | undefined> {
  const removal = `${file}.removal`;
  const other = await takeLock(removal);
  if (other !== undefined) return other;
  try {
    const holder = await holderOf(file);
    if (holder !== undefined && !isAlive(holder)) await rm(file, { force: true });
  } finally {
    await rm(removal);
  }
  return undefined;
}

async function isLinked(own: string, file: string): Promise<boolean> {
  try {
    await link(own, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

async function holderOf(file: string): Promise<number | undefined> {
  try {
    return Number(await readFile(file, "utf8"));
  } catch (error) {
    // Released in this moment.
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

function isAlive(pid: number): boolean {
  // What is no number names no process: a power failure can empty the file.
  if (!(pid > 0)) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives, and belongs to somebody else.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
