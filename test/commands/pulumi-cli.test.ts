/** Where the Pulumi CLI is looked for. The CLIs here are scripts; the tests on the engine use a real one. */
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cliVersion, engineName, findPulumiCli } from "../../commands/pulumi-cli.ts";

let home: string;
beforeAll(async () => {
  home = await mkdtemp(path.join(tmpdir(), "apim-okta-cli-"));
});
afterAll(() => rm(home, { recursive: true }));

/** A folder with a `pulumi` that tells a version. */
async function cliFolder(at: string, version: string): Promise<string> {
  const folder = path.join(home, at);
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, "pulumi"), `#!/bin/sh\necho "v${version}"\n`);
  await chmod(path.join(folder, "pulumi"), 0o755);
  return folder;
}
const find = (...folders: readonly string[]) =>
  findPulumiCli({ HOME: home, PATH: [...folders, "/usr/bin"].join(path.delimiter) });

describe("the Pulumi CLI", () => {
  it("is of one version everywhere, that of package.json's SDK", async () => {
    const root = path.join(import.meta.dirname, "../..");
    const text = (name: string) => readFile(path.join(root, name), "utf8");
    const { devDependencies, peerDependencies } = JSON.parse(await text("package.json"));
    const { packages } = JSON.parse(await text("package-lock.json"));
    const modules = await text(".ci/pulumi-cli/go.mod");
    expect(packages["node_modules/@pulumi/pulumi"].version).toBe(cliVersion);
    expect(peerDependencies["@pulumi/pulumi"]).toBe(`^${cliVersion}`);
    expect(devDependencies.pulumi).toBe(cliVersion);
    expect(
      [...modules.matchAll(/pulumi\/pulumi\/(?:pkg|sdk)\/v3 v(\S+)/g)].map(([, version]) => version),
    ).toEqual([cliVersion, cliVersion]);
  });

  it("is not there on a machine without it", async () => {
    expect(await find()).toEqual({ cli: undefined, found: "none" });
  });

  it("is not taken from npm's launcher, which would download it", async () => {
    expect(await find(await cliFolder("node_modules/.bin", "9.9.9"))).toMatchObject({ found: "none" });
  });

  it("is taken from PATH in a newer version, and told where it is too old", async () => {
    const old = await cliFolder("old/bin", "3.100.0");
    expect(await find(old)).toEqual({ cli: undefined, found: `3.100.0 at ${old}` });
    const { cli } = await find(old, await cliFolder("new/bin", "3.300.1"));
    expect(cli && engineName(cli)).toBe("pulumi 3.300.1");
  });

  it("is passed over, and named, where it fails", async () => {
    const broken = await cliFolder("broken/bin", "3.300.0");
    await writeFile(path.join(broken, "pulumi"), "#!/bin/sh\nexit 1\n");
    expect(await find(broken)).toEqual({ cli: undefined, found: `one that fails at ${broken}` });
  });

  it("is taken first from where its launcher keeps the pinned version", async () => {
    await cliFolder(`.pulumi/versions/${cliVersion}/bin`, cliVersion);
    const { cli } = await find(path.join(home, "new/bin"));
    expect(cli && engineName(cli)).toBe(`pulumi ${cliVersion}`);
  });
});
