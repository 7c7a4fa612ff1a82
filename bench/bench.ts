import Table from "cli-table3";
import { CommandError } from "../commands/command-error.ts";
import { type CommandLine, type CommandOption, parseCommandLine } from "../commands/command-line.ts";
import { runCommand } from "../commands/run-command.ts";
import { benchGateway } from "./gateway.ts";
import { benchLarge } from "./large.ts";
import type { Result } from "./pairs.ts";
import { benchPreview } from "./preview.ts";
import { benchProgram } from "./program.ts";
import { benchTypeCheck } from "./type-check.ts";

const benchmarks: Readonly<Record<string, () => Promise<readonly Result[]>>> = {
  program: benchProgram,
  preview: benchPreview,
  gateway: benchGateway,
  large: benchLarge,
  types: benchTypeCheck,
};

const commandLine = {
  usage: "npm run bench -- [options]",
  summary:
    "Prints what it costs, each figure the ratio of two things that are measured alternately. The exit code is 1 when one misses its goal.",
  options: {
    json: { type: "boolean", default: false, help: "Prints one JSON document." },
    only: {
      type: "string",
      value: "NAME",
      help: `Measures one of "${Object.keys(benchmarks).join('", "')}" alone.`,
    },
  },
} as const satisfies CommandLine<Record<string, CommandOption>>;

/** `npm run bench`: see its {@link commandLine}. */
async function main(args: string[]): Promise<number> {
  const { values } = parseCommandLine(commandLine, args);
  const results: Result[] = [];
  for (const [name, run] of chosen(values.only)) {
    console.error(`${name} …`);
    results.push(...(await run()));
  }
  console.log(values.json ? JSON.stringify(results, null, 2) : table(results));
  return results.every(({ passed }) => passed) ? 0 : 1;
}

function chosen(only: string | undefined): readonly (readonly [string, () => Promise<readonly Result[]>])[] {
  if (only === undefined) return Object.entries(benchmarks);
  const run = benchmarks[only];
  if (run !== undefined) return [[only, run]];
  throw new CommandError(
    `--only must be one of "${Object.keys(benchmarks).join('", "')}"; got "${only}". Leave it out for all.`,
  );
}

function table(results: readonly Result[]): string {
  const rows = new Table({
    head: ["medians of pairs", "first", "second", "ratio", "spread", "goal", ""],
    style: { head: [], border: [] },
  });
  for (const { name, figures, ratio, spread, goal, passed } of results) {
    const range = spread.map((one) => one.toFixed(3)).join(" - ");
    rows.push([
      name,
      ...figures.map((one) => one.toPrecision(4)),
      ratio.toFixed(3),
      range,
      goal,
      passed ? "met" : "missed",
    ]);
  }
  return rows.toString();
}

await runCommand(main);
