/** The commands as people run them. */
import { execFile } from "node:child_process";
import { mkdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import * as path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CommandErrorCode, commandErrors } from "../commands/command-error.ts";
import { copyProject, type ProjectCommand, runToEnd, startCommand } from "../test/support/command.ts";
import { localAnswers } from "../test/support/local-answers.ts";
import { freePort, portOf, startTestCloud } from "../test/support/local-stack.ts";
import { runHere } from "../test/support/run-here.ts";

let project: string;
beforeAll(async () => {
  project = await copyProject();
});
afterAll(() => rm(project, { recursive: true }));

// The engine has tests of its own; these need nothing but npm.
const inProcess = ["--engine", "in-process"];
const outputsFile = (port: string) => path.join(project, `.local/outputs-${port}.json`);
const run = (name: string, args: readonly string[] = [], more: Partial<ProjectCommand> = {}) =>
  runToEnd({ project, name, args: name === "start" ? [...args, ...inProcess] : args, ...more });

describe("npm start", () => {
  it("prints the resources, the whole matrix and the sum with --once", async () => {
    const { code, stdout, stderr } = await run("start", ["--once", "--port", await freePort()]);
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toContain("Local Azure and Okta on 127.0.0.1 · engine in-process");
    // A cloud that takes no time is not watched.
    expect(stdout).not.toContain("  … ");
    expect(stdout).toContain("ApiPolicy, ");
    expect(stdout).toMatch(/POST {2}\/session\/\{id\}\/feedback +conference\.write +403 +no token +200\n/);
    expect(stdout).toMatch(/ forged or expired \(10\) +401 +payload changed, expired, /);
    expect(stdout).toContain(
      `${localAnswers} of ${localAnswers} answers as apis/conference.openapi.yaml demands`,
    );
  });

  it("prints one JSON document on stdout with --json, secrets hidden, and exits in CI without being told", async () => {
    const inCi = { env: { CI: "true" } };
    const { code, stdout } = await run("start", ["--json", "--port", await freePort()], inCi);
    const report = JSON.parse(stdout);
    expect([code, report.engine, report.passed]).toEqual([0, "in-process", true]);
    expect(report.outputs).toMatchObject({
      clientSecret: "[secret]",
      scopes: ["conference.read", "conference.write"],
    });
    expect(report.resources).toContainEqual({ type: "azure-native:apimanagement:Api", name: "conference" });
    expect(report.operations).toHaveLength(12);
    expect(report.operations[3]).toEqual({
      api: "conference",
      operation: "POST /session/{id}/feedback",
      operationId: "SubmitSession",
      needs: "conference.write",
      anyOf: [["conference.write"]],
      requiredClaims: [],
    });
    const others = report.matrix.filter(({ client }: { client: unknown }) => client === null);
    expect(others).toHaveLength(228);
    expect(report.matrix).toHaveLength(localAnswers);
    expect(others[1]).toEqual({
      api: "conference",
      operation: "GET /sessions",
      operationId: "GetSessions",
      kind: "needed-scopes",
      token: "needed scopes",
      scopes: ["conference.read"],
      client: null,
      person: null,
      groups: null,
      expected: 200,
      expectedReason: null,
      actual: 200,
      actualReason: null,
      passed: true,
    });
    expect(new Set(report.matrix.map(({ actual }: { actual: unknown }) => actual))).toEqual(
      new Set([200, 401, 403, "no token"]),
    );
  });

  it("serves until Ctrl-C: curl is refused, npm run token gives a token, curl is let in", async () => {
    const port = await freePort();
    const server = startCommand({ project, name: "start", args: ["--port", port, ...inProcess] });
    await server.shows("Ctrl-C stops it.");
    expect(((await stat(outputsFile(port))).mode & 0o777).toString(8)).toBe("600");
    const secret = JSON.parse(await readFile(outputsFile(port), "utf8")).clientSecret as string;

    const curl = async (...args: string[]) =>
      (await promisify(execFile)("curl", ["-s", "-i", `http://127.0.0.1:${port}/sessions`, ...args])).stdout;
    expect(await curl()).toMatch(
      /^HTTP\/1\.1 401 [\s\S]*\{ "statusCode": 401, "message": "Unauthorized\. Access token is missing or invalid\." \}$/,
    );
    const { code, stdout } = await run("token", ["--port", port, "conference.read"]);
    expect(code).toBe(0);
    // What the system sends for each socket whose other end is gone ends nothing.
    server.signal("SIGPIPE");
    expect(await curl("-H", `Authorization: Bearer ${stdout.trim()}`)).toMatch(/^HTTP\/1\.1 200 /);
    const refused = await run("token", ["--port", port, "conference.delete"]);
    expect([refused.code, refused.stdout]).toEqual([1, ""]);
    expect(refused.stderr).toContain("invalid_scope: One or more scopes are not configured");

    const controlFile = path.join(project, `.local/control-${port}.json`);
    expect(((await stat(controlFile)).mode & 0o777).toString(8)).toBe("600");
    const moved = await run("local", ["--port", port, "clock", "+2h"]);
    expect([moved.code, moved.stderr]).toEqual([0, ""]);
    expect(moved.stdout).toMatch(/^The local cloud's clock shows \S+Z, 2 h ahead of this machine's time\.\n/);
    expect(await curl("-H", `Authorization: Bearer ${stdout.trim()}`)).toMatch(/^HTTP\/1\.1 401 /);
    const renewed = (await run("token", ["--port", port, "conference.read"])).stdout.trim();
    expect(await curl("-H", `Authorization: Bearer ${renewed}`)).toMatch(/^HTTP\/1\.1 200 /);
    const lost = await run("local", ["--port", "1", "rotate-keys"]);
    expect([lost.code, lost.stderr]).toEqual([1, expect.stringContaining(`One runs at port ${port}`)]);

    server.signal("SIGINT");
    expect(await server.ended).toBe(0);
    await expect(stat(outputsFile(port))).rejects.toThrow("ENOENT");
    await expect(stat(controlFile)).rejects.toThrow("ENOENT");
    // The reasons of refusals are printed as they come; neither the secret nor the token ever is.
    const printed = server.output.stdout + server.output.stderr;
    expect(printed).toContain(
      'validate-jwt (API "conference") refused GET /sessions: JWT not present. (TokenNotPresent)',
    );
    for (const hidden of [secret, stdout.trim(), renewed]) expect(printed).not.toContain(hidden);
  });

  it("takes free ports with --port 0, and names the one that npm run token asks at", async () => {
    const server = startCommand({ project, name: "start", args: ["--port", "0", ...inProcess] });
    await server.shows("Ctrl-C stops it.");
    const [, port = ""] = /npm run -s token -- --port (\d+)/.exec(server.output.stdout) ?? [];
    expect(Number(port)).toBeGreaterThan(0);
    const { code, stdout } = await run("token", ["--port", port]);
    server.signal("SIGINT");
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^ey/)]);
    expect(await server.ended).toBe(0);
  });

  it("has an Okta org without authorization servers of its own with --no-api-access-management", async () => {
    const { code, stderr } = await run("start", ["--once", "--port", "0", "--no-api-access-management"]);
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(
        /^"okta" \(okta:auth\/server:Server\) is refused: .*You do not have permission to access the feature you are requesting\nError code: program\n$/,
      ),
    ]);
  });

  it.each(["Provisioning", "42 resources", "Who gets in"])(
    "leaves nothing when it is interrupted at %j, and ends with 130 unless it was done",
    async (moment) => {
      const port = await freePort();
      const server = startCommand({ project, name: "start", args: ["--port", port, ...inProcess] });
      await server.shows(moment);
      server.signal("SIGINT");
      expect([0, 130]).toContain(await server.ended);
      await expect(stat(outputsFile(port))).rejects.toThrow("ENOENT");
      expect(server.output.stderr).toBe("");
    },
  );

  it("names each resource as it is made where the cloud takes its time", async () => {
    const options = ["--once", "--port", await freePort(), "--latency", "5"];
    expect((await run("start", options)).stdout).toContain("Provisioning stack local\n  … ");
  });

  it("names a folder of its own that it may not use", async () => {
    const folder = path.join(project, ".local");
    await rm(folder, { recursive: true, force: true });
    await writeFile(folder, "");
    const { code, stderr } = await run("start", ["--port", await freePort(), ...inProcess]);
    await rm(folder);
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(
        /^Cannot access ".*\.local" \(EEXIST\)\. Something else is there: move it away\.\nError code: file\n$/,
      ),
    ]);
  });

  it("names a port that is taken, and the option that changes it", async () => {
    const cloud = await startTestCloud();
    const port = portOf(cloud);
    const { code, stderr } = await run("start", ["--once", "--port", String(port)]);
    await cloud.close();
    expect([code, stderr]).toEqual([
      1,
      `Port ${port} of the local cloud (gateway) is in use (EADDRINUSE). Stop what listens there, or choose other ports with --port.\nError code: local-cloud\n`,
    ]);
  });

  it.each([
    [
      ["--port", "65533"],
      '--port is "65533". It can be 0, for any free ports, or the first of four, 1 to 65532. Leave it out for 8400.',
    ],
    [["--prot", "1"], "Unknown option '--prot'"],
    [["--engine", "docker"], '--engine is "docker". It can be "pulumi" or "in-process".'],
  ])("refuses %j without a stack trace", async (args, message) => {
    const { code, stderr } = await runHere("start", ...args);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
    expect(stderr).toMatch(/\nError code: command-line\n$/);
    expect(stderr).not.toMatch(/\n\s+at /);
  });
});

