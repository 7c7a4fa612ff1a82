/**
 * `apim-okta verify`, `token` and `add` on a program that is not this repository's. Pulumi's CLI is a stand-in here, which
 * prints the stack's state; test-engine/package.test.ts has the real one.
 */
import { execFile } from "node:child_process";
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type LocalStack, startLocalStack } from "../test/support/local-stack.ts";

const program = path.join(import.meta.dirname, "../commands/apim-okta.ts");
const secretSignature = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" };

let stack: LocalStack;
let folder: string;
beforeAll(async () => {
  stack = await startLocalStack({
    portalGrantTypes: '["authorizationCode","clientCredentials"]',
  });
  folder = await mkdtemp(path.join(tmpdir(), "apim-okta-foreign-"));
  await writeFile(path.join(folder, "Pulumi.yaml"), "name: shop\nruntime: nodejs\n");
});
afterAll(async () => {
  await stack.cloud.close();
  await rm(folder, { recursive: true });
});

/** What `pulumi stack export --show-secrets` prints of the test's stack. */
function exportOf(outputs: object = {}): object {
  const own = "pulumi:pulumi:Stack";
  const resources = stack.provisioned.resources.map(({ type, name, id, inputs, outputs }) => {
    const { clientSecret } = outputs;
    const secret = { ...secretSignature, plaintext: JSON.stringify(clientSecret) };
    return {
      ...{ urn: `urn:pulumi:dev::shop::${type}::${name}`, type, id, inputs },
      outputs: clientSecret === undefined ? outputs : { ...outputs, clientSecret: secret },
    };
  });
  const root = { urn: `urn:pulumi:dev::shop::${own}::shop-dev`, type: own, outputs };
  return { version: 3, deployment: { resources: [root, ...resources] } };
}

/** Runs a command where Pulumi answers `pulumi stack export`, and nothing else. */
async function call(exported: object, ...args: string[]) {
  const answer = path.join(folder, "export.json");
  await writeFile(answer, JSON.stringify(exported));
  const pulumi = path.join(folder, "pulumi");
  await writeFile(
    pulumi,
    `#!/bin/sh\n[ "$1 $2" = "stack export" ] || { echo "unexpected: $*" >&2; exit 3; }\ncat '${answer}'\n`,
  );
  await chmod(pulumi, 0o755);
  const env = { ...process.env, PATH: `${folder}${path.delimiter}${process.env.PATH}` };
  return promisify(execFile)(process.execPath, [program, ...args], { cwd: folder, env }).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }) => ({ code, stdout, stderr }),
  );
}

const verify = (exported: object) => call(exported, "verify", "--stack", "dev", "--wait", "0", "--json");

describe("apim-okta verify", () => {
  it("proves a deployed stack by the resources in its state", async () => {
    const { code, stdout, stderr } = await verify(exportOf());
    expect([code, stderr]).toEqual([0, ""]);
    const report = JSON.parse(stdout);
    expect([report.stack, report.passed]).toEqual(["dev", true]);
    expect(report.matrix[0]).toMatchObject({ operation: "GET /sessions", expected: 200, actual: 200 });
    expect(stdout).not.toContain(stack.outputs.clientSecret);
  });

  it("asks for the gateway's address where the program looks its instance up", async () => {
    const isInstance = ({ type }: { type: string }) => type.endsWith(":ApiManagementService");
    const without = (outputs: object) => {
      const { deployment, ...rest } = exportOf(outputs) as {
        deployment: { resources: { type: string }[] };
      };
      return { ...rest, deployment: { resources: deployment.resources.filter((one) => !isInstance(one)) } };
    };
    const { code, stderr } = await verify(without({}));
    expect([code, stderr]).toEqual([1, expect.stringContaining("as the output `gatewayUrl`")]);
    const named = await verify(without({ gatewayUrl: stack.outputs.gatewayUrl }));
    expect([named.code, JSON.parse(named.stdout).passed]).toEqual([0, true]);
  });

  it("says what is missing in a stack that was never updated", async () => {
    const { code, stderr } = await verify({ version: 3, deployment: {} });
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/^The program registers no apimanagement\.Api/),
    ]);
  });
});

describe("apim-okta add", () => {
  it("says where the document goes in a program without the setting `apis`", async () => {
    await writeFile(path.join(folder, "Pulumi.dev.yaml"), "config: {}\n");
    const { code, stderr } = await call({}, "add", "orders.yaml", "--stack", "dev", "--yes");
    expect([code, stderr]).toEqual([
      1,
      'The program of project "shop" has no setting "apis", where `npx apim-okta add` would put the document. Import it in the program: as `value` of an apimanagement.Api, with the format "openapi" or "openapi+json". `npx apim-okta start` then proves it.\nError code: settings\n',
    ]);
  });

  it("goes on to the document where Pulumi.yaml declares it", async () => {
    const file = path.join(folder, "Pulumi.yaml");
    const before = await readFile(file, "utf8");
    await writeFile(file, `${before}config:\n  apis: { type: object }\n`);
    const { code, stderr } = await call({}, "add", "orders.yaml", "--stack", "dev", "--yes");
    await writeFile(file, before);
    expect([code, stderr]).toEqual([1, expect.stringMatching(/^Cannot read "orders\.yaml" \(ENOENT\)/)]);
  });
});

describe("apim-okta token", () => {
  it("gets a token of a deployed stack as the app in its state", async () => {
    const { code, stdout, stderr } = await call(exportOf(), "token", "--stack", "dev", "conference.read");
    expect([code, stderr]).toEqual([0, ""]);
    const claims = JSON.parse(Buffer.from(stdout.split(".")[1] ?? "", "base64url").toString());
    expect(claims).toMatchObject({
      cid: stack.outputs.clients?.["partner-batch"]?.clientId,
      scp: ["conference.read"],
    });
  });
});
