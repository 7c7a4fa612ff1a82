/** Plan and update as deploy.yml runs them, its very command lines, with the real CLI on the local cloud. */
import { readFile, rm } from "node:fs/promises";
import * as path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { copyProject, runToEnd } from "../test/support/command.ts";
import { freePort } from "../test/support/local-stack.ts";

let project: string;
let port: string;
let plan: string;
let update: string;
let prove: string;
beforeAll(async () => {
  project = await copyProject();
  port = await freePort();
  const workflow = parse(await readFile(path.join(project, ".github/workflows/deploy.yml"), "utf8"));
  const script = (job: string, step: string): string =>
    workflow.jobs[job].steps.find(({ name }: { name?: string }) => name === step).run.trim();
  plan = script("plan", "Preview");
  update = script("deploy", "Update");
  // What differs would be asked again for a quarter of an hour.
  prove = script("deploy", "Prove who gets in").replace("--wait 900", "--wait 0");
  // It makes the stack; the scripts below need one.
  expect((await inCloud("pulumi", "preview", "--stack", "local")).code).toBe(0);
});
afterAll(() => rm(project, { recursive: true }));

const inCloud = (...args: string[]) => {
  const bin = path.join(project, "node_modules/.bin");
  const PATH = `${bin}${path.delimiter}${process.env.PATH}`;
  return runToEnd({ project, name: "local", args: ["--port", port, ...args], env: { PATH, STACK: "local" } });
};

/** Lines in one shell, as GitHub's `shell: bash` runs them: the stack's key is the same for all of them. */
const script = (...lines: string[]) =>
  inCloud("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", lines.join("\n"));
const set = (key: string, value: string) => `npx pulumi config set ${key} "${value}" --stack local`;
const unplanned = "npx pulumi up --stack local --yes --non-interactive";
const isUnchanged = "npx pulumi preview --stack local --expect-no-changes --non-interactive";

describe("deploy.yml", () => {
  it("creates a stack as it was planned, though every id was unknown then, and proves who gets in", async () => {
    const { code, stdout } = await script(plan, update, "export GITHUB_STEP_SUMMARY=summary.md", prove);
    expect(code).toBe(0);
    expect(stdout).toMatch(/\+ \d+ created\n[\s\S]*Who gets in\n/);
    const [junit, summary] = await Promise.all(
      ["verify.xml", "summary.md"].map((name) => readFile(path.join(project, name), "utf8")),
    );
    expect(junit).toMatch(/<testsuites name="Who gets in" tests="\d+" failures="0" errors="0"/);
    expect(summary).toMatch(/^## Stack local: ✅ as demanded\n/);
  });

  it("saves a plan that holds the change, and no secret in plain text", async () => {
    const { code, stdout } = await script(
      set("publisherName", "Contoso Two"),
      `${plan} > shown`,
      "echo",
      "npx pulumi stack output clientSecret --show-secrets --stack local",
    );
    expect(code).toBe(0);
    const secret = stdout.trim().split("\n").at(-1) ?? "";
    expect(secret).toMatch(/^[\w-]{64}$/);
    const [saved, shown] = await Promise.all(
      ["plan.json", "shown"].map((name) => readFile(path.join(project, name), "utf8")),
    );
    expect(saved).toContain('"Contoso Two"');
    expect(saved).toMatch(/"clientSecret": \{[^}]*"ciphertext"/);
    expect(shown).toContain('publisherName: "Contoso" => "Contoso Two"');
    expect(shown).toContain("~ 1 to update");
    for (const spelling of [secret, Buffer.from(secret).toString("base64"), encodeURIComponent(secret)])
      expect(`${saved}${shown}`).not.toContain(spelling);
  });

  it("refuses what was not planned, and changes nothing", async () => {
    const { code, stdout } = await script(
      set("publisherName", "Contoso Two"),
      plan,
      set("publisherName", "Contoso Three"),
      `if ${update}; then exit 99; fi`,
      set("publisherName", "Contoso"),
      isUnchanged,
    );
    expect(code).toBe(0);
    expect(stdout).toContain(
      "violates plan: properties changed: ~~publisherName[{Contoso Two}!={Contoso Three}]",
    );
  });

  it("refuses a plan that somebody's update has overtaken, and changes nothing", async () => {
    const { code, stdout } = await script(
      set("publisherName", "Contoso Two"),
      plan,
      set("publisherName", "Contoso"),
      set("accessTokenLifetimeMinutes", "30"),
      unplanned,
      set("publisherName", "Contoso Two"),
      set("accessTokenLifetimeMinutes", "60"),
      `if ${update}; then exit 99; fi`,
      set("publisherName", "Contoso"),
      set("accessTokenLifetimeMinutes", "30"),
      isUnchanged,
      set("accessTokenLifetimeMinutes", "60"),
      unplanned,
    );
    expect(code).toBe(0);
    expect(stdout).toContain("violates plan: properties changed: =~accessTokenLifetimeMinutes[{60}]");
  });

  it("does what was planned", async () => {
    const { code, stdout } = await script(set("publisherName", "Contoso Two"), plan, update, isUnchanged);
    expect(code).toBe(0);
    expect(stdout).toContain("~ 1 updated");
  });
});
