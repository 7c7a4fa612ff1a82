/** `npx apim-okta gateway` out of the tarball, in a folder that has nothing of Pulumi. */
import { execFile } from "node:child_process";
import { chmod, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";

const root = path.join(import.meta.dirname, "..");
const call = promisify(execFile);
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "apim-okta-packed-"));
  const { stdout } = await call("npm", ["pack", "--json", "--offline", "--pack-destination", folder], {
    cwd: root,
  });
  const [{ filename = "" } = {}] = JSON.parse(stdout.slice(stdout.indexOf("["))) as { filename: string }[];
  const packed = path.join(folder, "node_modules/apim-okta");
  await mkdir(packed, { recursive: true });
  await call("tar", ["-xzf", path.join(folder, filename), "-C", packed, "--strip-components=1"]);
  const { dependencies } = JSON.parse(await readFile(path.join(packed, "package.json"), "utf8")) as {
    dependencies: Readonly<Record<string, string>>;
  };
  for (const name of Object.keys(dependencies)) {
    const link = path.join(folder, "node_modules", name);
    await mkdir(path.dirname(link), { recursive: true });
    await symlink(path.join(root, "node_modules", name), link);
  }
  await mkdir(path.join(folder, "node_modules/.bin"));
  // As npm does when it installs a package.
  await chmod(path.join(packed, "dist/commands/apim-okta.js"), 0o755);
  await symlink(
    path.join(packed, "dist/commands/apim-okta.js"),
    path.join(folder, "node_modules/.bin/apim-okta"),
  );
}, 240_000);

afterAll(() => rm(folder, { recursive: true }));

it("runs a folder of policies where only the package and its own dependencies are", async () => {
  await mkdir(path.join(folder, "policies"));
  const check = '<check-header name="X-Own" failed-check-httpcode="403"><value>own</value></check-header>';
  await writeFile(
    path.join(folder, "policies/orders.xml"),
    `<policies><inbound><base />${check}</inbound><backend><base /></backend><outbound /><on-error /></policies>`,
  );
  const args = ["--offline", "--no", "apim-okta", "gateway", "--policies", "policies", "--once"];
  const { stdout } = await call("npx", args, { cwd: folder });
  expect(stdout).toContain("1 of 1 document runs here");
  expect(stdout.replace(/ +/g, " ")).toMatch(/GET \/\* public 403 403 403/);
  expect(stdout).toContain("a request without one gets 403 from check-header of orders.xml");
}, 60_000);
