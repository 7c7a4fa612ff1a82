import { setTimeout } from "node:timers/promises";
import { type Cell, changesData } from "./matrix.ts";
import { type Answer, type RunOptions, runMatrix } from "./run.ts";

/** How long an instance is given that may not have its latest policies everywhere. */
export interface Patience {
  /** Milliseconds since 1970 after which an answer counts as it is. */
  readonly deadline: number;
  /** Milliseconds between two tries. */
  readonly pause: number;
}

/**
 * Sends the calls that change nothing until each is answered as it must be, or the time is up; then those that would change data where
 * they got in, once.
 */
export async function runPatiently(
  cells: readonly Cell[],
  options: RunOptions,
  patience: Patience,
): Promise<readonly Answer[]> {
  const { often = [], once = [] } = Object.groupBy(cells, (cell) => (changesData(cell) ? "once" : "often"));
  const repeated = await repeatDifferences(await runMatrix(often, options), options, patience);
  const answers = new Map([...repeated, ...(await runMatrix(once, options))].map((one) => [one.cell, one]));
  return cells.flatMap((cell) => answers.get(cell) ?? []);
}

/**
 * Policies spread over an instance within minutes, so an answer that differs is asked for again before it is judged; not where Okta
 * refused a token, whose policies hold at once.
 */
async function repeatDifferences(
  answers: readonly Answer[],
  options: RunOptions,
  patience: Patience,
): Promise<readonly Answer[]> {
  const different = answers.filter(({ passed, noToken }) => !passed && noToken === undefined);
  const left = patience.deadline - Date.now();
  if (different.length === 0 || left <= 0) return answers;
  await setTimeout(Math.min(patience.pause, left));
  const again = await runMatrix(
    different.map(({ cell }) => cell),
    options,
  );
  const latest = new Map(different.map((answer, index) => [answer, again[index] ?? answer]));
  return repeatDifferences(
    answers.map((answer) => latest.get(answer) ?? answer),
    options,
    patience,
  );
}
