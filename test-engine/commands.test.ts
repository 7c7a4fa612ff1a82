/** The commands that need the Pulumi CLI, as people run them. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import type { Readable } from "node:stream";
import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cliVersion } from "../commands/pulumi-cli.ts";
import { copyProject, runToEnd, startCommand } from "../test/support/command.ts";
import { localAnswers } from "../test/support/local-answers.ts";
import { freePort } from "../test/support/local-stack.ts";
import { requireCli } from "./support/engine.ts";

let project: string;
let port: string;
beforeAll(async () => {
  project = await copyProject();
  port = await freePort();
});
afterAll(() => rm(project, { recursive: true }));

const run = (name: string, ...args: string[]) => {
  const bin = path.join(project, "node_modules/.bin");
  return runToEnd({ project, name, args, env: { PATH: `${bin}${path.delimiter}${process.env.PATH}` } });
};

/** `npm run local`, at this test's ports. */
const inCloud = (...args: string[]) => run("local", "--port", port, ...args);

/** An operation of the CLI on the stack local, which must succeed; gives what it printed. */
async function operate(operation: string, ...options: string[]): Promise<string> {
  const { code, stdout, stderr } = await inCloud(
    "pulumi",
    operation,
    "--stack",
    "local",
    "--yes",
    ...options,
  );
  expect([code, code === 0 ? "" : stdout + stderr]).toEqual([0, ""]);
  return stdout;
}

async function changeFile(name: string, change: (text: string) => string): Promise<void> {
  const file = path.join(project, name);
  await writeFile(file, change(await readFile(file, "utf8")));
}

interface InterruptedStart {
  readonly pid: number;
  readonly stdout: Readable | null;
}

