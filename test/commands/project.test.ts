/** Which project a command works on, which file its program begins with, and how the program's own name is called. */
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { asCalled } from "../../commands/as-called.ts";
import { programFile, projectAbove } from "../../commands/project.ts";

let root: string;
beforeEach(async () => {
  root = await realpath(await mkdtemp(path.join(tmpdir(), "apim-okta-project-")));
});
afterEach(() => rm(root, { recursive: true }));

async function put(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(root, name)), { recursive: true });
    await writeFile(path.join(root, name), text);
  }
}

const project = "name: p\nruntime: nodejs\n";

describe("the project of a command", () => {
  it("is found from a folder below Pulumi.yaml", async () => {
    await put({ "Pulumi.yaml": project, "a/b/c.txt": "" });
    expect(projectAbove(path.join(root, "a/b"))).toBe(root);
  });

  it("is the folder itself where no Pulumi.yaml is above it", async () => {
    await put({ "a/c.txt": "" });
    expect(projectAbove(path.join(root, "a"))).toBe(path.join(root, "a"));
  });
});

describe("the program of a project", () => {
  it.each([
    ["main of Pulumi.yaml", { "Pulumi.yaml": `${project}main: x.ts\n`, "x.ts": "", "index.ts": "" }, "x.ts"],
    [
      "index.ts of the folder that main names",
      { "Pulumi.yaml": `${project}main: infra\n`, "infra/index.ts": "", "index.ts": "" },
      "infra/index.ts",
    ],
    [
      "main of package.json",
      { "Pulumi.yaml": project, "package.json": '{"main":"bin/x.js"}', "bin/x.js": "", "index.ts": "" },
      "bin/x.js",
    ],
    [
      "index.ts where package.json names a file that is not there",
      { "Pulumi.yaml": project, "package.json": '{"main":"bin/x.js"}', "index.ts": "" },
      "index.ts",
    ],
    ["index.ts without a package.json", { "Pulumi.yaml": project, "index.ts": "" }, "index.ts"],
    ["index.js where there is no index.ts", { "Pulumi.yaml": project, "index.js": "" }, "index.js"],
  ])("is %s", async (_, files, expected) => {
    await put(files as unknown as Record<string, string>);
    expect(await programFile(root)).toBe(path.join(root, expected));
  });

  it("is refused by the name that is missing", async () => {
    await put({ "Pulumi.yaml": `${project}main: nowhere.ts\n` });
    await expect(programFile(root)).rejects.toThrow(/there is no "nowhere\.ts"\. Name the program's file/);
  });
});

describe("a text with command lines", () => {
  const text =
    "Run `npm start`, `npm run local -- --reset`, `npm run -s token -- a` or `npm run test:engine`; not npm install.";

  it("names the package's program where that was called", () => {
    expect(asCalled(text, true)).toBe(
      "Run `npx apim-okta start`, `npx apim-okta local --reset`, `npx apim-okta token a` or `npm run test:engine`; not npm install.",
    );
  });

  it("stays as it is in the repository", () => {
    expect(asCalled(text, false)).toBe(text);
  });
});

describe("apim-okta", () => {
  const program = path.join(import.meta.dirname, "../../commands/apim-okta.ts");
  const call = (...args: string[]) =>
    promisify(execFile)(process.execPath, [program, ...args], { cwd: root }).then(
      ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
      ({ code, stdout, stderr }) => ({ code, stdout, stderr }),
    );

  it("lists its commands with --help", async () => {
    const { code, stdout } = await call("--help");
    expect(code).toBe(0);
    const listed = stdout.split("\n").flatMap((line: string) => /^ {2}(\w+) /.exec(line)?.[1] ?? []);
    expect(listed).toEqual(["start", "add", "verify", "token", "explain", "render", "compare", "local"]);
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
    await put({ "one/Pulumi.yaml": project });
    const { code, stderr } = await call("--project", "one", "render", "--stack", "dev");
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/^There is no settings file "Pulumi\.dev\.yaml"\./),
    ]);
  });
});
