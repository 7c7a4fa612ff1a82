/** Locks among processes that want them in the same moment. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { takeLock } from "../../../simulator/kernel/process-lock.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "apim-okta-lock-"));
});
afterEach(() => rm(folder, { recursive: true }));

const lock = () => path.join(folder, "x.lock");

// No process has this number: the kernel's highest is 4194304.
const dead = "99999999";

const program = `
  const { takeLock } = await import(${JSON.stringify(pathToFileURL(path.resolve("simulator/kernel/process-lock.ts")).href)});
  process.stdin.once("data", async () => console.log((await takeLock(process.argv[1])) ?? "taken"));
  console.log("ready");
`;

/** Starts a process that takes the lock at a word, and has it until it is told to end. */
async function startRival() {
  const child = spawn(process.execPath, ["--input-type=module", "-e", program, lock()], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  await lines.next();
  const take = async () => {
    child.stdin.write("now\n");
    return { pid: child.pid, answer: String((await lines.next()).value) };
  };
  const end = async () => {
    child.stdin.end();
    if (child.exitCode === null) await once(child, "exit");
  };
  return { take, end };
}

describe("a lock", () => {
  it.each([
    ["that nobody has", undefined],
    ["of a process that was killed", dead],
    ["that a power failure emptied", ""],
  ])("%s goes to exactly one of several processes, and the others hear which", async (_, left) => {
    if (left !== undefined) await writeFile(lock(), left);
    const rivals = await Promise.all(Array.from({ length: 4 }, startRival));
    const answers = await Promise.all(rivals.map(({ take }) => take()));
    await Promise.all(rivals.map(({ end }) => end()));
    expect(answers.filter(({ answer }) => answer === "taken")).toHaveLength(1);
    const pids = answers.map(({ pid }) => String(pid));
    for (const { answer } of answers) expect(["taken", ...pids]).toContain(answer);
    expect(await readdir(folder)).toEqual(["x.lock"]);
  });

  it.each([undefined, dead])("goes to exactly one of many in one process (%s)", async (left) => {
    if (left !== undefined) await writeFile(lock(), left);
    const answers = await Promise.all(Array.from({ length: 50 }, () => takeLock(lock())));
    expect(answers.toSorted()).toEqual([...Array(49).fill(process.pid), undefined]);
    expect(await readdir(folder)).toEqual(["x.lock"]);
  });

  it("goes to the next one once it is removed", async () => {
    expect([await takeLock(lock()), await takeLock(lock())]).toEqual([undefined, process.pid]);
    await rm(lock());
    expect(await takeLock(lock())).toBeUndefined();
  });

  it("of a killed process is taken over when another process has its number by now", async () => {
    await takeLock(lock());
    const [pid, ...started] = (await readFile(lock(), "utf8")).split(" ");
    expect(await takeLock(lock())).toBe(process.pid);
    await writeFile(lock(), `${pid} earlier than ${started.join(" ")}`);
    expect(await takeLock(lock())).toBeUndefined();
  });

  it.runIf(process.platform === "linux")(
    "of a process that has ended is taken over, though nobody has waited for it",
    async () => {
      // `sleep` takes the shell's place, and waits for no child.
      const script = 'exec 3<&0; "$@" <&3 & exec sleep 1000';
      const rival = [process.execPath, "--input-type=module", "-e", program, lock()];
      const parent = spawn("sh", ["-c", script, "sh", ...rival], { stdio: ["pipe", "pipe", "inherit"] });
      onTestFinished(() => {
        parent.kill();
      });
      const lines = createInterface(parent.stdout)[Symbol.asyncIterator]();
      await lines.next();
      parent.stdin.write("now\n");
      expect((await lines.next()).value).toBe("taken");
      const pid = Number((await readFile(lock(), "utf8")).split(" ")[0]);
      expect(await takeLock(lock())).toBe(pid);
      process.kill(pid, "SIGKILL");
      await expect.poll(() => takeLock(lock())).toBeUndefined();
      // It has its number still.
      expect(() => process.kill(pid, 0)).not.toThrow();
    },
  );

  it("names a living process where it does not say when that one started", async () => {
    await writeFile(lock(), String(process.pid));
    expect(await takeLock(lock())).toBe(process.pid);
  });

  it("leaves nothing behind when the folder cannot be written to", async () => {
    await expect(takeLock(path.join(folder, "nowhere", "x.lock"))).rejects.toMatchObject({ code: "ENOENT" });
    expect(await readdir(folder)).toEqual([]);
  });

  it("is taken over even when the process that removed a dead one's was killed", async () => {
    await writeFile(lock(), dead);
    await writeFile(`${lock()}.removal`, dead);
    expect(await takeLock(lock())).toBeUndefined();
    expect(await readdir(folder)).toEqual(["x.lock"]);
  });
});
