/** `npm run compare` on folders as preview.yml makes them. */
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { runHere } from "../support/run-here.ts";

const report = { resources: [], passed: true, matrix: [] };

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "apim-okta-compare-"));
  await mkdir(path.join(folder, "before/policies/conference"), { recursive: true });
  await put("before/report.json", JSON.stringify(report));
  await put("before/policies/conference/api.xml", "<policies />\n");
  await cp(path.join(folder, "before"), path.join(folder, "after"), { recursive: true });
});
afterEach(() => rm(folder, { recursive: true }));

const put = (name: string, text: string) => writeFile(path.join(folder, name), text);
const compare = (...args: string[]) =>
  runHere("compare", "--before", path.join(folder, "before"), "--after", path.join(folder, "after"), ...args);

describe("npm run compare", () => {
  it("compares what is imported, beside the policies", async () => {
    await put("before/policies/conference/openapi.json", '{\n  "openapi": "3.0.3"\n}\n');
    await put("after/policies/conference/openapi.json", '{\n  "openapi": "3.0.4"\n}\n');
    const { stdout } = await compare();
    expect(stdout).toContain('-  "openapi": "3.0.3"\n+  "openapi": "3.0.4"');
    expect(stdout).toContain("**Policies** (0 of 1 documents change)");
  });

  it("names the proof's own files among those that changed, first", async () => {
    await put("changed", "README.md\nproof/run.ts\npolicies/elements/cors.ts\n");
    const { code, stdout } = await compare("--changed", path.join(folder, "changed"));
    expect(code).toBe(0);
    expect(stdout.split("\n")[1]).toMatch(
      /^⚠ \*\*This pull request changes the proof itself\*\*: <code>proof\/run\.ts<\/code>\. /,
    );
  });

  it("says nothing of the proof where no file of it changed", async () => {
    await put("changed", "README.md\npolicies/elements/cors.ts\n");
    const { stdout } = await compare("--changed", path.join(folder, "changed"));
    expect(stdout.split("\n")[1]).toBe("**Who gets in** (no answer changes)");
  });

  it("says it too where the head does not start", async () => {
    await put("after/report.json", "");
    await put("after/messages.txt", "no");
    await put("changed", "simulator/cloud.ts\n");
    const { stdout } = await compare("--changed", path.join(folder, "changed"));
    expect(stdout).toMatch(/^<!-- who gets in -->\n⚠ .*\n\n\*\*The stack does not start\*\* at the head/);
  });

  it("shows what a document was refused for where that kept the head from starting", async () => {
    await put("after/report.json", '{ "passed": false, "documents": [] }');
    await put("after/messages.txt", '1 problem in "apis/orders.yaml":');
    expect((await compare()).stdout).toContain('```text\n1 problem in "apis/orders.yaml":\n```');
  });

  it("adds what the preview of each real stack said", async () => {
    await put("dev.json", '{ "changeSummary": { "update": 1, "same": 32 } }');
    await put("prod.json", '{ "changeSummary": { "same": 33 } }');
    const { stdout } = await compare(
      ...["--preview", `dev=${path.join(folder, "dev.json")}`],
      ...["--preview", `contoso/prod=${path.join(folder, "prod.json")}`],
    );
    expect(stdout).toContain(
      "\n**Stack dev** 1 to update, 32 unchanged\n\n**Stack contoso/prod** 33 unchanged\n",
    );
  });

  it.each([
    [
      "preview.json",
      '--preview is "preview.json", which names no stack and file. Write --preview dev=preview.json.',
    ],
    ["dev=nowhere.json", 'Cannot read "nowhere.json" (ENOENT).'],
    ["dev=package.json", '"package.json" has no changeSummary, which `pulumi preview --json` prints.'],
  ])("refuses the preview %j without a stack trace", async (option, message) => {
    const { code, stderr } = await compare("--preview", option);
    expect(code).toBe(option === "preview.json" ? 2 : 1);
    expect(stderr).toContain(message);
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  it("refuses a preview that is JSON but no object", async () => {
    await put("dev.json", "null");
    const { code, stderr } = await compare("--preview", `dev=${path.join(folder, "dev.json")}`);
    expect([code, stderr]).toEqual([1, expect.stringContaining("has no changeSummary")]);
  });
});
