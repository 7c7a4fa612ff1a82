import { parseArgs } from "node:util";
import { cloudOrigins, defaultPort, type LocalCloud, startCloud } from "../simulator/cloud.ts";
import { CommandError } from "./command-error.ts";
import { removeLocalOutputs, writeLocalOutputs } from "./local-outputs.ts";
import { paintFor } from "./paint.ts";
import { proveLocally } from "./prove.ts";
import { provisionInProcess, withBackend } from "./provision.ts";
import { jsonReport, links, proofReport, provisionReport } from "./report.ts";
import { interruptedExitCode, runCommand } from "./run-command.ts";
import { parseOutputs } from "./stack-outputs.ts";
import { readStackSettings } from "./stack-settings.ts";

interface Options {
  readonly json: boolean;
  readonly once: boolean;
  readonly port: number;
}

function readOptions(args: string[]): Options {
  const { values } = parseArgs({
    args,
    options: { json: { type: "boolean" }, once: { type: "boolean" }, port: { type: "string" } },
  });
  const port = values.port === undefined ? defaultPort : Number(values.port);
  if (!Number.isInteger(port) || port < 1 || port > 65_532) {
    throw new CommandError(
      `--port must be an integer from 1 to 65532, the first of four; got "${values.port}". Leave it out for ${defaultPort}.`,
    );
  }
  return { json: values.json ?? false, once: (values.once ?? false) || Boolean(process.env.CI), port };
}

/**
 * `npm start`: boots the local cloud, provisions the stack there, proves who gets in, and serves until Ctrl-C.
 * Exit code 1 when one answer differs from what the documents demand.
 */
async function main(args: string[]): Promise<number> {
  const options = readOptions(args);
  const interrupted = interruption();
  const log = new RefusalLog();
  const cloud = await startCloud({ port: options.port, log: log.add });
  try {
    const outcome = await Promise.race([demonstrate(cloud, options, log), interrupted]);
    if (outcome === "interrupted") return interruptedExitCode;
    if (!options.once) await interrupted;
    return outcome ? 0 : 1;
  } finally {
    await removeLocalOutputs();
    await cloud.close();
  }
}

function interruption(): Promise<"interrupted"> {
  // Once only: a second Ctrl-C ends the process at once, whatever it is waiting for.
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve("interrupted"));
  });
}

/** Gives whether every answer was as the documents demand. */
async function demonstrate(
  cloud: LocalCloud,
  { json, once, port }: Options,
  log: RefusalLog,
): Promise<boolean> {
  // With --json, stdout is for the one document alone.
  const stream = json ? process.stderr : process.stdout;
  const paint = paintFor(stream);
  const say = (...lines: string[]) => stream.write(`${lines.join("\n")}\n`);

  say("Local Azure and Okta on 127.0.0.1 · engine in-process", "", "Provisioning stack local");
  const fromFile = await readStackSettings("local");
  const settings = withBackend(fromFile, {
    from: cloudOrigins(defaultPort).backend,
    to: cloudOrigins(port).backend,
  });
  const provisioned = await provisionInProcess(settings, cloud.handlers);
  say(...provisionReport(provisioned, paint), "");

  const plain = Object.fromEntries(
    Object.entries(provisioned.outputs).map(([name, { value }]) => [name, value]),
  );
  const outputs = parseOutputs(plain, "Stack local");
  const proof = await proveLocally(cloud, { settings, outputs, takeLog: log.take });
  say(...proofReport(proof, paint));
  if (json) process.stdout.write(`${jsonReport(provisioned, proof)}\n`);
  if (once) return proof.passed;

  await writeLocalOutputs(plain);
  say(
    "",
    ...links(outputs, proof),
    "",
    "Ctrl-C stops it. Edit policies/ or apis/ and start again to see who gets in then.",
  );
  log.follow((line) => say(paint("dim", line)));
  return proof.passed;
}

/** The gateway's and Okta's reasons: kept while the matrix runs, printed as they come while a person tries things. */
class RefusalLog {
  #lines: string[] = [];
  #print: ((line: string) => void) | undefined;

  readonly add = (line: string): void => {
    if (this.#print) this.#print(line);
    else this.#lines.push(line);
  };

  /** The lines since the last call. */
  readonly take = (): readonly string[] => this.#lines.splice(0);

  follow(print: (line: string) => void): void {
    this.#print = print;
  }
}

await runCommand(main);
