import { limitCalls, readCounterKey, readLimitOutputs, tooManyCalls } from "../../call-limit.ts";
import { integerFrom, trueOrFalse } from "../../policy-value.ts";
import type { ElementDefinition } from "../../statement.ts";

/**
 * `rate-limit-by-key`: so many calls in a sliding window for each key; one counter for a key at whatever scope it is counted.
 *
 * With an expression in `increment-condition` or `increment-count` a call counts once its answer is known, else before it.
 *
 * @see https://learn.microsoft.com/azure/api-management/rate-limit-by-key-policy
 */
export const definition: ElementDefinition = {
  sections: ["inbound"],
  parse: ({ reader }) => {
    const calls = reader.requiredValue("calls", integerFrom({ from: 0, to: 2_147_483_647 }));
    // "Maximum allowed value: 300 seconds", on the policy's page.
    const seconds = reader.requiredValue("renewal-period", integerFrom({ from: 1, to: 300 }));
    const key = readCounterKey(reader);
    const condition = reader.value("increment-condition", trueOrFalse);
    const amount = reader.value("increment-count", integerFrom({ from: 0, to: 2_147_483_647 }));
    const outputs = readLimitOutputs(reader);
    reader.notSimulated("increment-after-response", "flexible-retry-window");
    reader.sequence({});
    reader.done();
    return {
      run: (exchange) => {
        const limit = {
          key: `rate-limit-by-key ${key?.(exchange) ?? ""}`,
          calls: calls?.(exchange) ?? 0,
          period: { kind: "sliding", milliseconds: (seconds?.(exchange) ?? 0) * 1000 } as const,
          outputs,
          refusal: (wait: number) => tooManyCalls("rate-limit-by-key", wait),
        };
        limitCalls(exchange, limit, { condition, amount });
        return "next";
      },
    };
  },
};
