/** The package's program `apim-okta`, which runs the commands by their names. */
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

let root: string;
beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), "apim-okta-project-"));
});
afterEach(() => rm(root, { recursive: true }));

describe("apim-okta", () => {
  const program = path.join(import.meta.dirname, "../commands/apim-okta.ts");
  const call = (...args: string[]) =>
    promisify(execFile)(process.execPath, [program, ...args], { cwd: root }).then(
      ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
      ({ code, stdout, stderr }) => ({ code, stdout, stderr }),
    );

  it("lists its commands with --help", async () => {
    const { code, stdout } = await call("--help");
    expect(code).toBe(0);
    const listed = stdout.split("\n").flatMap((line: string) => /^ {2}(\w+) /.exec(line)?.[1] ?? []);
    expect(listed).toEqual([
      "start",
      "add",
      "verify",
      "token",
      "explain",
      "render",
      "compare",
      "gateway",
      "local",
    ]);
  });

  it("hands the options after a command's name to the command", async () => {
    const { code, stdout } = await call("token", "--help");
    expect([code, stdout.split("\n")[0]]).toEqual([0, "Usage: npx apim-okta token [options] [scope …]"]);
  });

  it.each([
    ["an unknown command", ["deploy"], /^"deploy" is no command\. The commands are:\n {2}start /],
    ["no command", [], /^Name a command\. The commands are:\n {2}start /],
    ["an unknown option before the command", ["--stack", "dev", "token"], /^Unknown option '--stack'/],
    [
      "a project that is no folder",
      ["--project", "nowhere", "token"],
      /^Cannot enter the folder "nowhere" of --project \(ENOENT\)/,
    ],
  ])("ends with 2 for %s", async (_, args, message) => {
    const { code, stdout, stderr } = await call(...args);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(message);
  });

  it("works on the project that --project names", async () => {
    await mkdir(path.join(root, "one"));
    await writeFile(path.join(root, "one/Pulumi.yaml"), "name: p\nruntime: nodejs\n");
    const { code, stderr } = await call("--project", "one", "render", "--stack", "dev");
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/^There is no settings file "Pulumi\.dev\.yaml"\./),
    ]);
  });
});
