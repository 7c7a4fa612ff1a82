/**
 * `npm run verify` against a stack of the local cloud. Pulumi's CLI is a stand-in here, which prints the stack's outputs; the tests on
 * the engine use the real one.
 */
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { copyProject, runToEnd } from "../test/support/command.ts";
import {
  azureResources,
  changeResource,
  type LocalStack,
  startLocalStack,
} from "../test/support/local-stack.ts";

let stack: LocalStack;
let project: string;
let folder: string;
beforeAll(async () => {
  stack = await startLocalStack();
  project = await copyProject();
  folder = await mkdtemp(path.join(tmpdir(), "apim-okta-verify-"));
  const pulumi = path.join(folder, "pulumi");
  await writeFile(pulumi, `#!/bin/sh\ncat <<'END'\n${JSON.stringify(stack.outputs)}\nEND\n`);
  await chmod(pulumi, 0o755);
});
afterAll(async () => {
  await stack.cloud.close();
  await rm(project, { recursive: true });
  await rm(folder, { recursive: true });
});

const verify = (...args: string[]) =>
  runToEnd({
    project,
    name: "verify",
    args: ["--stack", "local", "--wait", "0", ...args],
    env: { PATH: `${folder}${path.delimiter}${process.env.PATH}` },
  });
const inFolder = (name: string) => path.join(folder, name);

describe("npm run verify", () => {
  it("prints one JSON document with --json, without a secret", async () => {
    const { code, stdout, stderr } = await verify("--json");
    expect([code, stderr]).toEqual([0, ""]);
    const report = JSON.parse(stdout);
    expect([report.stack, report.passed]).toEqual(["local", true]);
    expect(report.matrix[0]).toMatchObject({ operation: "GET /sessions", expected: 200, actual: 200 });
    expect(report.leftOut).toContain('"expired": only the holder of Okta\'s signing key can make it');
    expect(stdout).not.toContain(stack.outputs.clientSecret);
  });

  it("writes JUnit XML beside what it prints with --junit, in place of an older one", async () => {
    await writeFile(inFolder("old.xml"), "an older result");
    const { code, stdout } = await verify("--junit", inFolder("old.xml"));
    expect(code).toBe(0);
    expect(stdout).toContain("answers as apis/conference.openapi.yaml demands");
    const xml = await readFile(inFolder("old.xml"), "utf8");
    expect(xml).toMatch(
      /^<\?xml version="1\.0" encoding="UTF-8"\?>\n<testsuites name="Who gets in" tests="\d+" failures="0" errors="0"/,
    );
    expect(xml).not.toContain(stack.outputs.clientSecret);
  });

  it("leaves no older JUnit file when it cannot ask at all", async () => {
    await writeFile(inFolder("stale.xml"), "an older result");
    const { code } = await verify("--junit", inFolder("stale.xml"), "--stack", "nowhere");
    expect(code).toBe(1);
    await expect(readFile(inFolder("stale.xml"))).rejects.toThrow("ENOENT");
  });

  it("adds to a summary that others write too with --summary", async () => {
    await writeFile(inFolder("summary.md"), "## Something else\n");
    expect((await verify("--summary", inFolder("summary.md"))).code).toBe(0);
    const summary = await readFile(inFolder("summary.md"), "utf8");
    expect(summary).toMatch(/^## Something else\n## Stack local: ✅ as demanded\n\n```text\nWho gets in\n/);
    expect(summary).toMatch(/ GET {3}\/sessions +conference\.read +200$/m);
  });

  it("calls no operation closed that people of a client may call, though none of them can sign in here", async () => {
    const settings = path.join(project, "Pulumi.local.yaml");
    const text = await readFile(settings, "utf8");
    const scopes = "scopes: [conference.read, conference.write]";
    try {
      await writeFile(settings, text.replace(scopes, "scopes: [conference.write]"));
      const { stdout } = await verify();
      expect(stdout).toContain("Who gets in");
      expect(stdout).not.toContain("no client or person can call");
    } finally {
      await writeFile(settings, text);
    }
  });

  it("fails in all three when one answer differs", async () => {
    const [policy] = azureResources(stack.cloud, "azure-native:apimanagement:ApiPolicy");
    await changeResource(stack.cloud, policy?.id ?? "", (inputs) => ({
      ...inputs,
      value: String(inputs.value).replace("conference.read</value>", "conference.write</value>"),
    }));
    const files = ["--junit", inFolder("red.xml"), "--summary", inFolder("red.md")];
    const { code, stdout } = await verify("--json", ...files);
    expect([code, JSON.parse(stdout).passed]).toEqual([1, false]);
    const xml = await readFile(inFolder("red.xml"), "utf8");
    expect(xml).toContain('<failure message="expected 200, got 403">');
    expect(xml).toContain('<failure message="expected 403, got 200">');
    const summary = await readFile(inFolder("red.md"), "utf8");
    expect(summary).toContain("## Stack local: ❌ not as demanded\n");
    expect(summary).toContain('✗ GET /sessions with "needed scopes": expected 200, got 403');
  });
});
