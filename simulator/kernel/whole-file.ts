import { type FileHandle, open, realpath, rename, rm } from "node:fs/promises";
import * as path from "node:path";

/**
 * Writes a file that a reader, a crash or a full disk never leaves half-written: written aside, synced, and renamed over the old
 * one, which stays as it is when that fails. One process writes a file at a time.
 *
 * @param mode Permissions of the file. `0o600`: its owner alone.
 * @throws The system's error, with the path of the file.
 */
export async function writeWhole(file: string, text: string, mode = 0o600): Promise<void> {
  try {
    const target = await linkTarget(file);
    await replace(target, text, mode);
    await synced(await open(path.dirname(target), "r"), async () => {});
  } catch (error) {
    // The system names no path where a write fails: nobody would know which disk is full.
    throw Object.assign(error as NodeJS.ErrnoException, { path: file });
  }
}

async function replace(file: string, text: string, mode: number): Promise<void> {
  const aside = `${file}.tmp`;
  const handle = await open(aside, "w", mode);
  try {
    const stats = await handle.stat();
    // What was left there keeps its own permissions, and they would be the file's.
    if (stats.isFile() && (stats.mode & 0o777 & ~mode) !== 0) await handle.chmod(stats.mode & mode);
    await synced(handle, () => handle.writeFile(text));
    await rename(aside, file);
  } catch (error) {
    await rm(aside, { force: true });
    throw error;
  }
}

async function synced(handle: FileHandle, write: () => Promise<void>): Promise<void> {
  try {
    await write();
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** A link stays one: what it points at is replaced. */
function linkTarget(file: string): Promise<string> {
  return realpath(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
    return file;
  });
}
