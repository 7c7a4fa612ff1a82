import { timeChild } from "./child.ts";
import { compare, measurePairs, type Result } from "./pairs.ts";

interface Evaluation {
  readonly resources: number;
  readonly peakMemoryKilobytes: number;
}

/**
 * Evaluating the program, each time in a new process, against a program that registers as many bare custom resources; and what
 * rendering the policies has in it.
 */
export async function benchProgram(): Promise<readonly Result[]> {
  const stack = () => timeChild<Evaluation>("evaluate", ["stack"]);
  const { resources } = (await stack()).report;
  const bare = () => timeChild<Evaluation>("evaluate", ["bare", String(resources)]);
  const pairs = await measurePairs({ first: stack, second: bare });
  const rendering = await measurePairs({
    first: async () => (await timeChild<{ seconds: number }>("render", [])).report.seconds,
    second: async () => (await stack()).seconds,
  });
  return [
    compare(`evaluating the program, time / ${resources} bare resources`, pairs, {
      figure: ({ seconds }) => seconds,
      goal: { atMost: 2 },
    }),
    compare(`evaluating the program, memory / ${resources} bare resources`, pairs, {
      figure: ({ report }) => report.peakMemoryKilobytes,
      goal: { atMost: 1.5 },
    }),
    compare("rendering all policies / evaluating the program", rendering, {
      figure: (seconds) => seconds,
      goal: { atMost: 0.05 },
    }),
  ];
}
