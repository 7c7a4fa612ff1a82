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
      // Was 2 for 54 resources. The API's operations are one document now, so that 12 bare resources less stand on the other side, and
      // its conditions are compiled, which loads expressions/: 2.1 of two quiet cores, 1.8 s to 0.85 s.
      goal: { atMost: 2.3 },
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
