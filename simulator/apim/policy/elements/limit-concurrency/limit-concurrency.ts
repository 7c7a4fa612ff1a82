import { type Flow, PolicyFailure } from "../../exchange.ts";
import { anyText } from "../../policy-value.ts";
import type { ElementDefinition } from "../../statement.ts";

/**
 * `limit-concurrency`: at most so many requests with one key are inside it at a time; the others are refused with 429.
 *
 * Assumed of Azure: the requests inside `limit-concurrency` are counted for each key, whichever policy of the instance names it.
 * Assumed of Azure: the reason of `limit-concurrency` is `ConcurrencyLimitExceeded`, and its text; its page tells the status alone.
 *
 * @see https://learn.microsoft.com/azure/api-management/limit-concurrency-policy
 */
export const definition: ElementDefinition = {
  sections: ["inbound", "backend", "outbound", "on-error"],
  parse: ({ reader, statements }) => {
    const key = reader.requiredValue("key", anyText);
    // "Policy expressions aren't allowed", on the policy's page.
    const most = reader.integer("max-count", { from: 1, to: 2_147_483_647 });
    if (!reader.has("max-count")) reader.refuse("The required attribute 'max-count' is missing or empty.");
    const block = statements(reader);
    reader.done();
    return {
      blocks: [block],
      run: (exchange) => {
        const inside = exchange.state.of("limit-concurrency", () => new Map<string, number>());
        const name = key?.(exchange) ?? "";
        if ((inside.get(name) ?? 0) >= (most ?? 0)) throw tooMany();
        return within(inside, name, () => block.run(exchange));
      },
    };
  },
};

function within(
  inside: Map<string, number>,
  key: string,
  run: () => Flow | Promise<Flow>,
): Flow | Promise<Flow> {
  inside.set(key, (inside.get(key) ?? 0) + 1);
  const leave = () => {
    const left = (inside.get(key) ?? 1) - 1;
    if (left === 0) inside.delete(key);
    else inside.set(key, left);
  };
  let flow: ReturnType<typeof run>;
  try {
    flow = run();
  } catch (error) {
    leave();
    throw error;
  }
  if (flow instanceof Promise) return flow.finally(leave);
  leave();
  return flow;
}

function tooMany(): PolicyFailure {
  const message = "Too many concurrent requests. Try again later.";
  return new PolicyFailure(
    { source: "limit-concurrency", reason: "ConcurrencyLimitExceeded", message },
    { statusCode: 429, message },
  );
}