describe("npm start with bad settings", () => {
  /** Starts in a copy of the project with one file changed. */
  async function startWith(file: string, change: (text: string) => string, ...more: readonly string[]) {
    const copy = await copyProject();
    const original = await readFile(path.join(copy, file), "utf8");
    expect(change(original)).not.toBe(original);
    await writeFile(path.join(copy, file), change(original));
    const ended = await run("start", ["--once", "--port", await freePort(), ...more], { project: copy });
    await rm(copy, { recursive: true });
    return ended;
  }

  it("prints the problem of a setting, without a stack trace", async () => {
    const { code, stderr } = await startWith("Pulumi.local.yaml", (text) =>
      text.replace("oktaGroup:", "oktaGruop:"),
    );
    expect([code, stderr]).toEqual([
      1,
      '1 setting of stack "local" must be corrected:\n  - "apim-okta:oktaGruop" is not a setting of this project. Correct its name: docs/settings.md lists all settings.\nError code: program\n',
    ]);
  });

  it("prints the problem of a document, without a stack trace", async () => {
    const { code, stderr } = await startWith("apis/conference.openapi.yaml", (text) =>
      text.replace("#/components/schemas/", "#/components/schemes/"),
    );
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^1 problem in "apis\/conference\.openapi\.yaml":\n {2}- .*\("#\/components\/schemes\/.*"\): The reference/,
    );
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  it("prints every place of a document's problems as JSON, and with --all", async () => {
    const change = (text: string) => text.replaceAll("$ref: ", "$ref: x.yaml");
    const { code, stdout, stderr } = await startWith(
      "apis/conference.openapi.yaml",
      change,
      "--json",
      "--all",
    );
    expect(code).toBe(1);
    const { passed, documents } = JSON.parse(stdout);
    expect(passed).toBe(false);
    const places = documents[0].findings.map(({ place }: { place: string }) => place);
    expect(places.length).toBeGreaterThan(40);
    for (const place of places) expect(stderr).toContain(place);
  });

  it("prints what the local cloud refuses, once", async () => {
    const { code, stderr } = await startWith("Pulumi.local.yaml", (text) =>
      text.replace("oktaGroup: Attendees", "oktaGroup: Nobody"),
    );
    expect([code, stderr]).toEqual([1, 'group with name "Nobody" does not exist\nError code: program\n']);
  });
});

describe("npm run local", () => {
  // Its state keeps the ports that it was made with.
  let port: string;
  beforeAll(async () => {
    port = await freePort();
  });

  it("leaves the options of its command to the command", async () => {
    const { code, stdout } = await run("local", ["--port", port, "node", "--help"]);
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^Usage: node /)]);
  });

  it("runs a command when the settings hold one twice, which start refuses", async () => {
    const file = path.join(project, "Pulumi.local.yaml");
    const settings = await readFile(file, "utf8");
    try {
      await writeFile(file, `${settings}  publisherName: Fabrikam\n`);
      const { code, stdout, stderr } = await run("local", ["--port", port, "echo", "ran"]);
      expect([code, stdout, stderr]).toEqual([0, "ran\n", ""]);
      const refused = await run("start", ["--once", "--port", await freePort()]);
      expect([refused.code, refused.stderr]).toEqual([
        1,
        expect.stringContaining('"apim-okta:publisherName" is written 2 times in Pulumi.local.yaml'),
      ]);
    } finally {
      await writeFile(file, settings);
    }
  });
});

