/** Which project a command works on, which file its program begins with, and how a text names the commands. */
import { mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
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
