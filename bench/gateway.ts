import autocannon from "autocannon";
import { withChild } from "./child.ts";
import { compare, type Goal, measurePairs, type Result } from "./pairs.ts";

interface Load {
  readonly requestsPerSecond: number;
  readonly p99Milliseconds: number;
}

interface Server {
  readonly origin: string;
  readonly token?: string;
}

interface Goals {
  readonly requestsPerSecond: Goal;
  readonly p99Milliseconds: Goal;
}

/**
 * The gateway against the plainest streaming proxy, 64 keep-alive connections to either, each in a process of its own before the same
 * backend: without policies, and with those of the stack and a really signed token.
 */
export function benchGateway(): Promise<readonly Result[]> {
  return withChild<Server, readonly Result[]>("backend", [], (backend) =>
    withChild<Server, readonly Result[]>("proxy", [backend.origin], async (proxy) => {
      const results: Result[] = [];
      for (const kind of kinds) results.push(...(await benchKind(kind, { backend, proxy })));
      return results;
    }),
  );
}

async function benchKind(
  [kind, name, goals]: Kind,
  { backend, proxy }: { backend: Server; proxy: Server },
): Promise<readonly Result[]> {
  const pairs = await withChild("gateway", [kind, backend.origin], (gateway: Server) =>
    measurePairs({
      first: () => load(gateway),
      // The same headers, so that both read and write the same bytes.
      second: () => load({ ...gateway, origin: proxy.origin }),
    }),
  );
  const of = (figure: keyof Load) => ({ figure: (one: Load) => one[figure], goal: goals[figure] });
  return [
    compare(`gateway ${name}, requests per second / plain proxy`, pairs, of("requestsPerSecond")),
    compare(`gateway ${name}, p99 / plain proxy`, pairs, of("p99Milliseconds")),
  ];
}

type Kind = readonly [kind: string, name: string, goals: Goals];

const kinds: readonly Kind[] = [
  ["open", "without policies", { requestsPerSecond: { atLeast: 0.8 }, p99Milliseconds: { atMost: 1.5 } }],
  ["protected", "with validate-jwt", { requestsPerSecond: { atLeast: 0.6 }, p99Milliseconds: { atMost: 2 } }],
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
  return { requestsPerSecond: result.requests.total / result.duration, p99Milliseconds: result.latency.p99 };
}
