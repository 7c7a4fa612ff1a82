import type { PulumiCommand } from "@pulumi/pulumi/automation/index.js";
import type { JWK } from "jose";
import type { Paint } from "../proof/table.ts";
import { type LocalCloud, startCloud } from "../simulator/cloud.ts";
import { CloudFile } from "../simulator/cloud-file.ts";
import type { CreatedResource } from "../simulator/engine/monitor.ts";
import { localPeople } from "../simulator/okta/local-people.ts";
import { asCalled } from "./as-called.ts";
import { openCloudControl } from "./cloud-control.ts";
import { CommandError } from "./command-error.ts";
import { removeControlFile, writeControlFile } from "./control-file.ts";
import { discoverStack } from "./discover-stack.ts";
import { watchInterruption } from "./interruption.ts";
import { sinceLastStart } from "./last-start.ts";
import { localFolder } from "./local-environment.ts";
import { removeLocalOutputs, writeLocalOutputs } from "./local-outputs.ts";
import { localSecretsOf } from "./local-secrets.ts";
import { paintFor } from "./paint.ts";
import { peopleOf } from "./people-settings.ts";
import { readPrivateKeys } from "./private-keys.ts";
import { configuredStack, hasConfiguredApis, managementAccess, type Proof, proveLocally } from "./prove.ts";
import { provisionInProcess, withOrigins } from "./provision.ts";
import { provisionWithPulumi } from "./provision-with-pulumi.ts";
import { cliVersion, engineName, findPulumiCli, howToGetCli } from "./pulumi-cli.ts";
import { RefusalLog } from "./refusal-log.ts";
import { assertDocuments } from "./refused-documents.ts";
import { jsonReport, links, proofReport, provisionReport, sinceReport } from "./report.ts";
import { interruptedExitCode, runCommand } from "./run-command.ts";
import { type PlainOutputs, parseOutputs, plainOutputs, type StackOutputs } from "./stack-outputs.ts";
import { readStackSettings } from "./stack-settings.ts";
import { readStartOptions, type StartOptions } from "./start-options.ts";
import { vendorVariables } from "./vendor-variables.ts";

/**
 * `npm start`: boots the local cloud, provisions the stack there, proves who gets in, and serves until Ctrl-C.
 * Exit code 1 when one answer differs from what the documents demand.
 */
async function main(args: string[]): Promise<number> {
  const options = readStartOptions(args);
  const settings = await readStackSettings("local", { missing: "empty" });
  if (hasConfiguredApis(settings)) await assertDocuments(settings, options);
  const people = peopleOf(settings);
  const secrets = localSecretsOf(settings);
  const privateKeys = await readPrivateKeys(options.key);
  const cli = await chooseCli(options);
  const { interrupted, childrenMustStop } = watchInterruption();
  const log = new RefusalLog();
  // In process there is no state to keep; the engine's state and the cloud's belong together.
  const file = cli === undefined ? undefined : await CloudFile.acquire(localFolder);
  try {
    const cloud = await startCloud({
      port: options.port,
      log: log.add,
      onRefused: log.addRefusal,
      latencyMilliseconds: options.latencyMilliseconds,
      writes: options.writes,
      reach: options.reach,
      hasApiAccessManagement: options.hasApiAccessManagement,
      ...(people && { people }),
      secrets,
      ...(file && { file }),
    });
    try {
      const demonstration = demonstrate(cloud, { ...options, privateKeys, cli, log, childrenMustStop });
      const stack = await Promise.race([demonstration, interrupted]);
      if (stack === "interrupted") {
        // Cut off from its providers, the engine would leave a lock, and forget what it had just made.
        if (cli !== undefined) {
          console.error("Stopping once the engine has finished what it is at. Ctrl-C again ends it at once.");
          await demonstration.catch(() => {});
        }
        return interruptedExitCode;
      }
      if (!options.once) await serve(cloud, stack, { ...options, port: portOf(cloud), log, interrupted });
      return stack.proof.passed ? 0 : 1;
    } finally {
      await cloud.close();
    }
  } finally {
    await file?.release();
  }
}

/** First of its ports: with `--port 0`, the one that it got. */
function portOf({ origins }: LocalCloud): number {
  return Number(new URL(origins.gateway).port || 80);
}

async function chooseCli({ engine, providers }: StartOptions): Promise<PulumiCommand | undefined> {
  if (engine === "in-process") return undefined;
  const { cli, found } = await findPulumiCli();
  if (cli === undefined && (engine === "pulumi" || providers === "real")) {
    const option = engine === "pulumi" ? "--engine pulumi" : "--providers real";
    throw new CommandError(
      `${option} needs the Pulumi CLI ${cliVersion} or newer. Found: ${found}. Get it: ${howToGetCli}.`,
      { code: "pulumi" },
    );
  }
  return cli;
}

