/** What every command says of itself. */
import { describe, expect, it } from "vitest";
import { helpText, parseCommandLine } from "../../commands/command-line.ts";
import { readHandedTokens } from "../../commands/handed-tokens.ts";
import { readPrivateKeys } from "../../commands/private-keys.ts";
import { readStartOptions } from "../../commands/start-options.ts";
import { cloudOrigins } from "../../simulator/cloud-origins.ts";
import { runHere as run } from "../support/run-here.ts";

const options: Readonly<Record<string, readonly string[]>> = {
  start: [
    "--all",
    "--engine NAME",
    "--json",
    "--key NAME=FILE",
    "--latency MS",
    "--once",
    "--port N",
    "--providers NAME",
    "--no-api-access-management",
    "--reach HOST",
    "--writes",
  ],
  verify: [
    "--stack NAME",
    "--writes",
    "--wait SECONDS",
    "--token PERSON=@FILE",
    "--key NAME=FILE",
    "--all",
    "--json",
    "--junit FILE",
    "--summary FILE",
  ],
  token: ["--client NAME", "--as PERSON", "--key NAME=FILE", "--port N", "--stack NAME"],
  add: [
    "--name NAME",
    "--path PATH",
    "--service-url URL",
    "--required-query HOW",
    "--stack NAME",
    "--yes",
    "--all",
    "--json",
  ],
  render: ["--stack NAME", "--all"],
  local: [
    "--port N",
    "--providers NAME",
    "--reach HOST",
    "--writes",
    "--no-api-access-management",
    "--reset",
    "--purge NAME",
  ],
  compare: ["--before DIR", "--after DIR", "--preview STACK=FILE", "--changed FILE"],
  "../bench/bench": ["--json", "--only NAME"],
};

describe.each(Object.keys(options))("commands/%s.ts", (name) => {
  it.each(["--help", "-h"])("prints its usage and options with %s", async (flag) => {
    const { code, stdout, stderr } = await run(name, flag);
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(/^Usage: npm (?:start|run \w+) -- /);
    const listed = stdout.split("\n").flatMap((line) => /^ {2}(--.*?) {2,}\S/.exec(line)?.[1] ?? []);
    expect(listed).toEqual([...(options[name] ?? []), "--help"]);
  });

  it("says in one line that it does not know an option", async () => {
    const { code, stdout, stderr } = await run(name, "--no-such-option");
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(
      /^Unknown option '--no-such-option'\. `npm (?:start|run \w+) -- --help` lists the options\.\nError code: command-line\n$/,
    );
  });
});

describe("--providers", () => {
  it.each([
    ["start", ["--providers", "none"], '--providers is "none". It can be "local" or "real".'],
    ["local", ["--providers", "none", "true"], '--providers is "none". It can be "local" or "real".'],
    [
      "start",
      ["--providers", "real", "--engine", "in-process"],
      "--providers real needs Pulumi's engine. Leave --engine out, or write --engine pulumi.",
    ],
  ])("of commands/%s.ts is refused where it is %j", async (name, args, message) => {
    const { code, stderr } = await run(name, ...args);
    expect([code, stderr]).toEqual([2, `${message}\nError code: command-line\n`]);
  });
});

describe("an option that cannot be", () => {
  it.each([
    ["verify", [], "No deployed stack is named. Write --stack dev."],
    [
      "verify",
      ["--stack", "dev", "--wait", "soon"],
      '--wait is "soon". It can be whole seconds. Leave it out for 300.',
    ],
    [
      "explain",
      ["--client", "app", "eyJ"],
      'A token and --client are both there. Leave one of them out, and write an operation as --operation "GET /sessions".',
    ],
    [
      "explain",
      ["--token-file", "t", "eyJ"],
      "A token and --token-file are both there. Leave one of them out.",
    ],
  ])("ends commands/%s.ts with %j", async (name, args, message) => {
    const { code, stderr } = await run(name, ...args);
    expect([code, stderr]).toEqual([2, `${message}\nError code: command-line\n`]);
  });

  it.each<[string, () => Promise<unknown>, string]>([
    ["--key without a file", () => readPrivateKeys(["app"]), "command-line"],
    ["--key with a file that is not there", () => readPrivateKeys(["app=/nowhere/key"]), "file"],
    ["--token without a person", () => readHandedTokens(["eyJ"], []), "command-line"],
    ["--token with an unset variable", () => readHandedTokens(["ada=$TOKEN"], [], {}), "command-line"],
    ["--token with a file that is not there", () => readHandedTokens(["ada=@/nowhere"], []), "file"],
    ["--token with no token", () => readHandedTokens(["ada=eyJ"], []), "command-line"],
  ])("is told by its code: %s", async (_, read, code) => {
    await expect(read()).rejects.toMatchObject({ name: "CommandError", code });
  });
});

describe("a command line", () => {
  const line = {
    usage: "npm run x -- [options]",
    summary: "Does x.",
    options: {
      file: { type: "string", value: "FILE", default: "a", help: "Is read." },
      quiet: { type: "boolean", help: "Says nothing." },
    },
  } as const;

  it("is described in the order of its options, with their defaults", () => {
    expect(helpText(line).split("\n")).toEqual([
      "Usage: npm run x -- [options]",
      "",
      "Does x.",
      "",
      "Options:",
      "  --file FILE  Is read. [a]",
      "  --quiet      Says nothing.",
      "  --help       Prints this and ends.",
    ]);
  });

  it.each<[string[], string]>([
    [["--file"], "Option '--file <value>' argument missing."],
    [["--quiet=1"], "Option '--quiet' does not take an argument."],
    [["word"], "Unexpected argument 'word'."],
    [["--file", "--quiet"], "Option '--file' argument is ambiguous."],
  ])("is refused in one line for %j", (args, problem) => {
    expect(() => parseCommandLine(line, args)).toThrow(
      `${problem} \`npm run x -- --help\` lists the options.`,
    );
  });
});

describe("--port", () => {
  it.each(["65533", "", " 1", "0x50", "8e1", "8400.0", "-1"])("is refused as %j", (text) => {
    expect(() => readStartOptions([`--port=${text}`])).toThrow(`--port is "${text}". It can be 0, `);
  });

  it.each([
    [77, ["http://127.0.0.1:77", "http://127.0.0.1:78", "http://127.0.0.1:79", "http://127.0.0.1"]],
    [80, ["http://127.0.0.1", "http://127.0.0.1:81", "http://127.0.0.1:82", "http://127.0.0.1:83"]],
  ])("from %i on names the origins as browsers do", (port, origins) => {
    expect(Object.values(cloudOrigins(port))).toEqual(origins);
  });
});
