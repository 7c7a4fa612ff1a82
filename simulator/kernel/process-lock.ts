import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { link, readFile, rm, writeFile } from "node:fs/promises";
import { promisify } from "node:util";

/** The process that has a lock. */
interface Holder {
  readonly pid: number;
  /** When it started, in the system's own words; absent where the system does not say. */
  readonly started: string | undefined;
}

/**
 * Makes a file that one living process has at a time; whoever has it removes it. The lock of a process that was killed is taken
 * over, also when another process has its number by now.
 *
 * Not by `proper-lockfile` 4.1.2: it tells a dead process by the age of its lock, so the next start would wait at least two seconds,
 * a process that is stopped for a while would lose its lock, and no holder is named. A transaction of `node:sqlite` would be freed by
 * the system at once. It is experimental in Node 22, which this project supports, and the holder's number would need a file beside it
 * all the same.
 *
 * @returns The living process that has it, or `undefined` once it is this one's.
 */
export async function takeLock(file: string): Promise<number | undefined> {
  // Linked instead of written in its place, so that it appears with its content.
  const own = `${file}.${randomUUID()}`;
  try {
    const self = [process.pid, (await startOf(process.pid)) ?? ""];
    await writeFile(own, self.join(" "), { flag: "wx", mode: 0o600 });
    for (;;) {
      if (await isLinked(own, file)) return undefined;
      const holder = await holderOf(file);
      if (holder === undefined) continue;
      const other = (await isAlive(holder)) ? holder.pid : await removeStale(file);
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
    if (holder !== undefined && !(await isAlive(holder))) await rm(file, { force: true });
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

/** Reads `4711 8765432`: the number of the process and when it started. */
async function holderOf(file: string): Promise<Holder | undefined> {
  try {
    const [, pid, started] = /^(\d+) ?(.*)$/.exec(await readFile(file, "utf8")) ?? [];
    return { pid: Number(pid), started: started || undefined };
  } catch (error) {
    // Released in this moment.
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

async function isAlive({ pid, started }: Holder): Promise<boolean> {
  // What is no number names no process: a power failure can empty the file.
  if (!(pid > 0) || !isThere(pid)) return false;
  const now = started === undefined ? undefined : await startOf(pid);
  return now === undefined || now === started;
}

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives, and belongs to somebody else.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/**
 * When a process started, as the system tells it: on Linux in ticks since the boot that it names, elsewhere as a date.
 *
 * @see https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
 */
async function startOf(pid: number): Promise<string | undefined> {
  if (process.platform !== "linux") return startByPs(pid);
  const [stat, boot] = await Promise.all([
    readIfThere(`/proc/${pid}/stat`),
    readIfThere("/proc/sys/kernel/random/boot_id"),
  ]);
  // The second field is the program's name in parentheses, which may itself hold spaces and parentheses.
  const fields = stat?.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [state, ticks] = [fields?.[0], fields?.[19]];
  // One that nobody has waited for still has its number, and does nothing more.
  return ticks === undefined || state === "Z" ? state : `${ticks}@${boot?.trim()}`;
}

/** In one time zone and language, whatever those of the two processes are. */
async function startByPs(pid: number): Promise<string | undefined> {
  const env = { ...process.env, TZ: "UTC", LC_ALL: "C" };
  try {
    const { stdout } = await promisify(execFile)("ps", ["-o", "lstart=", "-p", String(pid)], { env });
    return stdout.trim() || undefined;
  } catch {
    // Without such a `ps` the number alone decides, as it does for a lock that names no start.
    return undefined;
  }
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, "utf8");
  } catch {
    // A process that has ended in this moment, or a system without it: the number alone decides.
    return undefined;
  }
}
