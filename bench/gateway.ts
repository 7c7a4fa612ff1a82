import autocannon from "autocannon";
import { startChild } from "./child.ts";
import { compare, type Goal, measurePairs, type Result } from "./pairs.ts";

interface Load {
  readonly requestsPerSecond: number;
  /** Milliseconds. */
  readonly p99: number;
}

interface Server {
  readonly origin: string;
  readonly token?: string;
}

interface Goals {
  readonly requestsPerSecond: Goal;
  readonly p99: Goal;
}

/**
 * The gateway against the plainest streaming proxy, 64 keep-alive connections to either, each in a process of its own before the same
 * backend: without policies, and with those of the stack and a really signed token.
 */
export async function benchGateway(): Promise<readonly Result[]> {
  const backend = await startChild<Server>("backend", []);
  const proxy = await startChild<Server>("proxy", [backend.report.origin]);
  try {
    const results: Result[] = [];
    for (const [kind, name, goals] of kinds) {
      const gateway = await startChild<Server>("gateway", [kind, backend.report.origin]);
      const pairs = await measurePairs({
        first: () => load(gateway.report),
        // The same headers, so that both read and write the same bytes.
        second: () => load({ ...gateway.report, origin: proxy.report.origin }),
      });
      await gateway.stop();
      const of = (figure: keyof Load) => ({ figure: (one: Load) => one[figure], goal: goals[figure] });
      results.push(
        compare(`gateway ${name}, requests per second / plain proxy`, pairs, of("requestsPerSecond")),
        compare(`gateway ${name}, p99 / plain proxy`, pairs, of("p99")),
      );
    }
    return results;
  } finally {
    await Promise.all([proxy.stop(), backend.stop()]);
  }
}

const kinds: readonly (readonly [kind: string, name: string, goals: Goals])[] = [
  ["open", "without policies", { requestsPerSecond: { atLeast: 0.8 }, p99: { atMost: 1.5 } }],
  ["protected", "with validate-jwt", { requestsPerSecond: { atLeast: 0.6 }, p99: { atMost: 2 } }],
];

const seconds = 2;

async function load({ origin, token }: Server): Promise<Load> {
  const result = await autocannon({
    url: `${origin}/sessions`,
    connections: 64,
    duration: seconds,
    headers: { authorization: `Bearer ${token}` },
  });
  const refused = result.non2xx + result.errors;
  if (refused > 0) throw new Error(`Every request to ${origin} must be answered 200; ${refused} were not.`);
  return { requestsPerSecond: result.requests.total / result.duration, p99: result.latency.p99 };
}
