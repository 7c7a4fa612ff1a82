/**
 * `.ci/pulumi-cli/install` with stand-ins for curl and cosign: a release's real signature is not proved here, only that nothing is
 * installed without one, and what cosign is asked.
 */
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { cliVersion } from "../commands/pulumi-cli.ts";

const root = path.join(import.meta.dirname, "..");
const executable = { mode: 0o755 };

let home: string;
beforeEach(async () => {
  home = await mkdtemp(path.join(tmpdir(), "apim-okta-cli-"));
  await mkdir(path.join(home, "bin"));
  await mkdir(path.join(home, "release/pulumi"), { recursive: true });
  await writeFile(path.join(home, "release/pulumi/pulumi"), `#!/bin/sh\necho "the CLI: $*"\n`, executable);
  await writeFile(path.join(home, "release/pulumi/pulumi-language-nodejs"), "", executable);
  await promisify(execFile)("tar", [
    "-czf",
    path.join(home, "archive"),
    "-C",
    path.join(home, "release"),
    "pulumi",
  ]);
  // The last argument is the URL, the one after --output the file.
  await writeFile(
    path.join(home, "bin/curl"),
    `#!/bin/sh
for url; do :; done
echo "$url" >> "$HOME/loaded"
while [ "$1" != --output ]; do shift; done
cp "$HOME/archive" "$2"
`,
    executable,
  );
});
afterEach(() => rm(home, { recursive: true }));

const environment = () => ({ HOME: home, PATH: `${path.join(home, "bin")}:${process.env.PATH}` });
const cosign = (exitCode: number) =>
  writeFile(
    path.join(home, "bin/cosign"),
    `#!/bin/sh\nprintf '%s\\n' "$@" > "$HOME/asked"\nexit ${exitCode}\n`,
    executable,
  );
const install = (env: NodeJS.ProcessEnv = {}) =>
  promisify(execFile)("bash", [path.join(root, ".ci/pulumi-cli/install")], {
    env: { ...environment(), ...env },
  });

describe("the Pulumi CLI's installation", () => {
  it("puts the signed release where the launcher looks, with its language plugins, so that it downloads nothing", async () => {
    await cosign(0);
    await install();
    const folder = path.join(home, ".pulumi/versions", cliVersion, "bin");
    expect((await readdir(folder)).sort()).toEqual(["pulumi", "pulumi-language-nodejs"]);
    const launcher = path.join(root, "node_modules/pulumi/run.js");
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [launcher, "up"], {
      env: environment(),
    });
    expect([stdout, stderr]).toEqual(["the CLI: up\n", ""]);
  });

  it("loads the pinned version's archive and its signature, also from a mirror", async () => {
    await cosign(0);
    await install({ PULUMI_RELEASES: "https://mirror.example/pulumi" });
    const [archive = "", signature] = (await readFile(path.join(home, "loaded"), "utf8")).split("\n");
    expect(archive).toMatch(
      new RegExp(
        `^https://mirror\\.example/pulumi/v${cliVersion}/pulumi-v${cliVersion}-\\w+-\\w+\\.tar\\.gz$`,
      ),
    );
    expect(signature).toBe(`${archive}.sig`);
  });

  it("asks whether Pulumi's own signing workflow made the archive", async () => {
    await cosign(0);
    await install();
    const asked = (await readFile(path.join(home, "asked"), "utf8")).split("\n");
    const following = (option: string) => asked[asked.indexOf(option) + 1] ?? "";
    expect([asked[0], following("--bundle")]).toEqual(["verify-blob", `${asked[1]}.sig`]);
    expect(following("--certificate-oidc-issuer")).toBe("https://token.actions.githubusercontent.com");
    const identity = new RegExp(following("--certificate-identity-regexp"));
    const workflow = "https://github.com/pulumi/pulumi/.github/workflows/sign.yml@refs/heads/master";
    expect(identity.test(workflow)).toBe(true);
    for (const [from, to] of [
      ["github.com", "githubxcom"],
      ["pulumi/pulumi", "pulumi/pulumi-fork"],
      ["pulumi/pulumi", "mallory/pulumi"],
      ["https://", "https://github.com/mallory/x/.github/workflows/https://"],
      ["sign.yml", "test.yml"],
    ] as const)
      expect(identity.test(workflow.replace(from, to))).toBe(false);
  });

  it("installs nothing, and keeps what was there, when the signature is not good", async () => {
    const folder = path.join(home, ".pulumi/versions", cliVersion, "bin");
    await mkdir(folder, { recursive: true });
    await writeFile(path.join(folder, "pulumi"), "the old one");
    await cosign(1);
    await expect(install()).rejects.toMatchObject({ code: 1 });
    expect(await readFile(path.join(folder, "pulumi"), "utf8")).toBe("the old one");
  });

  it("replaces a CLI that came another way", async () => {
    const folder = path.join(home, ".pulumi/versions", cliVersion, "bin");
    await mkdir(folder, { recursive: true });
    await writeFile(path.join(folder, "pulumi"), "#!/bin/sh\necho somebody else's\n", executable);
    await cosign(0);
    expect((await install()).stdout).toBe("the CLI: version\n");
  });
});
