import { limitBandwidth } from "../../bandwidth-limit.ts";
import { limitCalls, outOfQuota, quotaPeriod, readCounterKey } from "../../call-limit.ts";
import { integerFrom, trueOrFalse, type ValueKind } from "../../policy-value.ts";
import type { ElementDefinition } from "../../statement.ts";

/**
 * `quota-by-key`: so many calls or kilobytes in each period for each key; one counter for a key at whatever scope it is counted.
 *
 * With an expression in `increment-condition` or `increment-count` a call counts once its answer is known, else before it.
 *
 * @see https://learn.microsoft.com/azure/api-management/quota-by-key-policy
 */
export const definition: ElementDefinition = {
  sections: ["inbound"],
  parse: ({ reader }) => {
    const calls = reader.integer("calls", { from: 0, to: 2_147_483_647 });
    const kilobytes = reader.integer("bandwidth", { from: 0, to: Number.MAX_SAFE_INTEGER });
    if (kilobytes !== undefined) reader.needBodies({ requestBody: true, responseBody: false });
    if (!reader.has("calls") && !reader.has("bandwidth"))
      reader.refuse("Either 'calls' or 'bandwidth' must be present.");
    const seconds = reader.requiredValue("renewal-period", periodSeconds);
    const start = readStart(reader.text("first-period-start"), (problem) => reader.refuse(problem));
    const key = readCounterKey(reader);
    const condition = reader.value("increment-condition", trueOrFalse);
    const amount = reader.value("increment-count", integerFrom({ from: 0, to: 2_147_483_647 }));
    reader.sequence({});
    reader.done();
    return {
      run: (exchange) => {
        const counter = `quota-by-key ${key?.(exchange) ?? ""}`;
        const period = quotaPeriod(seconds?.(exchange) ?? 0, start);
        if (calls !== undefined) {
          const refusal = (wait: number) => outOfQuota("quota-by-key", "call volume", wait);
          // "It is incremented only once per request", on the policy's page.
          const limit = { key: counter, calls, period, outputs: {}, countsOnce: true, refusal };
          limitCalls(exchange, limit, { condition, amount });
        }
        if (kilobytes !== undefined) {
          const refusal = (wait: number) => outOfQuota("quota-by-key", "bandwidth", wait);
          limitBandwidth(exchange, { key: `${counter} bytes`, kilobytes, period, refusal }, condition);
        }
        return "next";
      },
    };
  },
};

const anySeconds = integerFrom({ from: 0, to: 2_147_483_647 });

/** 0 is a period without end. @see https://github.com/MicrosoftDocs/azure-docs/issues/119835 : the shortest other one */
const periodSeconds: ValueKind<number> = {
  must: "0, or an integer from 300 to 2147483647",
  read: (text) => {
    const seconds = anySeconds.read(text);
    return seconds === undefined || (seconds > 0 && seconds < 300) ? undefined : seconds;
  },
};

/** Milliseconds since 1970 of `yyyy-MM-ddTHH:mm:ssZ`; the page's default without one. */
function readStart(text: string | undefined, refuse: (problem: string) => void): number {
  const start = Date.parse(text ?? "0001-01-01T00:00:00Z");
  if (!Number.isNaN(start)) return start;
  refuse(`The attribute 'first-period-start' must be a time such as 2026-01-31T00:00:00Z; got "${text}".`);
  return 0;
}