describe("npm run token", () => {
  it("says that no local cloud runs at the port, and at which one does", async () => {
    const [one, other] = [await freePort(), await freePort()];
    const none = `No local cloud runs at port ${one}: there is no ".local/outputs-${one}.json".`;
    expect(await run("token", ["--port", one])).toMatchObject({
      code: 1,
      stderr: `${none} Run \`npm start\` in another terminal.\nError code: local-cloud\n`,
    });
    await mkdir(path.dirname(outputsFile(other)), { recursive: true });
    await writeFile(outputsFile(other), "{}");
    const { code, stderr } = await run("token", ["--port", one]);
    await rm(outputsFile(other));
    expect([code, stderr]).toEqual([
      1,
      `${none} One runs at port ${other}: choose it with --port.\nError code: local-cloud\n`,
    ]);
  });

  it("asks at port 8400 when none is chosen", async () => {
    expect((await run("token")).stderr).toMatch(/^No local cloud runs at port 8400: /);
  });

  it("tells two local clouds apart", async () => {
    const ports = [await freePort(), await freePort()];
    const servers = ports.map((port) =>
      startCommand({ project, name: "start", args: ["--port", port, ...inProcess] }),
    );
    for (const server of servers) await server.shows("Ctrl-C stops it.");
    for (const [index, port] of ports.entries()) {
      expect(servers[index]?.output.stdout).toContain(
        `TOKEN=$(npm run -s token -- --port ${port} 'conference.read')`,
      );
      const { stdout } = await run("token", ["--port", port]);
      const claims = JSON.parse(Buffer.from(stdout.split(".")[1] ?? "", "base64url").toString());
      expect(new URL(claims.iss).port).toBe(String(Number(port) + 2));
    }
    for (const server of servers) server.signal("SIGINT");
    for (const server of servers) expect(await server.ended).toBe(0);
  });

  it.each<[string, string[], string, CommandErrorCode?]>([
    ["an unknown client", ["--client", "batch"], 'The stack has no client "batch". Its clients are "app".'],
    [
      "an unknown person",
      ["--client", "app", "--as", "oscar"],
      'The local Okta has no person "oscar". These people can sign in: "ada".',
    ],
    [
      "no client that gets a token by itself",
      [],
      'No client of the stack gets a token without a person who signs in. Name a client and a person: --client NAME --as PERSON. The clients are "app".',
    ],
    [
      "a client without a person who signs in",
      ["--client", "app"],
      'Client "app" gets tokens only as a person who signs in. Name one: --as PERSON.',
      "okta",
    ],
  ])("says what it lacks: %s", async (_, args, message, errorCode = "command-line") => {
    const port = await freePort();
    const texts = ["gatewayUrl", "issuer", "tokenEndpoint", "clientId", "clientSecret", "developerPortalUrl"];
    const app = {
      ...{ kind: "native", clientId: "0oaApp", authentication: "none", scopes: ["a.read"], groups: [] },
      ...{ grantTypes: ["authorization_code"], redirectUris: ["com.example.app:/callback"] },
    };
    const people = [{ name: "ada", login: "ada@example.com", password: "local-okta", groups: [] }];
    const outputs = { ...Object.fromEntries(texts.map((name) => [name, ""])), apiUrls: {}, scopes: [] };
    await mkdir(path.dirname(outputsFile(port)), { recursive: true });
    await writeFile(outputsFile(port), JSON.stringify({ ...outputs, clients: { app }, people }));
    const { code, stderr } = await run("token", ["--port", port, ...args]);
    await rm(outputsFile(port));
    const { exitCode } = commandErrors[errorCode];
    expect([code, stderr]).toEqual([exitCode, `${message}\nError code: ${errorCode}\n`]);
  });

  it("is refused for a local cloud and a deployed stack at a time", async () => {
    expect(await runHere("token", "--port", "8400", "--stack", "dev")).toMatchObject({
      code: 2,
      stderr:
        "--port is for the local cloud and --stack for a deployed stack. Leave one of them out.\nError code: command-line\n",
    });
  });
});

