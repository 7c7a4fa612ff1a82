import { glob, readFile } from "node:fs/promises";
import * as path from "node:path";
import { z } from "zod";
import { CommandError } from "./command-error.ts";
import { type CommandLine, type CommandOption, parseCommandLine } from "./command-line.ts";
import { type Preview, type Run, renderComparison, renderFailedStart, reportShape } from "./comparison.ts";
import { proofFilesAmong } from "./proof-files.ts";
import { runCommand } from "./run-command.ts";

const commandLine = {
  usage: "npm run compare -- --before DIR --after DIR [options]",
  summary:
    "Prints what a change does to the stack, as Markdown. Each folder holds `report.json`, from `npm run -s start -- --once --json`, and `policies/`, from `npm run render`; or, where the stack did not start, a `report.json` without a matrix and what it said in `messages.txt`.",
  options: {
    before: { type: "string", value: "DIR", help: "The run of the merge base." },
    after: { type: "string", value: "DIR", help: "The run of the head." },
    preview: {
      type: "string",
      value: "STACK=FILE",
      multiple: true,
      default: [],
      help: "What `pulumi preview --json` printed for a real stack; may be given more than once.",
    },
    changed: { type: "string", value: "FILE", help: "The paths that the change touches, one a line." },
  },
} satisfies CommandLine<Record<string, CommandOption>>;

/** `npm run compare`: see its {@link commandLine}. */
async function main(args: string[]): Promise<number> {
  const { values } = parseCommandLine(commandLine, args);
  const { before, after, changed } = values;
  if (before === undefined || after === undefined) {
    throw new CommandError(
      "--before DIR or --after DIR is missing. Each holds report.json, from `npm run -s start -- --once --json`, and policies/, a copy of rendered/local.",
      { code: "command-line" },
    );
  }
  const previews = await Promise.all(values.preview.map(readPreview));
  const proofFiles = changed === undefined ? [] : proofFilesAmong((await readText(changed)).split("\n"));
  for (const [folder, side] of [
    [before, "the merge base"],
    [after, "the head"],
  ] as const) {
    if (await hasStarted(folder)) continue;
    process.stdout.write(
      renderFailedStart(side, await readText(path.join(folder, "messages.txt")), proofFiles),
    );
    return 0;
  }
  process.stdout.write(
    renderComparison(await readRun(before), await readRun(after), { previews, proofFiles }),
  );
  return 0;
}

/** A stack whose documents are refused reports them in place of a matrix, any other one that does not start reports nothing. */
async function hasStarted(folder: string): Promise<boolean> {
  const file = path.join(folder, "report.json");
  const text = await readText(file);
  return text.trim() !== "" && !refusedShape.safeParse(parseJson(file, text)).success;
}

const refusedShape = z.object({ documents: z.array(z.unknown()), passed: z.literal(false) });

async function readRun(folder: string): Promise<Run> {
  const file = path.join(folder, "report.json");
  const report = reportShape.safeParse(parseJson(file, await readText(file)));
  if (report.data === undefined) {
    throw new CommandError(
      `"${file}" is no report of npm start. Make it with \`npm run -s start -- --once --json\`.`,
      { code: "file" },
    );
  }
  const policies = new Map<string, string>();
  const root = path.join(folder, "policies");
  for await (const name of glob("**/*.xml", { cwd: root }))
    policies.set(name, await readText(path.join(root, name)));
  const documents = new Map<string, string>();
  for await (const name of glob("**/openapi.json", { cwd: root }))
    documents.set(name, await readText(path.join(root, name)));
  return { report: report.data, policies, documents };
}

const previewShape = z.object({ changeSummary: z.record(z.string(), z.number()) });

/** `dev=preview.json`, which holds `{ "changeSummary": { "update": 1, "same": 28 } }` → `dev`, `1 to update, 28 unchanged`. */
async function readPreview(option: string): Promise<Preview> {
  const [, stack, file] = /^([^=]+)=(.+)$/s.exec(option) ?? [];
  if (stack === undefined || file === undefined)
    throw new CommandError(
      `--preview is "${option}", which names no stack and file. Write --preview dev=preview.json.`,
      { code: "command-line" },
    );
  const preview = previewShape.safeParse(parseJson(file, await readText(file)));
  if (preview.data === undefined) {
    throw new CommandError(
      `"${file}" has no changeSummary, which \`pulumi preview --json\` prints. Look at the preview's own output.`,
      { code: "file" },
    );
  }
  const counts = Object.entries(preview.data.changeSummary).map(([step, count]) =>
    step === "same" ? `${count} unchanged` : `${count} to ${step}`,
  );
  return [stack, counts.join(", ")];
}

function readText(file: string): Promise<string> {
  return readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw new CommandError(
      `Cannot read "${file}" (${error.code}). docs/commands.md says what a folder holds.`,
      { code: "file", cause: error },
    );
  });
}

function parseJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new CommandError(`"${file}" is not JSON. Look at what its command printed.`, {
      code: "file",
      cause,
    });
  }
}

await runCommand(main);
