/** What a command says when the system refuses it something, and what it leaves behind. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rm,
  stat,
  symlink,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { openLocalEnvironment } from "../../commands/local-environment.ts";
import { compiledCode, copyProject, runToEnd, startCommand } from "../support/command.ts";
import { freePort } from "../support/local-stack.ts";

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

describe("real providers", () => {
  let folder: string;
  const handlers = { resources: [], functions: [] };
  const open = () =>
    openLocalEnvironment(handlers, {
      cli: undefined,
      folder: path.join(folder, "local"),
      realProviders: { OKTA_HTTP_PROXY: "http://127.0.0.1:8402" },
    });
  const home = () => path.join(folder, "home");

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "apim-okta-plugins-"));
    vi.stubEnv("PULUMI_HOME", home());
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await rm(folder, { recursive: true });
  });

  const version = async (name: string): Promise<string> =>
    JSON.parse(await readFile(path.join("node_modules/@pulumi", name, "package.json"), "utf8")).version;
  const install = async (...names: readonly string[]) => {
    for (const name of names)
      await mkdir(path.join(home(), `plugins/resource-${name}-v${await version(name)}`), { recursive: true });
  };

  it("are refused by name with the commands that install them", async () => {
    await install("okta");
    const [azureNative, random] = [await version("azure-native"), await version("random")];
    await expect(open()).rejects.toThrow(
      [
        `--providers real needs Pulumi's own providers in "${home()}/plugins". Missing are azure-native, random. Install them:`,
        `  npx pulumi plugin install resource azure-native ${azureNative}`,
        `  npx pulumi plugin install resource random ${random}`,
      ].join("\n"),
    );
  });

  it("are seen by the engine, aimed at the local cloud, and no other provider is attached", async () => {
    await install("azure-native", "okta", "random");
    const { variables, close } = await open();
    await close();
    expect(variables).toMatchObject({
      OKTA_HTTP_PROXY: "http://127.0.0.1:8402",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    });
    expect(variables).not.toHaveProperty("PULUMI_DEBUG_PROVIDERS");
    expect(await readlink(path.join(folder, "local/home/plugins"))).toBe(path.join(home(), "plugins"));
  });

  it("are hidden again from a run with the local cloud's own", async () => {
    await install("azure-native", "okta", "random");
    await (await open()).close();
    const own = await openLocalEnvironment(handlers, { cli: undefined, folder: path.join(folder, "local") });
    await own.close();
    expect(own.variables).toHaveProperty("PULUMI_DEBUG_PROVIDERS");
    expect(await readdir(path.join(folder, "local/home"))).toEqual(["versions"]);
  });
});

describe("the passphrase of the local stacks", () => {
  let folder: string;
  const file = () => path.join(folder, "passphrase");
  const handlers = { resources: [], functions: [] };
  const open = () => openLocalEnvironment(handlers, { cli: undefined, folder });

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "apim-okta-passphrase-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it("is made once, for its owner alone", async () => {
    const [one, two] = [await open(), await open()];
    await Promise.all([one.close(), two.close()]);
    expect(one.variables.PULUMI_CONFIG_PASSPHRASE).toMatch(/^[\w-]{32}$/);
    expect(two.variables.PULUMI_CONFIG_PASSPHRASE).toBe(one.variables.PULUMI_CONFIG_PASSPHRASE);
    expect(((await stat(file())).mode & 0o777).toString(8)).toBe("600");
  });

  it.each(["", "\n"])("is refused when it is %j", async (text) => {
    await writeFile(file(), text);
    await expect(open()).rejects.toThrow(/passphrase" is empty\. Put it back, or empty the local cloud/);
    expect(await readFile(file(), "utf8")).toBe(text);
  });

  it.runIf(process.platform === "linux")("is not there after a first start on a full disk", async () => {
    await symlink("/dev/full", `${file()}.tmp`);
    await expect(open()).rejects.toMatchObject({ code: "ENOSPC", path: file() });
    expect(await readdir(folder)).toEqual(["pulumi"]);
  });
});