describe("npm start on the engine", () => {
  it("creates the stack, and changes nothing the second time", async () => {
    const first = await run("start", "--once", "--engine", "pulumi", "--port", port);
    expect([first.code, first.stderr]).toEqual([0, ""]);
    expect(first.stdout).toContain("42 resources, 42 created");
    expect(first.stdout).toContain(`${localAnswers} of ${localAnswers} answers`);
    const second = await run("start", "--once", "--engine", "pulumi", "--port", port);
    expect(second.stdout).toContain("42 resources, no changes");
    expect(second.stdout).toContain(`${localAnswers} of ${localAnswers} answers`);
  });

  it("prints what the engine refuses, once and with the next step", async () => {
    const lock = path.join(project, ".local/pulumi/.pulumi/locks/organization/apim-okta/local");
    await mkdir(lock, { recursive: true });
    const holder = { pid: 1, username: "somebody", hostname: "elsewhere", timestamp: "2030-01-01T00:00:00Z" };
    await writeFile(path.join(lock, "0.json"), JSON.stringify(holder));
    const { code, stderr } = await run("start", "--once", "--engine", "pulumi", "--port", port);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^Pulumi could not update the stack:\nerror: the stack is currently locked by 1 lock[\s\S]*see docs\/deploy\.md, "After an update that was killed"\.\nError code: pulumi\n$/,
    );
    expect((await inCloud("pulumi", "cancel", "--stack", "local", "--yes")).code).toBe(0);
  });

  it.each<[string, string, (file: string) => Promise<unknown>, RegExp]>([
    [
      "its passphrase gone",
      "passphrase",
      (file) => rm(file),
      /^".*\.local\/passphrase" is missing, and stacks were encrypted with it\. Put it back, or empty/,
    ],
    [
      "an empty passphrase",
      "passphrase",
      (file) => writeFile(file, ""),
      /^".*\.local\/passphrase" is empty\. Put it back, or empty/,
    ],
    [
      "another passphrase",
      "passphrase",
      (file) => writeFile(file, "another"),
      /incorrect passphrase[\s\S]*\nThe stack was made with another \.local\/passphrase: put that one back/,
    ],
    [
      "damaged settings of its own",
      "workspace/Pulumi.local.yaml",
      (file) => writeFile(file, "config: [\n"),
      /^".*Pulumi\.local\.yaml" is not YAML\. Delete it: it is written anew\.\nError code: file\n$/,
    ],
    [
      "a damaged state of the engine",
      "pulumi/.pulumi/stacks/apim-okta/local.json",
      (file) => writeFile(file, "{"),
      /\nThe engine's state in \.local\/pulumi\/\.pulumi\/stacks is damaged: put its \.bak file in its place/,
    ],
    [
      "a cloud that has lost everything",
      "cloud.json",
      (file) => rm(file),
      /\nWhere the local cloud has lost what the engine's state still has: `npm run local -- npx pulumi refresh/,
    ],
  ])("says what to do with %s, and loses nothing", async (_, name, damage, message) => {
    const file = path.join(project, ".local", name);
    const before = await readFile(file, "utf8");
    await damage(file);
    // Something to update, so that the cloud is asked.
    const added = "  accessTokenLifetimeMinutes: 30\n";
    await changeFile("Pulumi.local.yaml", (text) => text + added);
    const { code, stderr } = await run("start", "--once", "--engine", "pulumi", "--port", port);
    await changeFile("Pulumi.local.yaml", (text) => text.slice(0, -added.length));
    await writeFile(file, before);
    expect([code, stderr]).toEqual([1, expect.stringMatching(message)]);
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  it("prints every line of what the program refuses", async () => {
    const wrong = "  apimSku: Free\n  oktaGrup: x\n";
    await changeFile("Pulumi.local.yaml", (text) => text + wrong);
    const { code, stderr } = await run("start", "--once", "--engine", "pulumi", "--port", port);
    await changeFile("Pulumi.local.yaml", (text) => text.slice(0, -wrong.length));
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^Pulumi could not update the stack:\n2 settings of stack "local" must be corrected:\n {2}- .*\n {2}- .*\nError code: pulumi\n$/,
    );
  });

  it.each<[string, (command: InterruptedStart) => void]>([
    ["told to end", ({ pid }) => process.kill(pid, "SIGTERM")],
    // As a closed terminal does, or a CI runner: npm passes on what everyone has got already.
    ["told to end with its whole process group", ({ pid }) => process.kill(-pid, "SIGTERM")],
    ["interrupted with its whole process group", ({ pid }) => process.kill(-pid, "SIGINT")],
    ["hung up on with its whole process group", ({ pid }) => process.kill(-pid, "SIGHUP")],
    ["no longer read", ({ stdout }) => stdout?.destroy()],
  ])("lets the engine finish what it is at when it is %s", async (_, interrupt) => {
    expect((await run("local", "--reset")).code).toBe(0);
    const options = ["--once", "--engine", "pulumi", "--latency", "300", "--port", port];
    const { CI: __, ...env } = process.env;
    // A process group of its own, so that the whole of it can be told without this test's.
    const child = spawn("npm", ["start", "--", ...options], {
      cwd: project,
      detached: true,
      env: { ...env, PATH: `${path.dirname(process.execPath)}${path.delimiter}${env.PATH}` },
      stdio: ["ignore", "pipe", "ignore"],
    });
    const ended = once(child, "close");
    child.stdout.resume();
    const cloud = path.join(project, ".local/cloud.json");
    const isAtWork = async () =>
      (await readFile(cloud, "utf8").catch(() => "")).includes('"Microsoft.ApiManagement/service"');
    while (child.exitCode === null && !(await isAtWork())) await setTimeout(20);
    expect(child.exitCode, "the start ended before it could be interrupted").toBeNull();
    interrupt({ pid: child.pid ?? 0, stdout: child.stdout });
    await ended;
    // npm may end before what it started.
    await expect.poll(async () => (await inCloud("true")).code, { timeout: 300_000 }).toBe(0);
    const exported = JSON.parse((await inCloud("pulumi", "stack", "export", "--stack", "local")).stdout);
    expect(exported.deployment.pending_operations ?? []).toEqual([]);
    expect(exported.deployment.resources.length).toBeGreaterThan(1);
    const backend = path.join(project, ".local/pulumi/.pulumi");
    const left = await readdir(backend, { recursive: true, withFileTypes: true });
    const locks = left.filter((entry) => entry.isFile() && entry.parentPath.includes("/locks"));
    expect(locks).toEqual([]);
  });

  it("goes on with the next start from where the last one was interrupted", async () => {
    const { code, stdout, stderr } = await run("start", "--once", "--engine", "pulumi", "--port", port);
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toContain(`${localAnswers} of ${localAnswers} answers`);
  });

  it("starts no other provider, wherever one is installed", async () => {
    const copy = await copyProject();
    const marker = path.join(copy, "started");
    const home = path.join(copy, "installed");
    const folders = [path.join(home, "plugins/resource-azuread-v6.0.0"), path.join(copy, "onpath")];
    for (const folder of folders) {
      await mkdir(folder, { recursive: true });
      const plugin = path.join(folder, "pulumi-resource-azuread");
      await writeFile(plugin, `#!/bin/sh\ntouch ${marker}\n`, { mode: 0o755 });
    }
    await symlink(path.dirname(path.dirname((await requireCli()).command)), path.join(copy, "cli"));
    const index = path.join(copy, "index.ts");
    const more = [
      'import * as pulumi from "@pulumi/pulumi";',
      'new pulumi.CustomResource("azuread:index/group:Group", "x", {});',
    ];
    await writeFile(index, `${await readFile(index, "utf8")}${more.join("\n")}\n`);
    const PATH = [path.join(copy, "cli/bin"), path.join(copy, "onpath"), process.env.PATH].join(
      path.delimiter,
    );
    const { code, stderr } = await runToEnd({
      project: copy,
      name: "start",
      args: ["--once", "--engine", "pulumi", "--port", await freePort()],
      env: { PULUMI_HOME: home, PATH },
    });
    const isStarted = await stat(marker).then(
      () => true,
      () => false,
    );
    await rm(copy, { recursive: true });
    expect([code, isStarted]).toEqual([1, false]);
    expect(stderr).toContain("no resource plugin 'pulumi-resource-azuread' found");
  });

  it("leaves the settings file as it was", async () => {
    const original = await readFile(path.join(import.meta.dirname, "../Pulumi.local.yaml"), "utf8");
    expect(await readFile(path.join(project, "Pulumi.local.yaml"), "utf8")).toBe(original);
  });

  it("gives the same JSON as the other engine, but for ids and the engine's name", async () => {
    const report = async (engine: string) =>
      JSON.parse((await run("start", "--once", "--json", "--engine", engine, "--port", port)).stdout);
    const [pulumi, inProcess] = [await report("pulumi"), await report("in-process")];
    expect([pulumi.engine, inProcess.engine]).toEqual([`pulumi ${cliVersion}`, "in-process"]);
    expect(pulumi.matrix).toEqual(inProcess.matrix);
    const names = (resources: { type: string; name: string }[]) =>
      resources.map(({ type, name }) => `${type} ${name}`).sort();
    expect(names(pulumi.resources)).toEqual(names(inProcess.resources));
    const withoutIds = (outputs: object) =>
      JSON.stringify(outputs)
        .replace(/(?:0oa|aus)\w{17}/g, "ID")
        .replace(/(?<=apim-conference-)[a-z0-9]{6}/g, "suffix");
    expect(JSON.parse(withoutIds(pulumi.outputs))).toEqual(JSON.parse(withoutIds(inProcess.outputs)));
  });
});

