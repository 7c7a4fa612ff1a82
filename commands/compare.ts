import { glob, readFile } from "node:fs/promises";
import * as path from "node:path";
import { parseArgs } from "node:util";
import { CommandError } from "./command-error.ts";
import { type Run, renderComparison, renderFailedStart, reportShape } from "./comparison.ts";
import { runCommand } from "./run-command.ts";

/**
 * `npm run compare -- --before DIR --after DIR [--preview FILE]`: what a change does to the stack, as Markdown. Each folder holds
 * `report.json`, from `npm run -s start -- --once --json`, and `policies/`, from `npm run render`; or, where the stack did not
 * start, an empty `report.json` and what it said in `messages.txt`.
 */
async function main(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: { before: { type: "string" }, after: { type: "string" }, preview: { type: "string" } },
  });
  const { before, after, preview } = values;
  if (before === undefined || after === undefined) {
    throw new CommandError(
      "npm run compare needs --before DIR and --after DIR; got one of them or none. Each holds report.json, from `npm run -s start -- --once --json`, and policies/, a copy of rendered/local.",
    );
  }
  const summary = preview === undefined ? undefined : readSummary(preview, await readText(preview));
  for (const [folder, side] of [
    [before, "the merge base"],
    [after, "the head"],
  ] as const) {
    const hasStarted = (await readText(path.join(folder, "report.json"))).trim() !== "";
    if (hasStarted) continue;
    process.stdout.write(renderFailedStart(side, await readText(path.join(folder, "messages.txt"))));
    return 0;
  }
  process.stdout.write(renderComparison(await readRun(before), await readRun(after), summary));
  return 0;
}

async function readRun(folder: string): Promise<Run> {
  const file = path.join(folder, "report.json");
  const report = reportShape.safeParse(parseJson(file, await readText(file)));
  if (report.data === undefined) {
    throw new CommandError(
      `"${file}" must be a report of npm start; got another shape. Make it with \`npm run -s start -- --once --json\`.`,
    );
  }
  const policies = new Map<string, string>();
  const root = path.join(folder, "policies");
  for await (const name of glob("**/*.xml", { cwd: root }))
    policies.set(name, await readText(path.join(root, name)));
  return { report: report.data, policies };
}

/** `{ "changeSummary": { "update": 1, "same": 28 } }` → `1 to update, 28 unchanged`. */
function readSummary(file: string, json: string): string {
  const { changeSummary } = parseJson(file, json) as { changeSummary?: Record<string, number> };
  if (changeSummary === undefined) {
    throw new CommandError(
      `"${file}" must be what \`pulumi preview --json\` prints; got no changeSummary. Look at the preview's own output.`,
    );
  }
  return Object.entries(changeSummary)
    .map(([step, count]) => (step === "same" ? `${count} unchanged` : `${count} to ${step}`))
    .join(", ");
}

function readText(file: string): Promise<string> {
  return readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw new CommandError(
      `"${file}" must be readable; got ${error.code}. README, "npm run compare", says what a folder holds.`,
      {
        cause: error,
      },
    );
  });
}

function parseJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new CommandError(`"${file}" must be JSON; got something else. Look at what its command printed.`, {
      cause,
    });
  }
}

await runCommand(main);
