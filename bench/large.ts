import { mkdir, rm, writeFile } from "node:fs/promises";
import * as path from "node:path";
import { localFolder } from "../commands/local-environment.ts";
import { projectRoot } from "../commands/project.ts";
import { timeChild } from "./child.ts";
import { largeDocument } from "./large-document.ts";
import { compare, measurePairs, type Result } from "./pairs.ts";

interface Large {
  readonly resources: number;
  readonly cells: number;
  readonly provisionSeconds: number;
  readonly matrixSeconds: number;
  readonly peakMemoryKilobytes: number;
}

interface Whole extends Large {
  /** Of the whole process. */
  readonly seconds: number;
}

interface Plain {
  readonly evaluationSeconds: number;
  readonly fetchSeconds: number;
  readonly seconds: number;
  readonly peakMemoryKilobytes: number;
}

// A pair takes a quarter of a minute.
const pairCount = 3;

/**
 * An API of 1,000 operations, provisioned and proved in a process of its own, against as many bare resources and as many bare requests;
 * how both grow from 100 operations; and reading a document of 4 MB against JSON.parse.
 */
export async function benchLarge(): Promise<readonly Result[]> {
  const folder = path.join(localFolder, "bench");
  await mkdir(folder, { recursive: true });
  const write = async (name: string, text: string) => {
    const file = path.join(folder, name);
    await writeFile(file, text);
    return file;
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
    const { resources = 0, cells = 0 } = growth[0]?.[0] ?? {};
    const plain = await measurePairs(
      { first: () => whole(thousand), second: () => bare(resources, cells) },
      pairCount,
    );
    const long = await write("long.json", largeDocument(3000, 3_900_000));
    return [...againstBare(plain, { resources, cells }), ...growths(growth), await reading(long)];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function whole(file: string): Promise<Whole> {
  const { seconds, report } = await timeChild<Large>("large", [path.relative(projectRoot, file)]);
  return { ...report, seconds };
}

async function bare(resources: number, cells: number): Promise<Plain> {
  const evaluation = await timeChild<{ peakMemoryKilobytes: number }>("evaluate", [
    "bare",
    String(resources),
  ]);
  const fetches = await timeChild<{ seconds: number }>("fetches", [String(cells)]);
  return {
    evaluationSeconds: evaluation.seconds,
    fetchSeconds: fetches.report.seconds,
    seconds: evaluation.seconds + fetches.seconds,
    peakMemoryKilobytes: evaluation.report.peakMemoryKilobytes,
  };
}

type Pairs<First, Second> = readonly (readonly [First, Second])[];

function againstBare(
  pairs: Pairs<Whole, Plain>,
  { resources, cells }: { resources: number; cells: number },
): readonly Result[] {
  const row = (
    name: string,
    figures: { first: (one: Whole) => number; second: (one: Plain) => number; atMost: number },
  ) =>
    compare(
      name,
      pairs.map(([first, second]) => [figures.first(first), figures.second(second)] as const),
      { figure: (one) => one, goal: { atMost: figures.atMost } },
    );
  return [
    row(`matrix of ${cells} cells, s / as many requests`, {
      first: ({ matrixSeconds }) => matrixSeconds,
      second: ({ fetchSeconds }) => fetchSeconds,
      atMost: 3,
    }),
    row(`provisioning ${resources} resources, s / a process with as many bare ones`, {
      first: ({ provisionSeconds }) => provisionSeconds,
      second: ({ evaluationSeconds }) => evaluationSeconds,
      atMost: 3,
    }),
    row("1,000 operations from start to end, s / both bare", {
      first: ({ seconds }) => seconds,
      second: ({ seconds }) => seconds,
      atMost: 3,
    }),
    row("1,000 operations, peak KB / bare resources", {
      first: ({ peakMemoryKilobytes }) => peakMemoryKilobytes,
      second: ({ peakMemoryKilobytes }) => peakMemoryKilobytes,
      atMost: 4,
    }),
  ];
}

function growths(pairs: Pairs<Whole, Whole>): readonly Result[] {
  const row = (name: string, figure: (one: Whole) => number) =>
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
    goal: { atMost: 40 },
  });
}
