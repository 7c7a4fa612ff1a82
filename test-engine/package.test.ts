/** The package as another repository installs it: a program of plain resources, proved by the packed commands alone. */
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { promisify } from "node:util";
import * as pulumi from "@pulumi/pulumi";
import { LocalWorkspace } from "@pulumi/pulumi/automation/index.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { startCloud } from "../simulator/cloud.ts";
import { serveLanguageHost } from "../simulator/engine/language-host.ts";
import { serveProviders } from "../simulator/engine/provider-server.ts";
import { freePort } from "../test/support/local-stack.ts";
import { requireCli } from "./support/engine.ts";
import { servePackageLanguage } from "./support/package-language.ts";
import { startPlugin } from "./support/plugin-host.ts";

const root = path.join(import.meta.dirname, "..");
const call = promisify(execFile);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "apim-okta-package-"));
  await newProject(folder);
  await install(folder);
});
afterAll(() => rm(folder, { recursive: true }));

/** What `pulumi new` makes of the template, before it installs anything; the CLI's own home stays as it is. */
async function newProject(project: string): Promise<void> {
  const { command } = await requireCli();
  // A CLI that was built from its Go module comes without one.
  const host = await serveLanguageHost({});
  const home = await mkdtemp(path.join(tmpdir(), "apim-okta-home-"));
  try {
    const args = ["new", path.join(root, "template"), "--generate-only", "--yes", "--force"];
    await call(command, [...args, "--name", "shop", "--description", "A shop", "--dir", project], {
      env: {
        ...process.env,
        PULUMI_HOME: home,
        PULUMI_DEBUG_LANGUAGES: `nodejs:${host.port}`,
        PULUMI_SKIP_UPDATE_CHECK: "true",
      },
    });
  } finally {
    await host.close();
    await rm(home, { recursive: true });
  }
}

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly bin?: Readonly<Record<string, string>>;
}

async function manifestIn(at: string): Promise<Manifest> {
  return JSON.parse(await readFile(path.join(at, "package.json"), "utf8")) as Manifest;
}

/**
 * Unpacks the tarball, and links what it depends on to this repository's copies, and nothing else: npm would need the network, and
 * half a gigabyte for Pulumi's packages. A package that the tarball needs and does not name is missing here as it would be there.
 */
async function install(project: string): Promise<void> {
  const { stdout } = await call("npm", ["pack", "--json", "--offline", "--pack-destination", project], {
    cwd: root,
  });
  const [{ filename = "" } = {}] = JSON.parse(stdout.slice(stdout.indexOf("["))) as { filename: string }[];
  const packed = path.join(project, "node_modules/apim-okta");
  await mkdir(packed, { recursive: true });
  await call("tar", ["-xzf", path.join(project, filename), "-C", packed, "--strip-components=1"]);
  const { dependencies, peerDependencies, bin } = await manifestIn(packed);
  for (const name of Object.keys({ ...dependencies, ...peerDependencies })) {
    const link = path.join(project, "node_modules", name);
    await mkdir(path.dirname(link), { recursive: true });
    await symlink(path.join(root, "node_modules", name), link);
  }
  await mkdir(path.join(project, "node_modules/.bin"));
  await symlink(
    path.join(packed, bin?.["apim-okta"] ?? ""),
    path.join(project, "node_modules/.bin/apim-okta"),
  );
}

interface Report {
  readonly passed: boolean;
  readonly engine: string;
  readonly matrix: readonly {
    readonly operation: string;
    readonly kind: string;
    readonly expected: unknown;
    readonly actual: unknown;
    readonly passed: boolean;
  }[];
}

async function start(...args: string[]): Promise<{ code: number; report: Report; stderr: string }> {
  const program = path.join(folder, "node_modules/.bin/apim-okta");
  const all = [program, "start", "--once", "--json", "--port", await freePort(), ...args];
  const { code, stdout, stderr } = await call(process.execPath, all, { cwd: folder }).then(
    (ended) => ({ code: 0, ...ended }),
    (error: { code: number; stdout: string; stderr: string }) => error,
  );
  if (stdout === "") throw new Error(`The start must print a report; got none, but:\n${stderr}`);
  return { code, report: JSON.parse(stdout) as Report, stderr };
}