describe("npm run local", () => {
  it("runs Pulumi against the local cloud and gives its exit code", async () => {
    const { code, stdout } = await inCloud("pulumi", "stack", "output", "--stack", "local", "gatewayUrl");
    expect([code, stdout.trim()]).toEqual([0, `http://127.0.0.1:${port}`]);
    expect((await inCloud("pulumi", "stack", "output", "--stack", "nowhere")).code).not.toBe(0);
  });

  it("proves the stack by the command for deployed ones, and leaves out by name what it cannot send", async () => {
    const { code, stdout } = await inCloud(
      process.execPath,
      "commands/verify.ts",
      "--stack",
      "local",
      "--wait",
      "0",
    );
    expect(code).toBe(0);
    expect(stdout).toContain('not sent: "expired": only the holder of Okta\'s signing key can make it');
    expect(stdout).toContain(
      "not sent: calls of POST /session/{id}/feedback that are let in: they would change data; --writes sends them",
    );
    expect(stdout).toContain(
      `not sent: "a stranger's app": OTHER_CLIENT_ID and OTHER_CLIENT_SECRET, the credentials of another app of the org, are not set`,
    );
    expect(stdout).not.toContain("too wide");
    expect(stdout).toContain("Statuses alone are compared");
    expect(stdout).toContain("153 of 153 answers");
  });

  it("asks Okta for a token of another app of the org whose credentials it is told", async () => {
    const { okta } = JSON.parse(await readFile(path.join(project, ".local/cloud.json"), "utf8"));
    const other = okta.apps.find(({ label }: { label: string }) => label === "Another team's app");
    const { code, stdout } = await inCloud(
      "env",
      `OTHER_CLIENT_ID=${other.id}`,
      `OTHER_CLIENT_SECRET=${other.clientSecret}`,
      process.execPath,
      ...["commands/verify.ts", "--stack", "local", "--wait", "0"],
    );
    expect(code).toBe(0);
    expect(stdout).toMatch(/GET {3}\/sessions .* no token$/m);
    expect(stdout).toContain("165 of 165 answers");
  });

  it("gets a token of the stack", async () => {
    const { code, stdout } = await inCloud(
      process.execPath,
      "commands/token.ts",
      "--stack",
      "local",
      "conference.read",
    );
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^ey[\w-]+\.[\w-]+\.[\w-]+\n$/)]);
  });

  it.each<[string[], string]>([
    [[], "There is no command to run."],
    [["no-such-command"], 'Cannot run "no-such-command" (ENOENT).'],
    [["--purge", "apim-x"], 'The local cloud has no deleted instance "apim-x".'],
  ])("refuses %j without a stack trace", async (args, message) => {
    const { code, stderr } = await inCloud(...args);
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  it("empties the local cloud", async () => {
    expect((await run("local", "--reset")).code).toBe(0);
    expect((await inCloud("pulumi", "stack", "ls", "--json")).stdout.trim()).toBe("[]");
  });

  it("makes the stack for the first operation, and leaves the person's choice of a stack alone", async () => {
    expect(await operate("up", "--skip-preview")).toContain("+ 42 created");
    const stacks = JSON.parse((await inCloud("pulumi", "stack", "ls", "--json")).stdout);
    expect(stacks).toEqual([expect.objectContaining({ name: "local", current: false })]);
  });

  it("previews, updates, refreshes and destroys by the CLI, with the program in a process of its own", async () => {
    expect(await operate("up")).toContain("42 unchanged");
    const renamed = (from: string, to: string) =>
      changeFile("Pulumi.local.yaml", (text) =>
        text.replace(`publisherName: ${from}\n`, `publisherName: ${to}\n`),
      );
    await renamed("Contoso", "Contoso Two");
    const preview = await inCloud("pulumi", "preview", "--diff", "--stack", "local");
    expect(preview.stdout).toMatch(/publisherName: "Contoso" => "Contoso Two"[\s\S]*~ 1 to update/);
    expect(await operate("up", "--skip-preview")).toContain("~ 1 updated");
    expect(await operate("refresh")).toContain("43 unchanged");
    expect(await operate("destroy")).toContain("- 42 deleted");
    await renamed("Contoso Two", "Contoso");
  });

  it("keeps the settings file of the stack local when the stack is removed", async () => {
    const before = await readFile(path.join(project, "Pulumi.local.yaml"), "utf8");
    const removed = await inCloud("pulumi", "stack", "rm", "local", "--yes");
    expect([removed.code, removed.stdout]).toEqual([0, expect.stringContaining("has been removed")]);
    expect(await readFile(path.join(project, "Pulumi.local.yaml"), "utf8")).toBe(before);
  });

  it("keeps what a command sets, and the word for the local cloud's own addresses", async () => {
    const before = await readFile(path.join(project, "Pulumi.local.yaml"), "utf8");
    await operate("up", "--skip-preview");
    const set = ["pulumi", "config", "set", "--stack", "local", "oktaAppLabel", "Talks"];
    expect((await inCloud(...set)).code).toBe(0);
    const after = await readFile(path.join(project, "Pulumi.local.yaml"), "utf8");
    expect(after).toContain("oktaAppLabel: Talks");
    expect(after).toContain("developerPortalUrl: local");
    expect(after).toContain("serviceUrl: local");
    await writeFile(path.join(project, "Pulumi.local.yaml"), before);
  });

  it("runs the command in a process group of its own where no terminal is, so that a signal to its own reaches it once", async () => {
    const { stdout } = await inCloud("sh", "-c", 'ps -o pgid= -p $$; echo " $$"');
    const [group, pid] = stdout.trim().split(/\s+/);
    expect(group).toBe(pid);
  });

  it("ends the command before itself when it is told to end", async () => {
    const script = "console.log('ready'); setInterval(() => {}, 1000)";
    const command = startCommand({
      project,
      name: "local",
      args: ["--port", port, process.execPath, "--eval", script],
    });
    await command.shows("ready");
    command.signal("SIGTERM");
    expect(await command.ended).toBe(128 + 15);
    // The state is free again.
    expect((await inCloud("true")).code).toBe(0);
  });

  it("shows a program's own error as Pulumi does, once and without a stack trace", async () => {
    await changeFile("Pulumi.local.yaml", (text) => `${text}  apimSku: Free\n`);
    const { code, stdout } = await inCloud("pulumi", "preview", "--stack", "local");
    expect(code).not.toBe(0);
    expect(stdout.match(/"apim-okta:apimSku" must be one of/g)).toHaveLength(1);
    expect(stdout).not.toMatch(/\n\s+at /);
  });
});

