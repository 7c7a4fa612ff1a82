/** What the settings files of a stack say to the commands. That the Pulumi CLI reads them alike is shown in test-engine. */
import { execFile } from "node:child_process";
import { chmod, mkdir, rm, writeFile } from "node:fs/promises";
import * as path from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cliVersion } from "../commands/pulumi-cli.ts";
import { compiledCode, copyProject, runToEnd } from "../test/support/command.ts";

let project: string;
beforeAll(async () => {
  project = await copyProject();
});
afterAll(() => rm(project, { recursive: true }));

const put = (name: string, text: string) => writeFile(path.join(project, name), text);

/** Reads a stack's settings in a process of its own, from the copy. */
async function read(stack: string, env: NodeJS.ProcessEnv = {}): Promise<Record<string, string>> {
  const module = pathToFileURL(path.join(project, "commands/stack-settings.ts")).href;
  const script = `
    const { readStackSettings } = await import(${JSON.stringify(module)});
    console.log(JSON.stringify((await readStackSettings(${JSON.stringify(stack)}, { encrypted: "skip" })).config));`;
  const args = ["--input-type=module", "--eval", script];
  const { stdout } = await promisify(execFile)(process.execPath, args, {
    cwd: project,
    env: { ...process.env, ...compiledCode, ...env },
  });
  return JSON.parse(stdout);
}

const render = (stack: string, env: NodeJS.ProcessEnv = {}) =>
  runToEnd({ project, name: "render", args: ["--stack", stack], env });

describe("the settings of a stack", () => {
  it("are those of both spellings, of anchors, and of a value that is left empty", async () => {
    await put(
      "Pulumi.plain.yaml",
      "base: &base { path: a }\nconfig:\n  oktaGroup:\n  apim-okta:protect: true\n  apim-okta:config:oktaAppLabel: X\n  apis: { one: { <<: *base, mock: true } }\n",
    );
    expect(await read("plain")).toMatchObject({
      "apim-okta:oktaGroup": "",
      "apim-okta:protect": "true",
      "apim-okta:oktaAppLabel": "X",
      "apim-okta:apis": '{"one":{"path":"a","mock":true}}',
      "apim-okta:location": "westeurope",
    });
  });

  it("lack what holds a secret, in whatever depth", async () => {
    await put(
      "Pulumi.secret.yaml",
      "config:\n  oktaGroup: { secure: v1 }\n  portalDefaultScopes: [a, { secure: v1 }]\n  apis: { secure: { path: a } }\n",
    );
    const settings = await read("secret");
    expect(settings["apim-okta:apis"]).toBe('{"secure":{"path":"a"}}');
    // The defaults of Pulumi.yaml are not what the stack has.
    expect(settings).not.toHaveProperty("apim-okta:oktaGroup");
    expect(settings).not.toHaveProperty("apim-okta:portalDefaultScopes");
    expect(await render("secret")).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^"apim-okta:oktaGroup" of stack "secret" is encrypted, /),
    });
  });
});

const two = (first: string, second: string) =>
  `config:\n  publisherName: C\n  publisherEmail: a@b.example\n  ${first}: { a: { document: apis/conference.openapi.yaml, mock: true } }\n  ${second}: { b: { document: apis/conference.openapi.yaml, mock: true } }\n`;

describe("a setting in two spellings", () => {
  it.each([
    ["apis", "apim-okta:apis"],
    ["apim-okta:apis", "apis"],
    ["apim-okta:config:apis", "apim-okta:apis"],
  ])("is refused as %s beside %s", async (first, second) => {
    await put("Pulumi.two.yaml", two(first, second));
    expect(await render("two")).toMatchObject({
      code: 1,
      stderr: `"apim-okta:apis" is written 2 times in Pulumi.two.yaml, as "${first}" and "${second}": only the last one would count. Keep one of them.\nError code: settings\n`,
    });
  });

  it("is refused in Pulumi.yaml too", async () => {
    const copy = await copyProject();
    await writeFile(
      path.join(copy, "Pulumi.yaml"),
      "name: apim-okta\nruntime: nodejs\nconfig:\n  location: { default: a }\n  apim-okta:location: { default: b }\n",
    );
    const { stderr } = await runToEnd({ project: copy, name: "render", args: [] });
    await rm(copy, { recursive: true });
    expect(stderr).toMatch(/^"apim-okta:location" is written 2 times in Pulumi\.yaml, as /);
  });

  it("is one setting in each of two namespaces", async () => {
    await put("Pulumi.names.yaml", "config:\n  location: a\n  azure-native:location: b\n");
    expect(await read("names")).toMatchObject({ "apim-okta:location": "a", "azure-native:location": "b" });
  });
});

describe("a stack with environments", () => {
  const environment = "environment:\n  - contoso/base\nconfig:\n  apim-okta:location: northeurope\n";

  /** A CLI that answers `pulumi config --json`; any other command fails. */
  async function fakeCli(answer: string): Promise<NodeJS.ProcessEnv> {
    const home = path.join(project, "home");
    const bin = path.join(home, ".pulumi/versions", cliVersion, "bin");
    await mkdir(bin, { recursive: true });
    const script = `#!/bin/sh\ncase "$1" in version) echo v${cliVersion};; config) [ "$*" = "config --json --stack contoso/esc --non-interactive" ] || exit 9\n${answer};; *) exit 9;; esac\n`;
    await writeFile(path.join(bin, "pulumi"), script);
    await chmod(path.join(bin, "pulumi"), 0o755);
    return { PULUMI_HOME: path.join(home, ".pulumi") };
  }

  it("is read by the CLI, its secrets aside", async () => {
    await put("Pulumi.esc.yaml", environment);
    const printed = JSON.stringify({
      "apim-okta:location": { value: "fromenv", secret: false },
      "apim-okta:apis": { value: '{"a":{}}', objectValue: { a: {} }, secret: false },
      "apim-okta:oktaGroup": { secret: true },
    });
    expect(await read("contoso/esc", await fakeCli(`echo '${printed}'`))).toEqual({
      "apim-okta:location": "fromenv",
      "apim-okta:apis": '{"a":{}}',
    });
  });

  it("is refused in the CLI's words where that cannot read it", async () => {
    await put("Pulumi.esc.yaml", environment);
    const { code, stderr } = await render(
      "contoso/esc",
      await fakeCli("echo 'error: no such thing' >&2; exit 1"),
    );
    expect([code, stderr]).toEqual([
      1,
      '"environment" in Pulumi.esc.yaml names Pulumi ESC environments, and the Pulumi CLI cannot read the settings of stack "contoso/esc":\nerror: no such thing\nCorrect that, or write their settings into Pulumi.esc.yaml.\nError code: pulumi\n',
    ]);
  });

  it.each(["environment: [base]", "environment: { imports: [base] }", "environment: {}"])(
    "is refused by name where there is no CLI (%s)",
    async (line) => {
      await put("Pulumi.esc.yaml", `${line}\nconfig: {}\n`);
      const { code, stderr } = await render("esc", { PULUMI_HOME: "/nowhere", PATH: "/usr/bin:/bin" });
      expect(code).toBe(1);
      expect(stderr).toMatch(
        /^"environment" in Pulumi\.esc\.yaml names Pulumi ESC environments, which only the Pulumi CLI can read\. Found: none\. Get it: /,
      );
    },
  );
});
