/** What a command is handed to work with Pulumi's engine: the providers, and the passphrase of the local stacks. */
import { mkdir, mkdtemp, readdir, readFile, readlink, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { openLocalEnvironment } from "../../commands/local-environment.ts";

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