describe("npm run verify", () => {
  it("names the stack that it cannot read, in Pulumi's words", async () => {
    const { code, stderr } = await inCloud(process.execPath, "commands/verify.ts", "--stack", "nowhere");
    expect(code).toBe(1);
    expect(stderr).toMatch(/^Pulumi cannot read stack "nowhere":\nerror: no stack named 'nowhere' found/);
  });
});

describe("a stack's settings", () => {
  const cli = (...args: string[]) => inCloud("pulumi", ...args);
  const settingsOf = async (stack: string) => {
    const { stdout } = await cli("config", "--json", "--stack", stack);
    const values = Object.entries(JSON.parse(stdout) as Record<string, { value?: string }>);
    return Object.fromEntries(
      values.flatMap(([key, { value }]) => (value === undefined ? [] : [[key, value]])),
    );
  };

  /** A settings file with a salt is one that the CLI does not write anew. */
  async function saltLine(): Promise<string> {
    const folder = await mkdtemp(path.join(tmpdir(), "apim-okta-settings-"));
    await writeFile(path.join(folder, "Pulumi.yaml"), "name: apim-okta\nruntime: nodejs\n");
    const at = ["--stack", "salted", "--cwd", folder];
    await cli("stack", "init", ...at, "--no-select");
    const written = await readFile(path.join(folder, "Pulumi.salted.yaml"), "utf8");
    await cli("stack", "rm", ...at, "--yes");
    await rm(folder, { recursive: true });
    return written.trim();
  }

  it.each(["dev", "prod", "local"])("of %s are in the spelling that the CLI leaves", async (stack) => {
    const before = await readFile(path.join(import.meta.dirname, `../Pulumi.${stack}.yaml`), "utf8");
    // In a folder and with a backend of its own, since `npm run local` puts back what was only written anew.
    const folder = await mkdtemp(path.join(tmpdir(), "apim-okta-settings-"));
    const file = path.join(folder, `Pulumi.${stack}.yaml`);
    await writeFile(
      path.join(folder, "Pulumi.yaml"),
      await readFile(path.join(project, "Pulumi.yaml"), "utf8"),
    );
    await writeFile(file, before);
    const apart = ["env", `PULUMI_BACKEND_URL=file://${folder}`, "pulumi", "--cwd", folder];
    const made = await inCloud(...apart, "stack", "init", stack, "--no-select");
    const set = await inCloud(
      ...apart,
      "config",
      "set",
      "azure-native:subscriptionId",
      "0",
      "--stack",
      stack,
    );
    expect([made.code, set.code]).toEqual([0, 0]);
    const after = await readFile(file, "utf8");
    await rm(folder, { recursive: true });
    const own = (line: string) => !/^ {2}azure-native:|^encryptionsalt:/.test(line);
    expect(after.split("\n").filter(own)).toEqual(before.split("\n"));
  });

  it("are the same to the commands as to the CLI", async () => {
    const odd = [
      "base: &base { path: a }",
      "config:",
      "  oktaGroup:",
      "  protect: true",
      "  apim-okta:accessTokenLifetimeMinutes: 30",
      "  apim-okta:config:oktaAppLabel: X",
      "  azure-native:location: northeurope",
      "  portalDefaultScopes: [a, { secure: v1:a:b }]",
      "  apis: { secure: { <<: *base, mock: true } }",
    ];
    await writeFile(path.join(project, "Pulumi.odd.yaml"), `${odd.join("\n")}\n`);
    await changeFile("Pulumi.yaml", (text) =>
      text.replace("config:\n", "config:\n  okta:orgName: dev-1\n  azure-native:tenantId: { value: t }\n"),
    );
    expect((await cli("stack", "init", "odd", "--no-select")).code).toBe(0);
    const script = `
      const { readStackSettings } = await import("./commands/stack-settings.ts");
      console.log(JSON.stringify((await readStackSettings("odd", { encrypted: "skip" })).config));`;
    const { stdout } = await inCloud(process.execPath, "--input-type=module", "--eval", script);
    expect(JSON.parse(stdout)).toEqual(await settingsOf("odd"));
  });

  it("are refused in the CLI's words where it cannot read their environments", async () => {
    await writeFile(path.join(project, "Pulumi.esc.yaml"), "environment: [base]\nconfig: {}\n");
    await cli("stack", "init", "esc", "--no-select");
    const { code, stderr } = await inCloud(process.execPath, "commands/render.ts", "--stack", "esc");
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^"environment" in Pulumi\.esc\.yaml names .*\nerror: .*environments.*\nCorrect that, or write/,
    );
  });

  it.each([
    ["apis", "apim-okta:apis"],
    ["apim-okta:apis", "apis"],
  ])("are refused by the program as %s beside %s", async (first, second) => {
    const api = "{ a: { document: apis/conference.openapi.yaml, mock: true } }";
    const written = [`  ${first}: ${api}`, `  ${second}: ${api}`];
    const settings = [
      "config:",
      "  publisherName: C",
      "  publisherEmail: a@b.example",
      ...written,
      await saltLine(),
    ];
    const twice = `${settings.join("\n")}\n`;
    const before = await readFile(path.join(project, "Pulumi.local.yaml"), "utf8");
    await changeFile("Pulumi.local.yaml", () => twice);
    const started = await run("start", "--once", "--engine", "pulumi", "--port", port);
    // Such a command may be the one that mends the settings.
    const ran = await inCloud("pulumi", "stack", "ls");
    await changeFile("Pulumi.local.yaml", () => before);
    const refused = [1, expect.stringMatching(/^"apim-okta:apis" is written 2 times in Pulumi\.local\.yaml/)];
    expect([started.code, started.stderr]).toEqual(refused);
    expect(ran.code).toBe(0);
    await writeFile(path.join(project, "Pulumi.twice.yaml"), twice);
    await cli("stack", "init", "twice", "--no-select");
    const { code, stdout } = await cli("preview", "--stack", "twice");
    expect(code).not.toBe(0);
    expect(stdout).toContain('"apim-okta:apis" is written 2 times in Pulumi.twice.yaml');
  });
});
