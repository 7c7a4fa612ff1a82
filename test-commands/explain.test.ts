/**
 * `npm run explain` as people run it: at the local cloud that `npm start` runs, and at the same cloud as a deployed stack. Pulumi's CLI is a
 * stand-in here, which prints the stack's outputs; test/proof/explanation.test.ts has the words of each refusal.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  compiledCode,
  copyProject,
  type RunningCommand,
  runToEnd,
  startCommand,
} from "../test/support/command.ts";
import { freePort } from "../test/support/local-stack.ts";
import { runHere } from "../test/support/run-here.ts";

let project: string;
let port: string;
let start: RunningCommand;
let outputs: Record<string, unknown> & { readonly okta: { readonly apiToken: string } };
let pulumiFolder: string;
beforeAll(async () => {
  project = await copyProject();
  port = await freePort();
  start = startCommand({ project, name: "start", args: ["--port", port, "--engine", "in-process"] });
  await start.shows("Ctrl-C stops it.");
  outputs = JSON.parse(await readFile(path.join(project, `.local/outputs-${port}.json`), "utf8"));
  pulumiFolder = await mkdtemp(path.join(tmpdir(), "apim-okta-explain-"));
  const { okta: _, people: __, ...deployed } = outputs;
  await writeFile(path.join(pulumiFolder, "outputs.json"), JSON.stringify(deployed));
  const pulumi = path.join(pulumiFolder, "pulumi");
  await writeFile(pulumi, `#!/bin/sh\ncat '${pulumiFolder}/outputs.json'\n`);
  await chmod(pulumi, 0o755);
});
afterAll(async () => {
  start.signal("SIGINT");
  await start.ended;
  await rm(project, { recursive: true });
  await rm(pulumiFolder, { recursive: true });
});

const feedback = "POST /session/{id}/feedback";
const run = (name: string, ...args: string[]) => runToEnd({ project, name, args: ["--port", port, ...args] });
const explain = (...args: string[]) => run("explain", ...args);
const tokenOf = async (...args: string[]) => (await run("token", ...args)).stdout.trim();

/** `explain --stack local`, with an API token for Okta's management API or without. */
const explainDeployed = (apiToken: string | undefined, ...args: string[]) => {
  const env = { PATH: `${pulumiFolder}${path.delimiter}${process.env.PATH}`, OKTA_API_TOKEN: apiToken };
  return runToEnd({ project, name: "explain", args: ["--stack", "local", ...args], env });
};

const lines = ({ stdout }: { readonly stdout: string }) => stdout.trimEnd().split("\n");

describe("npm run explain for a client", () => {
  it("ends with 0 when the call is let in, and names the rule", async () => {
    const ended = await explain("--client", "partner-batch", "--operation", "POST /session/7/feedback");
    expect([ended.code, ended.stderr]).toEqual([0, ""]);
    expect(lines(ended).slice(0, 4)).toEqual([
      `partner-batch → ${feedback}, which needs conference.write`,
      "",
      '✓ Okta gives a token for "conference.write", by rule "Scopes of this client" of access policy "apim-okta-local-partner-batch", for 5 minutes',
      "✓ The gateway lets it in",
    ]);
  });

  it("ends with 1 and tells both halves when the rule lacks the scope", async () => {
    const ended = await explain("--client", "attendee-app", "--as", "ada", "--operation", feedback);
    expect([ended.code, ended.stderr]).toEqual([1, ""]);
    expect(ended.stdout).toContain('✗ Okta gives no token for "conference.write"');
    expect(ended.stdout).toContain("answer   access_denied: Policy evaluation succeeded");
    expect(ended.stdout).toContain('✓ Okta gives a token for "conference.read"');
    expect(ended.stdout).toContain("✗ The gateway refuses it: 403 TokenClaimValueNotAllowed");
  });

  it("says which groups are missing when the person is not assigned", async () => {
    const ended = await explain("--client", "attendee-app", "--as", "oscar", "--operation", "GetSessions");
    expect(ended.code).toBe(1);
    expect(ended.stdout).toContain(
      'because  oscar is not assigned to client "attendee-app": it is for members of "Attendees", and oscar is in no group.',
    );
    expect(ended.stdout).not.toContain("The gateway");
  });

  it("prints no token and no secret, whatever it says", async () => {
    const { stdout, stderr } = await explain("--client", "partner-batch", "--operation", feedback);
    expect(stdout + stderr).not.toMatch(/eyJ[\w-]+\.eyJ/);
    const { clients } = outputs as unknown as { clients: Record<string, { clientSecret?: string }> };
    expect(stdout + stderr).not.toContain(clients["partner-batch"]?.clientSecret);
    expect(stdout + stderr).not.toContain(outputs.okta.apiToken);
  });
});

