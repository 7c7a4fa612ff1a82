/** A benchmark's result: how much more the first thing takes than the second. */
export interface Result {
  readonly name: string;
  /** Median of the pairs' ratios. */
  readonly ratio: number;
  /** `<= 2` or `>= 0.8`. */
  readonly goal: string;
  readonly passed: boolean;
  /** Median of the first thing's figures, and of the second's: what they are on this machine. */
  readonly figures: readonly [number, number];
  /** Smallest and largest ratio of a pair. */
  readonly spread: readonly [number, number];
}

/** A goal for a ratio. */
export type Goal = { readonly atMost: number } | { readonly atLeast: number };

/** Two things that are measured alternately; each gives a figure, in any unit. */
export interface Pair<First, Second> {
  /** The one whose figure is divided. */
  readonly first: () => Promise<First>;
  /** The one that it is divided by. */
  readonly second: () => Promise<Second>;
}

/** How many pairs a benchmark runs that says no other number. */
export const pairCount = 7;

/** Runs both things alternately, so that whatever slows the machine slows both; one pair more comes first and does not count. */
export async function measurePairs<First, Second = First>(
  { first, second }: Pair<First, Second>,
  count = pairCount,
): Promise<readonly (readonly [First, Second])[]> {
  const pairs: [First, Second][] = [];
  for (let pair = 0; pair <= count; pair += 1) pairs.push([await first(), await second()]);
  return pairs.slice(1);
}

/** Compares one figure of each pair. */
export function compare<Figures>(
  name: string,
  pairs: readonly (readonly [Figures, Figures])[],
  { figure, goal }: { figure: (figures: Figures) => number; goal: Goal },
): Result {
  const ratios = pairs.map(([first, second]) => figure(first) / figure(second)).sort((a, b) => a - b);
  const ratio = median(ratios);
  const isMost = "atMost" in goal;
  return {
    name,
    ratio,
    goal: isMost ? `<= ${goal.atMost}` : `>= ${goal.atLeast}`,
    passed: isMost ? ratio <= goal.atMost : ratio >= goal.atLeast,
    figures: [
      median(pairs.map(([first]) => figure(first))),
      median(pairs.map(([, second]) => figure(second))),
    ],
    spread: [ratios[0] ?? Number.NaN, ratios.at(-1) ?? Number.NaN],
  };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