describe("npm run render", () => {
  it("writes every policy document of the stack, with placeholders for what only a deployment knows", async () => {
    const { code, stdout } = await run("render", ["--stack", "dev"]);
    expect(code).toBe(0);
    expect(stdout.trim().split("\n")).toEqual([
      "rendered/dev/conference/api.xml",
      "rendered/dev/conference/openapi.json",
    ]);
    const imported = await readFile(path.join(project, "rendered/dev/conference/openapi.json"), "utf8");
    expect(JSON.parse(imported)).toMatchObject({ openapi: "3.0.3", info: { title: "Conference API" } });
    const api = await readFile(path.join(project, "rendered/dev/conference/api.xml"), "utf8");
    expect(api).toContain('<openid-config url="{issuer}/.well-known/openid-configuration" />');
  });

  it("writes where the last part of the stack's name says, whatever stands before it", async () => {
    const { code, stdout } = await run("render", ["--stack", "contoso/../dev"]);
    expect([code, stdout.split("\n")[0]]).toEqual([0, "rendered/dev/conference/api.xml"]);
  });

  it.each(["..", "dev/", "contoso/.", ""])(
    "refuses the stack %j, which would be no folder of its own",
    async (stack) => {
      const { code, stderr } = await runHere("render", "--stack", stack);
      expect([code, stderr]).toEqual([
        2,
        `--stack is "${stack}", whose last part is no stack's name: that has letters, digits, hyphens, underscores and periods. Write --stack dev, or --stack contoso/dev.\nError code: command-line\n`,
      ]);
    },
  );

  it("names a stack that has no settings", async () => {
    const { code, stderr } = await runHere("render", "--stack", "nowhere");
    expect([code, stderr]).toEqual([
      1,
      'There is no settings file "Pulumi.nowhere.yaml". Name another stack, or write the file.\nError code: settings\n',
    ]);
  });
});