describe("npm run explain for a token", () => {
  it("judges it for an operation, and for what every protected operation needs", async () => {
    const token = await tokenOf("--client", "partner-batch", "conference.read");
    const one = await explain(token, "--operation", feedback);
    expect(one.code).toBe(1);
    expect(one.stdout).toContain(
      'because  The token has the scope "conference.read", and the operation needs',
    );
    expect(one.stdout).not.toContain(token);
    const any = await explain(token);
    expect([any.code, lines(any).slice(0, 3)]).toEqual([
      0,
      ["The token → any protected operation", "", "✓ The gateway lets it in"],
    ]);
  });

  it("takes it from a file and from stdin, with the scheme of a copied header", async () => {
    const token = await tokenOf("--client", "attendee-app", "--as", "ada");
    const file = path.join(pulumiFolder, "a.token");
    await writeFile(file, `Authorization: Bearer ${token}\n`);
    const fromFile = await explain("--token-file", file, "--operation", "GET /sessions");
    expect([fromFile.code, fromFile.stderr]).toEqual([0, ""]);
    expect(fromFile.stdout).toContain('for "ada@example.com", scopes "conference.read"');
    const args = ["commands/explain.ts", "-", "--port", port, "--operation", "GET /sessions"];
    const child = spawn(process.execPath, args, { cwd: project, env: { ...process.env, ...compiledCode } });
    child.stdin.end(`bearer ${token}`);
    const stdout = text(child.stdout);
    const [code] = await once(child, "close");
    const withoutAge = (told: string) => told.replace(/, good for .*/, "");
    expect([code, withoutAge(await stdout)]).toEqual([0, withoutAge(fromFile.stdout)]);
  });

  it("refuses a text that is no token, without repeating it", async () => {
    const ended = await explain("00Tsecret", "--operation", "GET /sessions");
    expect([ended.code, ended.stdout]).toEqual([1, ""]);
    expect(ended.stderr).toContain("The text is no JSON Web Token: it has one part in place of three.");
    expect(ended.stderr).not.toContain("00Tsecret");
  });
});

describe("npm run explain", () => {
  it.each([
    [["--operation", "GET /sessions"], "Name a token or a client: TOKEN, or --client NAME."],
    [
      ["--client", "portal", "GET /sessions"],
      'A token and --client are both there. Leave one of them out, and write an operation as --operation "GET /sessions".',
    ],
    [["--client", "partner-batch"], '--operation is missing. Write --operation "GET /sessions".'],
    [["a.b.c", "--as", "ada"], "--as signs in with a client, and a token has its person already."],
    [["a.b.c", "--token-file", "x"], "A token and --token-file are both there."],
    [["a.b.c", "GET", "/sessions"], "One token at a time."],
  ])("refuses %j", async (args, message) => {
    const { code, stdout, stderr } = await runHere("explain", ...args);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(message);
  });

  it.each([
    [["--client", "partner", "--operation", "GET /sessions"], 'The stack has no client "partner".'],
    [
      ["--client", "attendee-app", "--as", "eve", "--operation", "GET /sessions"],
      'The local Okta has no person "eve".',
    ],
    [["--client", "portal", "--operation", "GET /session"], 'No operation is "GET /session".'],
    [
      ["--client", "portal", "--operation", "GET /sessions", "--api", "talks"],
      'The stack has no API "talks". Its APIs are "conference".',
    ],
  ])("refuses %j of the running cloud", async (args, message) => {
    const { code, stdout, stderr } = await explain(...args);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(message);
  });
});

describe("npm run explain --stack", () => {
  it("looks assignments, policies and rules up when OKTA_API_TOKEN is set", async () => {
    const args = ["--client", "partner-batch", "--operation", feedback];
    const ended = await explainDeployed(outputs.okta.apiToken, ...args);
    expect([ended.code, ended.stderr]).toEqual([0, ""]);
    expect(ended.stdout).toContain('by rule "Scopes of this client" of access policy');
    expect(ended.stdout).not.toContain("note ");
  });

  it("says the same from the stack's outputs without one", async () => {
    const ended = await explainDeployed(undefined, "--client", "partner-batch", "--operation", feedback);
    expect([ended.code, ended.stderr]).toEqual([0, ""]);
    expect(ended.stdout).toContain('✓ Okta gives a token for "conference.write"\n✓ The gateway lets it in');
  });

  it("judges a token by the deployed stack's issuer", async () => {
    const token = await tokenOf("--client", "attendee-app", "--as", "ada");
    const ended = await explainDeployed(undefined, token, "--operation", feedback);
    expect(ended.code).toBe(1);
    expect(ended.stdout).toContain("✗ The gateway refuses it: 403 TokenClaimValueNotAllowed");
  });

  it("says that nobody signs in there by a command", async () => {
    const args = ["--client", "attendee-app", "--as", "ada", "--operation", "GET /sessions"];
    const ended = await explainDeployed(undefined, ...args);
    expect(ended.code).toBe(2);
    expect(ended.stderr).toContain("--as signs in without a browser, which a deployed Okta does not let");
  });

  it("says that nothing was looked up when Okta refuses and no API token is there", async () => {
    const { clients } = outputs as unknown as { clients: Record<string, object> };
    const wrong = { ...clients["partner-batch"], clientSecret: "of-another-org" };
    const { okta: _, people: __, ...deployed } = outputs;
    const file = path.join(pulumiFolder, "outputs.json");
    await writeFile(file, JSON.stringify({ ...deployed, clients: { ...clients, "partner-batch": wrong } }));
    const ended = await explainDeployed(undefined, "--client", "partner-batch", "--operation", feedback);
    await writeFile(file, JSON.stringify(deployed));
    expect([ended.code, ended.stderr]).toEqual([1, ""]);
    expect(ended.stdout).toContain(
      'because  Okta did not accept how client "partner-batch" proved who it is, by its secret.',
    );
    expect(ended.stdout).toContain("note     Assignments, access policies and rules were not looked up");
    expect(ended.stdout).not.toContain("of-another-org");
  });
});
