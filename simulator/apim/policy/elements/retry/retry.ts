import { setTimeout } from "node:timers/promises";
import { clientLeftFailure, type Exchange, type Flow } from "../../exchange.ts";
import { integerFrom, trueOrFalse } from "../../policy-value.ts";
import type { ElementDefinition, StatementSite } from "../../statement.ts";

const maxSeconds = 2_147_483;

/**
 * `retry`: runs its policies once, and again while its condition holds and there are retries left.
 *
 * Differs from Azure: `retry` waits by this machine's time, not by the clock of the local cloud, which does not go by itself.
 *
 * Assumed of Azure: a policy inside `retry` that fails ends the retry; only its condition starts another one.
 *
 * @see https://learn.microsoft.com/azure/api-management/retry-policy
 */
export const definition: ElementDefinition = {
  sections: ["inbound", "backend", "outbound", "on-error"],
  parse: ({ reader, statements }) => {
    const condition = reader.requiredValue("condition", trueOrFalse);
    const count = reader.requiredValue("count", integerFrom({ from: 1, to: 50 }));
    const waits = readWaits(reader);
    // "May contain any other policies as its child elements, except for wait policy", on the policy's page.
    if (reader.element.children.some(({ name }) => name === "wait"))
      reader.refuse("'retry' has invalid child element 'wait'.");
    const block = statements(reader);
    reader.done();
    return {
      blocks: [block],
      run: async (exchange): Promise<Flow> => {
        const most = count?.(exchange) ?? 0;
        for (let retry = 0; ; retry += 1) {
          if ((await block.run(exchange)) === "respond") return "respond";
          if (retry >= most || !condition?.(exchange)) return "next";
          const seconds = secondsBefore(retry + 1, waits(exchange), Math.random());
          if (seconds > 0) await pause(seconds * 1000, exchange.clientLeft());
        }
      },
    };
  },
};

/** @throws {PolicyFailure} as soon as the client leaves. */
async function pause(milliseconds: number, clientLeft: AbortSignal): Promise<void> {
  try {
    await setTimeout(milliseconds, undefined, { signal: clientLeft });
  } catch (error) {
    throw clientLeft.aborted ? clientLeftFailure("retry") : error;
  }
}

/** How long `retry` waits, in seconds. */
export interface RetryWaits {
  readonly interval: number;
  readonly maxInterval?: number | undefined;
  readonly delta?: number | undefined;
  readonly isFirstFast: boolean;
}

function readWaits(reader: StatementSite["reader"]): (exchange: Exchange) => RetryWaits {
  const interval = reader.requiredValue("interval", integerFrom({ from: 0, to: maxSeconds }));
  const maxInterval = reader.value("max-interval", integerFrom({ from: 1, to: maxSeconds }));
  const delta = reader.value("delta", integerFrom({ from: 1, to: maxSeconds }));
  const isFirstFast = reader.value("first-fast-retry", trueOrFalse);
  return (exchange) => ({
    interval: interval?.(exchange) ?? 0,
    maxInterval: maxInterval?.(exchange),
    delta: delta?.(exchange),
    isFirstFast: isFirstFast?.(exchange) ?? false,
  });
}

/**
 * Seconds before a retry, by the table of the policy's page: `interval` alone waits the same each time, with `delta` it grows by
 * that much, with `max-interval` too it grows exponentially up to there.
 *
 * @param retry From 1.
 * @param random From 0 to 1: where between 80 % and 120 % of `delta` the exponential growth lies.
 */
export function secondsBefore(
  retry: number,
  { interval, maxInterval, delta, isFirstFast }: RetryWaits,
  random: number,
): number {
  if (isFirstFast && retry === 1) return 0;
  if (delta === undefined) return interval;
  if (maxInterval === undefined) return interval + delta * (retry - 1);
  return Math.min(maxInterval, interval + (2 ** (retry - 1) - 1) * delta * (0.8 + 0.4 * random));
}
