import { appendFile, rm, writeFile } from "node:fs/promises";
import { setTimeout } from "node:timers/promises";
import { createForge } from "../proof/forge.ts";
import { deriveMatrix } from "../proof/matrix.ts";
import { audienceOf, readPublishedKey, requestToken } from "../proof/okta-client.ts";
import { runPatiently } from "../proof/patience.ts";
import type { RunOptions } from "../proof/run.ts";
import { CommandError } from "./command-error.ts";
import { type CommandLine, type CommandOption, parseCommandLine } from "./command-line.ts";
import { readDeployedStack } from "./deployed-stack.ts";
import { renderJunit } from "./junit.ts";
import { paintFor } from "./paint.ts";
import { proofOf, readOtherClient } from "./prove.ts";
import { proofReport, verificationJson, verificationMarkdown } from "./report.ts";
import { requestTokenAsOneOf } from "./request-token.ts";
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
    all: allOption,
    json: { type: "boolean", default: false, help: "Prints one JSON document." },
    junit: { type: "string", value: "FILE", help: "Also writes JUnit XML." },
    summary: { type: "string", value: "FILE", help: "Also adds Markdown to a workflow's summary." },
  },
} as const satisfies CommandLine<Record<string, CommandOption>>;

/** `npm run verify`: see its {@link commandLine}. */
async function main(args: string[]): Promise<number> {
  const { all, stack, writes, waitSeconds, json, junit, summary } = readOptions(args);
  // A run that fails before its end must not leave the results of an earlier one.
  if (junit !== undefined) await rm(junit, { force: true });
  const settings = await readStackSettings(stack, { encrypted: "skip", missing: "empty" });
  const { outputs, apis, clients, otherApp, notProved } = await readDeployedStack(stack, settings);
  const otherClient = readOtherClient(process.env, outputs);
  const deadline = Date.now() + waitSeconds * 1000;
  await untilItAnswers(outputs.gatewayUrl, deadline);

  const startedAt = new Date();
  const started = performance.now();
  const { cells, leftOut } = deriveMatrix(apis, {
    signingKey: false,
    writes,
    otherApp: otherClient === undefined ? "unavailable" : otherApp,
  });
  const issuedToOtherApp =
    otherClient && ((scopes: readonly string[]) => requestToken({ ...outputs, ...otherClient }, scopes));
  const issued = (scopes: readonly string[]) => requestTokenAsOneOf(clients, scopes);
  const audience = audienceOf(await issued(outputs.scopes));
  const now = Math.floor(Date.now() / 1000);
  const forge = createForge(await readPublishedKey(outputs.issuer), { ...outputs, audience }, now);
  const options: RunOptions = {
    sources: { issued, issuedToOtherApp, forge },
    // A Developer instance takes a few requests at once.
    concurrency: 4,
    timeoutMilliseconds: 30_000,
  };
  const answers = await runPatiently(cells, options, { deadline, pause: 5000 });
  const seconds = (performance.now() - started) / 1000;
  const proof = proofOf({ cells, leftOut: [...notProved, ...leftOut] }, answers, {
    seconds,
    explain: () => [],
  });
  console.log(
    json
      ? verificationJson(stack, proof)
      : proofReport(proof, paintFor(process.stdout), { stack, all }).join("\n"),
  );
  if (junit !== undefined) await writeFile(junit, renderJunit(proof, startedAt));
  if (summary !== undefined) await appendFile(summary, verificationMarkdown(stack, proof));
  return proof.passed ? 0 : 1;
}

function readOptions(args: string[]) {
  const { values } = parseCommandLine(commandLine, args);
  if (values.stack === undefined)
    throw new CommandError("--stack must name a deployed stack; got nothing. Write --stack dev.");
  if (!/^\d+$/.test(values.wait))
    throw new CommandError(`--wait must be whole seconds; got "${values.wait}". Leave it out for 300.`);
  const { all, stack, writes, json, junit, summary } = values;
  return { all, stack, writes, waitSeconds: Number(values.wait), json, junit, summary };
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
