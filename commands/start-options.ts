import { parseArgs } from "node:util";
import { defaultPort } from "../simulator/cloud.ts";
import { CommandError } from "./command-error.ts";

const engines = ["pulumi", "in-process"] as const;

/** Which engine runs the program: the Pulumi CLI, or Pulumi's mocks in this process. */
export type Engine = (typeof engines)[number];

/** Options of `npm start`. */
export interface StartOptions {
  /** Absent: the Pulumi CLI where it is, else in process. */
  readonly engine: Engine | undefined;
  /** One JSON document on stdout, everything else on stderr. */
  readonly json: boolean;
  /** How long each change of the local cloud takes, 0 to 60000. */
  readonly latencyMilliseconds: number;
  /** Exit after the matrix. */
  readonly once: boolean;
  /** First of the local cloud's four ports. */
  readonly port: number;
}

/** Reads the command line. @throws {CommandError} naming the option, its rule and what was got. */
export function readStartOptions(args: string[]): StartOptions {
  const { values } = parseArgs({
    args,
    options: {
      engine: { type: "string" },
      json: { type: "boolean", default: false },
      latency: { type: "string", default: "0" },
      once: { type: "boolean", default: Boolean(process.env.CI) },
      port: { type: "string", default: String(defaultPort) },
    },
  });
  const { json, once } = values;
  const engine = readEngine(values.engine);
  const latencyMilliseconds = readLatency(values.latency);
  return { json, once, engine, latencyMilliseconds, port: readPort(values.port) };
}

/** Reads `--port`. @throws {CommandError} when four ports do not fit from there. */
export function readPort(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 1 && port <= 65_532) return port;
  throw new CommandError(
    `--port must be an integer from 1 to 65532, the first of four; got "${text}". Leave it out for ${defaultPort}.`,
  );
}

function readLatency(text: string): number {
  const milliseconds = Number(text);
  if (Number.isInteger(milliseconds) && milliseconds >= 0 && milliseconds <= 60_000) return milliseconds;
  throw new CommandError(
    `--latency must be an integer from 0 to 60000 milliseconds; got "${text}". Leave it out for 0.`,
  );
}

function readEngine(text: string | undefined): Engine | undefined {
  const engine = engines.find((name) => name === text);
  if (text === undefined || engine !== undefined) return engine;
  throw new CommandError(
    `--engine must be one of "${engines.join('", "')}"; got "${text}". Leave it out to take the Pulumi CLI where it is.`,
  );
}