describe("the template", () => {
  it("asks for what differs between projects, and holds it afterwards", async () => {
    const text = (name: string, at = folder) => readFile(path.join(at, name), "utf8");
    const { template, config } = parse(await text("Pulumi.yaml", path.join(root, "template")));
    expect(Object.keys(template.config)).toEqual(Object.keys(config));
    const project = parse(await text("Pulumi.yaml"));
    expect(project).toMatchObject({ name: "shop", description: "A shop", config });
    expect(project).not.toHaveProperty("template");
    expect(JSON.parse(await text("package.json")).name).toBe("shop");
    expect(await text("README.md")).not.toContain("${");
  });
});

describe("the packed program", () => {
  it.each(["in-process", "pulumi"])(
    "proves a program of plain resources with --engine %s",
    async (engine) => {
      const { code, report } = await start("--engine", engine);
      expect(report.matrix.filter(({ passed }) => !passed)).toEqual([]);
      expect([code, report.passed, report.engine.split(" ")[0]]).toEqual([0, true, engine]);
      const outcomes = report.matrix.map(({ operation, kind, actual }) => `${operation} ${kind} ${actual}`);
      expect(outcomes).toEqual(
        expect.arrayContaining([
          "GET /orders needed-scopes 200",
          "GET /orders no-token 401",
          "GET /health no-token 200",
        ]),
      );
      expect(report.matrix).toHaveLength(40);
    },
  );

  it("verifies the stack that Pulumi's engine made, by its state alone", async () => {
    const program = path.join(folder, "node_modules/.bin/apim-okta");
    // Port 0: where the start with the engine above left the local cloud.
    const verify = [process.execPath, program, "verify", "--stack", "local", "--wait", "0", "--json"];
    const { stdout } = await call(process.execPath, [program, "local", "--port", "0", ...verify], {
      cwd: folder,
    });
    const report = JSON.parse(stdout) as Report;
    expect(report.passed).toBe(true);
    const outcomes = report.matrix.map(({ operation, kind, actual }) => `${operation} ${kind} ${actual}`);
    expect(outcomes).toEqual(
      expect.arrayContaining(["GET /orders needed-scopes 200", "GET /orders no-token 401"]),
    );
  });

  it("shows a policy by hand that forgets the scopes, and ends with 1", async () => {
    const file = path.join(folder, "policies/list-orders.xml");
    const policy = await readFile(file, "utf8");
    const check = /<validate-jwt [^>]*"403".*?<\/validate-jwt>/s;
    expect(policy).toMatch(check);
    try {
      await writeFile(file, policy.replace(check, ""));
      const { code, report } = await start("--engine", "in-process");
      expect([code, report.passed]).toEqual([1, false]);
      const failed = report.matrix.filter(({ passed }) => !passed);
      expect(failed.map(({ operation, expected, actual }) => [operation, expected, actual])).toEqual([
        ["GET /orders", 403, 200],
        ["GET /orders", 403, 200],
      ]);
    } finally {
      await writeFile(file, policy);
    }
  });

  it("renders the policies of a program without settings of its own", async () => {
    const program = path.join(folder, "node_modules/.bin/apim-okta");
    const { stdout } = await call(process.execPath, [program, "render", "--stack", "local"], { cwd: folder });
    expect(stdout.trim().split("\n")).toEqual(
      ["api.xml", "listorders.xml", "openapi.json"].map((file) => `rendered/local/orders/${file}`),
    );
    const policy = await readFile(path.join(folder, "rendered/local/orders/listorders.xml"), "utf8");
    expect(policy).toContain('url="{issuer}/.well-known/openid-configuration"');
  });

  it("holds every entry, with its types and without the repository's own files", async () => {
    const script = ["components", "local-cloud", "openapi", "policies", "proof"].map(
      (name) =>
        `import * as ${name.replace("-", "")} from "apim-okta/${name}"; console.log(Object.keys(${name.replace("-", "")}).length > 0);`,
    );
    await writeFile(path.join(folder, "entries.ts"), script.join("\n"));
    const { stdout } = await call(process.execPath, [path.join(folder, "entries.ts")], { cwd: folder });
    expect(stdout).toBe("true\n".repeat(5));
    const compiler = path.join(root, "node_modules/typescript/bin/tsc");
    const options = ["--noEmit", "--strict", "--skipLibCheck", "--module", "nodenext"];
    await call(process.execPath, [compiler, ...options, "entries.ts"], { cwd: folder });
    const foreign = path.join(folder, "wrong.ts");
    await writeFile(
      foreign,
      'import { startCloud } from "apim-okta/local-cloud"; startCloud({ port: "x" });\n',
    );
    await expect(
      call(process.execPath, [compiler, ...options, "wrong.ts"], { cwd: folder }),
    ).rejects.toMatchObject({
      stdout: expect.stringContaining("TS2322"),
    });
  });
});

