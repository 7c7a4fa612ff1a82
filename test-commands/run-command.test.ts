/** What a command says when the system refuses it something, and what it leaves behind. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import * as path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { compiledCode, copyProject, runToEnd, startCommand } from "../test/support/command.ts";
import { freePort } from "../test/support/local-stack.ts";

let project: string;
beforeAll(async () => {
  project = await copyProject();
});
afterAll(() => rm(project, { recursive: true }));

/** Runs a command that may write no byte into a file, as on a full disk: the system ends each such write with EFBIG. */
async function runWithoutSpace(name: string, ...args: string[]) {
  const script = `ulimit -f 0; exec "$0" "$@"`;
  const command = [process.execPath, path.join(project, `commands/${name}.ts`), ...args];
  const { CI: _, ...env } = process.env;
  const child = spawn("sh", ["-c", script, ...command], {
    cwd: project,
    env: { ...env, ...compiledCode, NO_COLOR: "1" },
  });
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  child.stdout.resume();
  const [code] = await once(child, "close");
  return { code, stderr };
}

describe("a command without space on the disk", () => {
  it("leaves what was rendered before as it is", async () => {
    const before = await runToEnd({ project, name: "render", args: [] });
    expect(before.code).toBe(0);
    const { code, stderr } = await runWithoutSpace("render");
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(
        /^Cannot access ".*\.xml" \(EFBIG\)\. The file is larger than this process may write/,
      ),
    ]);
    expect(await readdir(path.join(project, "rendered"))).toEqual(["dev"]);
    for (const name of before.stdout.trim().split("\n"))
      expect((await readFile(path.join(project, name), "utf8")).length).toBeGreaterThan(0);
  });

  it("leaves no outputs that could be taken for those of a stack", async () => {
    const port = await freePort();
    const { code, stderr } = await runWithoutSpace("start", "--engine", "in-process", "--port", port);
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(new RegExp(`^Cannot access ".*outputs-${port}\\.json" \\(EFBIG\\)\\.`)),
    ]);
    expect(await readdir(path.join(project, ".local"))).toEqual([]);
  });

  it("says what the system refused where that names no file, without a stack trace, and leaves no lock", async () => {
    const { code, stderr } = await runWithoutSpace("local", "true");
    expect([code, stderr]).toEqual([
      1,
      "The system refused write (EFBIG): file too large, write. The file is larger than this process may write: see `ulimit -f`.\nError code: file\n",
    ]);
    expect(await readdir(path.join(project, ".local"))).toEqual([]);
  });
});

describe("a command", () => {
  it("says what the system refused with a program that cannot be started", async () => {
    const bin = path.join(project, "bin");
    await mkdir(bin, { recursive: true });
    await writeFile(path.join(bin, "pulumi"), "#!/bin/sh\n");
    await chmod(path.join(bin, "pulumi"), 0o644);
    const { code, stderr } = await runToEnd({
      project,
      name: "local",
      args: ["--port", await freePort(), path.join(bin, "pulumi"), "version"],
      env: { HOME: "/nowhere" },
    });
    expect(code).toBe(2);
    expect(stderr).toContain("EACCES");
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  it("ends at SIGHUP as at SIGTERM, and leaves no secret behind", async () => {
    const port = await freePort();
    const args = ["--port", port, "--engine", "in-process"];
    for (const signal of ["SIGHUP", "SIGTERM"] as const) {
      const server = startCommand({ project, name: "start", args });
      await server.shows("Ctrl-C stops it.");
      server.signal(signal);
      expect(await server.ended).toBe(0);
      await expect(stat(path.join(project, `.local/outputs-${port}.json`))).rejects.toThrow("ENOENT");
    }
  });

  it("ends in order when nobody reads what it says any more", async () => {
    const port = await freePort();
    const file = path.join(project, "commands/start.ts");
    const child = spawn(process.execPath, [file, "--port", port, "--engine", "in-process"], {
      cwd: project,
      stdio: ["ignore", "pipe", "inherit"],
    });
    await once(child.stdout, "data");
    child.stdout.destroy();
    expect((await once(child, "exit"))[0]).toBe(130);
  });
});
