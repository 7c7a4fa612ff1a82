import { mkdir, rm, writeFile } from "node:fs/promises";
import * as path from "node:path";
import { localFolder } from "../commands/local-environment.ts";
import { projectRoot } from "../commands/project.ts";
import { openEngineStack } from "../commands/provision-with-pulumi.ts";
import { findPulumiCli, howToGetCli } from "../commands/pulumi-cli.ts";
import { startBenchCloud } from "./bench-stack.ts";
import { timeChild } from "./child.ts";
import { largeDocument } from "./large-document.ts";
import { largeSettings } from "./large-stack.ts";
import { compare, measurePairs, type Result } from "./pairs.ts";

interface Large {
  readonly resources: number;
  readonly cells: number;
  readonly provisionSeconds: number;
  readonly matrixSeconds: number;
  /** Of the process, once the stack is provisioned and before it is proved. */
  readonly provisionMemoryKilobytes: number;
}

// A pair takes a quarter of a minute.
const pairCount = 3;

/**
 * An API of 1,000 operations, provisioned and proved in a process of its own: what it takes, the matrix against as many bare requests,
 * and how both grow from 100 operations; the update by the real engine; and reading a document of 4 MB against JSON.parse.
 */
export async function benchLarge(): Promise<readonly Result[]> {
  const folder = path.join(localFolder, "bench");
  await mkdir(folder, { recursive: true });
  const write = async (name: string, text: string) => {
    const file = path.join(folder, name);
    await writeFile(file, text);
    return path.relative(projectRoot, file);
  };
  try {
    const [hundred, thousand] = [
      await write("100.json", largeDocument(100)),
      await write("1000.json", largeDocument(1000)),
    ];
    const growth = await measurePairs(
      { first: () => whole(thousand), second: () => whole(hundred) },
      pairCount,
    );
    const cells = growth[0]?.[0].cells ?? 0;
    const requests = await measurePairs(
      { first: async () => (await whole(thousand)).matrixSeconds, second: () => plainRequests(cells) },
      pairCount,
    );
    const seconds = await updateSeconds(thousand, path.join(folder, "engine"));
    const long = await write("long.json", largeDocument(3000, 3_900_000));
    return [
      ...inProcess(growth.map(([first]) => first)),
      alone("1,000 operations, `pulumi up` of all, s", [seconds], 20),
      compare(`matrix of ${cells} cells, s / as many requests`, requests, {
        figure: (one) => one,
        goal: { atMost: 3 },
      }),
      ...growths(growth),
      await reading(long),
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function whole(file: string): Promise<Large> {
  return (await timeChild<Large>("large", [file])).report;
}

async function plainRequests(cells: number): Promise<number> {
  return (await timeChild<{ seconds: number }>("fetches", [String(cells)])).report.seconds;
}

/** The first update of the stack by the Pulumi CLI, in a state of its own. */
async function updateSeconds(document: string, folder: string): Promise<number> {
  const { cli: command, found } = await findPulumiCli();
  if (command === undefined)
    throw new Error(`The update's benchmark needs the Pulumi CLI; got ${found}. Get it: ${howToGetCli}.`);
  const { cloud, settings } = await startBenchCloud(largeSettings(document));
  try {
    const program = path.join(projectRoot, "index.ts");
    const { providerHandlers } = cloud;
    const { stack, close } = await openEngineStack({ settings, providerHandlers, command, folder, program });
    try {
      const started = performance.now();
      await stack.up({ suppressProgress: true });
      return (performance.now() - started) / 1000;
    } finally {
      await close();
    }
  } finally {
    await cloud.close();
  }
}

/** Against nothing: what an API of this size may take at most, however few resources it becomes. */
function inProcess(runs: readonly Large[]): readonly Result[] {
  const row = (name: string, figure: (one: Large) => number, atMost: number) =>
    alone(`1,000 operations in process, ${name}`, runs.map(figure), atMost);
  return [
    // One for the API and its policies each, and what every stack has.
    row("resources", ({ resources }) => resources, 40),
    row("provisioning, s", ({ provisionSeconds }) => provisionSeconds, 3),
    row("provisioning, peak GB", (one) => (one.provisionMemoryKilobytes * 1024) / 1e9, 0.7),
  ];
}

function alone(name: string, figures: readonly number[], atMost: number): Result {
  const pairs = figures.map((figure) => [figure, 1] as const);
  return compare(name, pairs, { figure: (one) => one, goal: { atMost } });
}

function growths(pairs: readonly (readonly [Large, Large])[]): readonly Result[] {
  const row = (name: string, figure: (one: Large) => number) =>
    compare(`${name}, 1,000 operations, s / 100`, pairs, { figure, goal: { atMost: 11 } });
  return [
    row("provisioning", ({ provisionSeconds }) => provisionSeconds),
    row("matrix", ({ matrixSeconds }) => matrixSeconds),
  ];
}

async function reading(file: string): Promise<Result> {
  const seconds = async (how: string) =>
    (await timeChild<{ seconds: number }>("read", [how, file])).report.seconds;
  const pairs = await measurePairs({ first: () => seconds("read"), second: () => seconds("parse") });
  return compare("reading a document of 4 MB, s / JSON.parse", pairs, {
    figure: (one) => one,
    // Was 40: 34 to 49 are seen in one run, for JSON.parse takes 15 ms, which one collection of garbage doubles.
    goal: { atMost: 50 },
  });
}