/** A component of another package in a program, as an SDK has it that `pulumi package add` makes. */
class RemoteTrustedOrigins extends pulumi.ComponentResource {
  constructor(name: string, args: pulumi.Inputs) {
    super("apim-okta:index:TrustedOrigins", name, args, {}, true);
  }
}

describe("the packed components", () => {
  let packed: string;
  let home: string;
  beforeAll(async () => {
    packed = path.join(folder, "node_modules/apim-okta");
    home = await mkdtemp(path.join(tmpdir(), "apim-okta-plugin-"));
  });
  afterAll(() => rm(home, { recursive: true }));

  it("give their schema to `pulumi package add`", async () => {
    const { command } = await requireCli();
    const language = await servePackageLanguage();
    const project = path.join(home, "project");
    await mkdir(project);
    await writeFile(path.join(project, "Pulumi.yaml"), "name: other\nruntime: nodejs\n");
    try {
      const { stderr } = await call(command, ["package", "add", packed], {
        cwd: project,
        env: {
          ...process.env,
          PULUMI_HOME: home,
          PULUMI_DEBUG_LANGUAGES: `nodejs:${language.port}`,
          PULUMI_SKIP_UPDATE_CHECK: "true",
        },
      });
      expect(stderr).toContain("Added package apim-okta");
    } finally {
      await language.close();
    }
    const { packages } = parse(await readFile(path.join(project, "Pulumi.yaml"), "utf8"));
    expect(packages).toEqual({ "apim-okta": packed });
    const schema = JSON.parse(await readFile(path.join(project, "sdks/apim-okta/schema.json"), "utf8"));
    const written = JSON.parse(await readFile(path.join(root, "entries/schema.json"), "utf8"));
    expect(Object.keys(schema.resources)).toEqual(Object.keys(written.resources));
  });

  it("make their resources for a program that does not import them", async () => {
    const cloud = await startCloud({ port: 0, log: () => {} });
    const providers = await serveProviders(cloud.providerHandlers);
    const plugin = await startPlugin(packed);
    const program = async () => {
      new RemoteTrustedOrigins("browser", { origins: ["https://app.example.com"], namePrefix: "shop" });
    };
    try {
      const stack = await LocalWorkspace.createStack(
        { projectName: "other", stackName: "test", program },
        {
          pulumiCommand: await requireCli(),
          workDir: home,
          envVars: {
            PULUMI_HOME: home,
            PULUMI_BACKEND_URL: `file://${home}`,
            PULUMI_CONFIG_PASSPHRASE: "test",
            PULUMI_DEBUG_PROVIDERS: `apim-okta:${plugin.port},okta:${providers.port}`,
            PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
          },
        },
      );
      await stack.up();
      const { deployment } = await stack.exportStack();
      const origins = deployment.resources.filter(
        ({ type }: { type: string }) => type === "okta:trustedorigin/origin:Origin",
      );
      expect(origins).toMatchObject([
        {
          parent: expect.stringContaining("apim-okta:index:TrustedOrigins::browser"),
          outputs: { name: "shop https://app.example.com", origin: "https://app.example.com" },
        },
      ]);
    } finally {
      await plugin.stop();
      await providers.close();
      await cloud.close();
    }
  });
});