interface Demonstration extends StartOptions {
  readonly privateKeys: ReadonlyMap<string, JWK>;
  readonly cli: PulumiCommand | undefined;
  readonly log: RefusalLog;
  readonly childrenMustStop: AbortSignal;
}

/** A stack that was provisioned and proved. */
interface ProvedStack {
  readonly plain: PlainOutputs;
  readonly outputs: StackOutputs;
  readonly proof: Proof;
  /** Whether the settings name the APIs, as this repository's program has it. */
  readonly isConfigured: boolean;
}

/** Provisions the stack, and says what was made and who gets in. */
async function demonstrate(
  cloud: LocalCloud,
  { cli, json, all, latencyMilliseconds, log, childrenMustStop, providers, privateKeys }: Demonstration,
): Promise<ProvedStack> {
  const { say, paint } = speaker(json);
  const engine =
    cli === undefined ? "in-process (docs/local-cloud.md says how to get the Pulumi CLI)" : engineName(cli);
  say(`Local Azure and Okta on 127.0.0.1 · engine ${engine}`, "", "Provisioning stack local");
  const settings = withOrigins(await readStackSettings("local", { missing: "empty" }), cloud.origins);
  const real = providers === "real" ? vendorVariables(cloud) : undefined;
  const provision = cli === undefined ? provisionInProcess : provisionWithPulumi(cli, childrenMustStop, real);
  // A cloud that takes its time is there to be watched.
  const onMade = ({ type, name }: CreatedResource) => {
    if (latencyMilliseconds > 0) say(paint("dim", `  … ${type.split(":").at(-1)} ${name}`));
  };
  const provisioned = await provision(settings, cloud.providerHandlers, onMade);
  say(...provisionReport(provisioned, paint), "");

  const plain = plainOutputs(provisioned.outputs);
  const isConfigured = hasConfiguredApis(settings);
  const toProve = isConfigured
    ? await configuredStack(settings, parseOutputs(plain, 'Stack "local"'))
    : await discoverStack(provisioned.resources, cloud.origins.gateway);
  const proof = await proveLocally(cloud, { stack: toProve, refusalOf: log.refusalOf, privateKeys });
  say(...proofReport(proof, paint, { stack: "local", all }));
  const since = await sinceLastStart(proof.answers);
  const sinceLines = sinceReport(since, paint, { all });
  if (sinceLines.length > 0) say("", ...sinceLines);
  if (json) process.stdout.write(`${jsonReport(provisioned, proof, since)}\n`);
  const { outputs } = toProve;
  return {
    plain: { ...plain, ...outputs, people: localPeople(cloud.org), okta: managementAccess(cloud) },
    ...{ outputs, proof, isConfigured },
  };
}

/** Lets `npm run token`, `npm run local -- clock` and people at the stack until the interruption. */
async function serve(
  cloud: LocalCloud,
  stack: ProvedStack,
  options: Pick<Demonstration, "json" | "log" | "port"> & { interrupted: Promise<unknown> },
): Promise<void> {
  // Only here: an interrupted demonstration goes on for a moment, and must not write the secret once it was removed.
  await writeLocalOutputs(options.port, stack.plain);
  const { log, port } = options;
  try {
    const control = await openCloudControl(cloud, { issuer: stack.outputs.issuer, onAction: log.add });
    try {
      await writeControlFile(port, control);
      invite(stack, options);
      await options.interrupted;
    } finally {
      await control.close();
      await removeControlFile(port);
    }
  } finally {
    await removeLocalOutputs(port);
  }
}

/** Says where everything is, and from now on what is refused and why. */
function invite(
  { outputs, proof, isConfigured }: ProvedStack,
  { json, log, port }: Pick<Demonstration, "json" | "log" | "port">,
): void {
  const { say, paint } = speaker(json);
  say("", ...links(outputs, proof, port), "");
  const edited = isConfigured ? "policies/ or apis/" : "the program or what it reads";
  say(`Ctrl-C stops it. Edit ${edited} and start again to see who gets in then.`);
  log.follow((line) => say(paint("dim", line)));
}

/** With --json, stdout is for the one document alone. */
function speaker(json: boolean): { say: (...lines: string[]) => void; paint: Paint } {
  const stream = json ? process.stderr : process.stdout;
  return { say: (...lines) => stream.write(`${asCalled(lines.join("\n"))}\n`), paint: paintFor(stream) };
}

await runCommand(main);
