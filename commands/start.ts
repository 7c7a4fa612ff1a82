import type { PulumiCommand } from "@pulumi/pulumi/automation/index.js";
import { cloudOrigins, defaultPort, type LocalCloud, startCloud } from "../simulator/cloud.ts";
import { CloudFile } from "../simulator/cloud-file.ts";
import { CommandError } from "./command-error.ts";
import { interruption } from "./interruption.ts";
import { localFolder } from "./local-environment.ts";
import { removeLocalOutputs, writeLocalOutputs } from "./local-outputs.ts";
import { paintFor } from "./paint.ts";
import { proveLocally } from "./prove.ts";
import { provisionInProcess, withBackend } from "./provision.ts";
import { provisionWithPulumi } from "./provision-with-pulumi.ts";
import { cliVersion, engineName, findPulumiCli, howToGetCli } from "./pulumi-cli.ts";
import { RefusalLog } from "./refusal-log.ts";
import { jsonReport, links, proofReport, provisionReport } from "./report.ts";
import { interruptedExitCode, runCommand } from "./run-command.ts";
import { parseOutputs, plainOutputs } from "./stack-outputs.ts";
import { readStackSettings } from "./stack-settings.ts";
import { readStartOptions, type StartOptions } from "./start-options.ts";

/**
 * `npm start`: boots the local cloud, provisions the stack there, proves who gets in, and serves until Ctrl-C.
 * Exit code 1 when one answer differs from what the documents demand.
 */
async function main(args: string[]): Promise<number> {
  const options = readStartOptions(args);
  const cli = await chooseCli(options);
  const interrupted = interruption();
  const log = new RefusalLog();
  // In process there is no state to keep; the engine's state and the cloud's belong together.
  const file = cli === undefined ? undefined : await CloudFile.acquire(localFolder);
  try {
    const cloud = await startCloud({
      ...{ port: options.port, log: log.add, latencyMilliseconds: options.latency },
      ...(file === undefined ? {} : { file }),
    });
    try {
      const outcome = await Promise.race([demonstrate(cloud, { ...options, cli, log }), interrupted]);
      if (outcome === "interrupted") return interruptedExitCode;
      if (!options.once) await interrupted;
      return outcome ? 0 : 1;
    } finally {
      await removeLocalOutputs();
      await cloud.close();
    }
  } finally {
    await file?.release();
  }
}

async function chooseCli({ engine }: StartOptions): Promise<PulumiCommand | undefined> {
  if (engine === "in-process") return undefined;
  const { cli, found } = await findPulumiCli();
  if (cli === undefined && engine === "pulumi") {
    throw new CommandError(
      `--engine pulumi needs the Pulumi CLI ${cliVersion} or newer; got ${found}. Get it: ${howToGetCli}.`,
    );
  }
  return cli;
}

interface Demonstration extends StartOptions {
  readonly cli: PulumiCommand | undefined;
  readonly log: RefusalLog;
}

/** Gives whether every answer was as the documents demand. */
async function demonstrate(
  cloud: LocalCloud,
  { cli, json, log, once, port }: Demonstration,
): Promise<boolean> {
  // With --json, stdout is for the one document alone.
  const stream = json ? process.stderr : process.stdout;
  const paint = paintFor(stream);
  const say = (...lines: string[]) => stream.write(`${lines.join("\n")}\n`);

  const engine =
    cli === undefined ? 'in-process (README "Engines" says how to get the Pulumi CLI)' : engineName(cli);
  say(`Local Azure and Okta on 127.0.0.1 · engine ${engine}`, "", "Provisioning stack local");
  const fromFile = await readStackSettings("local");
  const backend = { from: cloudOrigins(defaultPort).backend, to: cloudOrigins(port).backend };
  const settings = withBackend(fromFile, backend);
  const provision = cli === undefined ? provisionInProcess : provisionWithPulumi(cli);
  const provisioned = await provision(settings, cloud.handlers);
  say(...provisionReport(provisioned, paint), "");

  const plain = plainOutputs(provisioned.outputs);
  const outputs = parseOutputs(plain, "Stack local");
  const proof = await proveLocally(cloud, { settings, outputs, takeLog: log.take });
  say(...proofReport(proof, paint));
  if (json) process.stdout.write(`${jsonReport(provisioned, proof)}\n`);
  if (once) return proof.passed;

  await writeLocalOutputs(plain);
  say("", ...links(outputs, proof), "");
  say("Ctrl-C stops it. Edit policies/ or apis/ and start again to see who gets in then.");
  log.follow((line) => say(paint("dim", line)));
  return proof.passed;
}

await runCommand(main);
