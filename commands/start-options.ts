import { defaultPort } from "../simulator/cloud-origins.ts";
import { CommandError } from "./command-error.ts";
import { type CommandLine, type CommandOption, parseCommandLine } from "./command-line.ts";
import { keyOption } from "./private-keys.ts";

const engines = ["pulumi", "in-process"] as const;

const providerChoices = ["local", "real"] as const;

/** Which providers the engine uses: those of the local cloud, or the plugins that are installed on this machine. */
export type Providers = (typeof providerChoices)[number];

/** Which engine runs the program: the Pulumi CLI, or a resource monitor in this process. */
export type Engine = (typeof engines)[number];

/** Options of `npm start`. */
export interface StartOptions {
  /** Prints every row and line, however many there are. */
  readonly all: boolean;
  /** Absent: the Pulumi CLI where it is, else in process. */
  readonly engine: Engine | undefined;
  /** Private keys of clients, each `NAME=FILE`. */
  readonly key: readonly string[];
  /** One JSON document on stdout, everything else on stderr. */
  readonly json: boolean;
  /** How long each change of the local cloud takes, 0 to 60000. */
  readonly latencyMilliseconds: number;
  /** Exit after the matrix. */
  readonly once: boolean;
  /** First of the local cloud's four ports; 0 for any that are free. */
  readonly port: number;
  readonly providers: Providers;
  /** Whether the local Okta has authorization servers besides the org's own. */
  readonly hasApiAccessManagement: boolean;
  /** Also sends POST, PUT, PATCH and DELETE to backends that are not on this machine. */
  readonly writes: boolean;
  /** Hosts beyond this machine that a policy's own requests may go to. */
  readonly reach: readonly string[];
}

/** `--port` of the commands that have to do with a local cloud. */
export const portOption = {
  type: "string",
  value: "N",
  default: String(defaultPort),
  help: "First of the local cloud's four ports; 0 takes any that are free.",
} as const satisfies CommandOption;

/** `--providers` of the commands that run Pulumi's engine. */
export const providersOption = {
  type: "string",
  value: "NAME",
  default: "local",
  help: `Which providers the engine uses: "local", or "real" for the installed plugins, aimed at the local cloud.`,
} as const satisfies CommandOption;

/** `--no-api-access-management` of the commands that start a local cloud. */
export const apiAccessOption = {
  type: "boolean",
  default: false,
  help: "The local Okta is an org without API Access Management, which Okta sells apart.",
} as const satisfies CommandOption;

/** `--writes` of the commands that call APIs. */
export const writesOption = {
  type: "boolean",
  default: false,
  help: "Also sends POST, PUT, PATCH and DELETE to backends that are not on this machine.",
} as const satisfies CommandOption;

/** `--reach` of the commands that start a local cloud. */
export const reachOption = {
  type: "string",
  value: "HOST",
  multiple: true,
  default: [],
  help: "A host beyond this machine that policies' send-request may reach; may be given more than once.",
} as const satisfies CommandOption;

/** `--all` of the commands that print the matrix. */
export const allOption = {
  type: "boolean",
  default: false,
  help: "Prints every row of the table and every line, however many there are.",
} as const satisfies CommandOption;

const commandLine = {
  usage: "npm start -- [options]",
  summary:
    "Starts a local Azure and Okta, provisions the stack local there, shows who gets in, and serves until Ctrl-C. The exit code is 1 when an answer differs.",
  options: {
    all: allOption,
    engine: {
      type: "string",
      value: "NAME",
      help: `Runs the program by "${engines.join('" or "')}". [pulumi where its CLI is]`,
    },
    json: {
      type: "boolean",
      default: false,
      help: "Prints one JSON document on stdout, all else on stderr.",
    },
    key: keyOption,
    latency: {
      type: "string",
      value: "MS",
      default: "0",
      help: "How long each change of the local cloud takes, in milliseconds.",
    },
    once: {
      type: "boolean",
      default: Boolean(process.env.CI),
      help: "Ends after the matrix, as it does where CI is set.",
    },
    port: portOption,
    providers: providersOption,
    "no-api-access-management": apiAccessOption,
    reach: reachOption,
    writes: writesOption,
  },
} as const satisfies CommandLine<Record<string, CommandOption>>;

/** Reads the command line. @throws {CommandError} naming the option, its rule and what was got. */
export function readStartOptions(args: string[]): StartOptions {
  const { all, json, key, once, reach, writes, ...texts } = parseCommandLine(commandLine, args).values;
  const engine = readEngine(texts.engine);
  const latencyMilliseconds = readLatency(texts.latency);
  const providers = readProviders(texts.providers);
  if (providers === "real" && engine === "in-process")
    throw new CommandError(
      "--providers real needs Pulumi's engine. Leave --engine out, or write --engine pulumi.",
      { code: "command-line" },
    );
  const hasApiAccessManagement = !texts["no-api-access-management"];
  return {
    hasApiAccessManagement,
    all,
    json,
    key,
    once,
    reach,
    writes,
    engine,
    latencyMilliseconds,
    port: readPort(texts.port),
    providers,
  };
}

/** Reads `--providers`. @throws {CommandError} for another name. */
export function readProviders(text: string): Providers {
  const choice = providerChoices.find((name) => name === text);
  if (choice !== undefined) return choice;
  throw new CommandError(`--providers is "${text}". It can be "${providerChoices.join('" or "')}".`, {
    code: "command-line",
  });
}

/** Reads `--port`. 0 stands for any free ports. @throws {CommandError} when four ports do not fit from there. */
export function readPort(text: string): number {
  const port = wholeNumber(text);
  if (port !== undefined && port <= 65_532) return port;
  throw new CommandError(
    `--port is "${text}". It can be 0, for any free ports, or the first of four, 1 to 65532. Leave it out for ${defaultPort}.`,
    { code: "command-line" },
  );
}

/** `Number` also reads "", "0x20" and "8e3". */
function wholeNumber(text: string): number | undefined {
  return /^\d+$/.test(text) ? Number(text) : undefined;
}

function readLatency(text: string): number {
  const milliseconds = wholeNumber(text);
  if (milliseconds !== undefined && milliseconds <= 60_000) return milliseconds;
  throw new CommandError(`--latency is "${text}". It can be 0 to 60000 milliseconds. Leave it out for 0.`, {
    code: "command-line",
  });
}

function readEngine(text: string | undefined): Engine | undefined {
  const engine = engines.find((name) => name === text);
  if (text === undefined || engine !== undefined) return engine;
  throw new CommandError(
    `--engine is "${text}". It can be "${engines.join('" or "')}". Leave it out to take the Pulumi CLI where it is.`,
    { code: "command-line" },
  );
}
