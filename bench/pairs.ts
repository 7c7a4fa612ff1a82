/** A benchmark's result: how much more the first thing takes than the second. */
export interface Result {
  readonly name: string;
  /** Median of the pairs' ratios. */
  readonly ratio: number;
  /** `<= 2` or `>= 0.8`. */
  readonly goal: string;
  readonly passed: boolean;
  /** Smallest and largest ratio of a pair. */
  readonly spread: readonly [number, number];
}

/** A goal for a ratio. */
export type Goal = { readonly atMost: number } | { readonly atLeast: number };

/** Two things that are measured alternately; each gives a figure, in any unit. */
export interface Pair<Figures> {
  readonly first: () => Promise<Figures>;
  readonly second: () => Promise<Figures>;
}

/** How many pairs each benchmark runs. */
export const pairCount = 7;

/** Runs both things alternately, so that whatever slows the machine slows both; one pair more comes first and does not count. */
export async function measurePairs<Figures>({
  first,
  second,
}: Pair<Figures>): Promise<readonly (readonly [Figures, Figures])[]> {
  const pairs: [Figures, Figures][] = [];
  for (let pair = 0; pair <= pairCount; pair += 1) pairs.push([await first(), await second()]);
  return pairs.slice(1);
}

/** Compares one figure of each pair. */
export function compare<Figures>(
  name: string,
  pairs: readonly (readonly [Figures, Figures])[],
  { figure, goal }: { figure: (figures: Figures) => number; goal: Goal },
): Result {
  const ratios = pairs.map(([first, second]) => figure(first) / figure(second)).sort((a, b) => a - b);
  const ratio = ratios[Math.floor(ratios.length / 2)] ?? Number.NaN;
  const isMost = "atMost" in goal;
  return {
    name,
    ratio,
    goal: isMost ? `<= ${goal.atMost}` : `>= ${goal.atLeast}`,
    passed: isMost ? ratio <= goal.atMost : ratio >= goal.atLeast,
    spread: [ratios[0] ?? Number.NaN, ratios.at(-1) ?? Number.NaN],
  };
}
