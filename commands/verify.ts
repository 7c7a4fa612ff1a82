import { appendFile, rm, writeFile } from "node:fs/promises";
import { setTimeout } from "node:timers/promises";
import type { JWK } from "jose";
import type { Caller } from "../proof/caller.ts";
import { createForge } from "../proof/forge.ts";
import { answerJudge } from "../proof/judge-answers.ts";
import { refusalJudge } from "../proof/judge-refusals.ts";
import { deriveMatrix } from "../proof/matrix.ts";
import { readPublishedKey, requestToken } from "../proof/okta-client.ts";
import { runPatiently } from "../proof/patience.ts";
import type { RunOptions } from "../proof/run.ts";
import { tooWide } from "../proof/too-wide.ts";
import { clientTokens } from "./client-tokens.ts";
import { withKeys } from "./clients-to-prove.ts";
import { CommandError } from "./command-error.ts";
import { type CommandLine, type CommandOption, parseCommandLine } from "./command-line.ts";
import { deployedAudience, deployedCallers } from "./deployed-callers.ts";
import { type DeployedStack, readDeployedStack } from "./deployed-stack.ts";
import { environmentAccess } from "./environment-access.ts";
import { readHandedTokens, tokenOption } from "./handed-tokens.ts";
import { renderJunit } from "./junit.ts";
import { paintFor } from "./paint.ts";
import { keyOption, readPrivateKeys } from "./private-keys.ts";
import { type Proof, proofOf, readOtherClient } from "./prove.ts";
import { proofReport, verificationJson, verificationMarkdown } from "./report.ts";
import { runCommand } from "./run-command.ts";
import { readStackSettings } from "./stack-settings.ts";
import { allOption, writesOption } from "./start-options.ts";

const commandLine = {
  usage: "npm run verify -- --stack NAME [options]",
  summary:
    "Sends the matrix to a deployed stack, as far as it can be sent there. The exit code is 1 when an answer differs.",
  options: {
    stack: { type: "string", value: "NAME", help: "The deployed stack, dev or contoso/dev." },
    writes: { ...writesOption, help: "Also sends the calls that change data: POST, PUT, PATCH and DELETE." },
    wait: {
      type: "string",
      value: "SECONDS",
      default: "300",
      help: "How long it waits for an instance that is still coming up.",
    },
    token: tokenOption,
    key: keyOption,
    all: allOption,
    json: { type: "boolean", default: false, help: "Prints one JSON document." },
    junit: { type: "string", value: "FILE", help: "Also writes JUnit XML." },
    summary: { type: "string", value: "FILE", help: "Also adds Markdown to a workflow's summary." },
  },
} as const satisfies CommandLine<Record<string, CommandOption>>;

/** `npm run verify`: see its {@link commandLine}. */
async function main(args: string[]): Promise<number> {
  const options = readOptions(args);
  const { all, stack, waitSeconds, json, junit, summary } = options;
  // A run that fails before its end must not leave the results of an earlier one.
  if (junit !== undefined) await rm(junit, { force: true });
  const settings = await readStackSettings(stack, { encrypted: "skip", missing: "empty" });
  const deployed = await readDeployedStack(stack, settings);
  const credentials = {
    otherClient: readOtherClient(process.env, deployed.outputs),
    privateKeys: await readPrivateKeys(options.key),
    handed: await readHandedTokens(options.token, deployed.clients),
  };
  const deadline = Date.now() + waitSeconds * 1000;
  await untilItAnswers(deployed.outputs.gatewayUrl, deadline);
  const startedAt = new Date();
  const proof = await proveDeployed(deployed, { ...credentials, writes: options.writes, deadline });
  console.log(
    json
      ? verificationJson(stack, proof)
      : proofReport(proof, paintFor(process.stdout), { stack, all }).join("\n"),
  );
  if (junit !== undefined) await writeFile(junit, renderJunit(proof, startedAt));
  if (summary !== undefined) await appendFile(summary, verificationMarkdown(stack, proof));
  return proof.passed ? 0 : 1;
}

interface DeployedProof {
  readonly otherClient: ReturnType<typeof readOtherClient>;
  readonly privateKeys: ReadonlyMap<string, JWK>;
  /** People whose tokens were handed in. */
  readonly handed: readonly Caller[];
  readonly writes: boolean;
  /** Milliseconds since 1970 after which an answer counts as it is. */
  readonly deadline: number;
}

/** Sends the matrix as far as it can be sent from outside. */
async function proveDeployed(
  stack: DeployedStack,
  { otherClient, privateKeys, handed, writes, deadline }: DeployedProof,
): Promise<Proof> {
  const started = performance.now();
  const { outputs, apis, claims } = stack;
  const { clients, notProved } = withKeys(stack.clients, privateKeys);
  const { callers, notProved: people } = deployedCallers(clients, handed);
  const { cells, leftOut } = deriveMatrix(apis, {
    ...{ signingKey: false, writes, callers, claims },
    otherApp: otherClient === undefined ? "unavailable" : stack.otherApp,
  });
  const tokens = clientTokens({ ...outputs, privateKeys }, callers, claims);
  const issuedToOtherApp =
    otherClient &&
    ((scopes: readonly string[]) =>
      requestToken({ ...outputs, ...otherClient, name: "OTHER_CLIENT_ID" }, scopes));
  const audience = await deployedAudience(callers, tokens.issuedTo);
  const now = Math.floor(Date.now() / 1000);
  const forge = createForge(await readPublishedKey(outputs.issuer), { ...outputs, audience }, now);
  const options: RunOptions = {
    sources: { ...tokens, issuedToOtherApp, forge },
    faultsOf: answerJudge({ ...outputs, audience }),
    denialOf: refusalJudge({ issuer: outputs.issuer, callers, okta: environmentAccess(outputs.issuer) }),
    // A Developer instance takes a few requests at once.
    concurrency: 4,
    timeoutMilliseconds: 30_000,
  };
  const answers = await runPatiently(cells, options, { deadline, pause: 5000 });
  const seconds = (performance.now() - started) / 1000;
  const left = [...stack.notProved, ...notProved, ...people, ...leftOut];
  return proofOf({ cells, leftOut: left }, answers, {
    ...{ seconds, explain: () => [] },
    tooWide: tooWide(apis, { clients: stack.clients, people: "unknown", claims }),
  });
}

function readOptions(args: string[]) {
  const { values } = parseCommandLine(commandLine, args);
  if (values.stack === undefined)
    throw new CommandError("No deployed stack is named. Write --stack dev.", { code: "command-line" });
  if (!/^\d+$/.test(values.wait))
    throw new CommandError(`--wait is "${values.wait}". It can be whole seconds. Leave it out for 300.`, {
      code: "command-line",
    });
  return { ...values, stack: values.stack, waitSeconds: Number(values.wait) };
}

/** An instance may take a while after its creation; any answer at all will do, since Consumption has no status page. */
async function untilItAnswers(gatewayUrl: string, deadline: number): Promise<void> {
  for (;;) {
    const answered = await fetch(`${gatewayUrl}/status-0123456789abcdef`, {
      signal: AbortSignal.timeout(10_000),
    }).then(
      () => true,
      () => false,
    );
    if (answered) return;
    if (Date.now() >= deadline) {
      throw new CommandError(
        `The gateway ${gatewayUrl} does not answer in time. Give it longer with --wait SECONDS.`,
      );
    }
    await setTimeout(5000);
  }
}

await runCommand(main);
