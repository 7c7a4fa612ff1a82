import { limitCalls, readLimitOutputs, tooManyCalls } from "../../call-limit.ts";
import type { ElementDefinition } from "../../statement.ts";
import { readSubscriptionLimits } from "../../subscription-limits.ts";

/**
 * `rate-limit`: so many calls in a sliding window for each subscription. Without a subscription key it does nothing.
 *
 * Assumed of Azure: saving a policy document again begins the counters of its `rate-limit` anew.
 *
 * @see https://learn.microsoft.com/azure/api-management/rate-limit-policy
 */
export const definition: ElementDefinition = {
  sections: ["inbound"],
  scopes: ["product", "api", "operation"],
  onlyOnce: true,
  parse: ({ reader }) => {
    const counted = Symbol("rate-limit");
    const limits = readSubscriptionLimits(
      reader,
      (one) => {
        const calls = one.integer("calls", { from: 0, to: 2_147_483_647 });
        // "Maximum allowed value: 300 seconds", on the policy's page.
        const seconds = one.integer("renewal-period", { from: 1, to: 300 });
        for (const name of ["calls", "renewal-period"])
          if (!one.has(name)) one.refuse(`The required attribute '${name}' is missing or empty.`);
        return { calls: calls ?? 0, seconds: seconds ?? 0, outputs: readLimitOutputs(one) };
      },
      { operations: true },
    );
    return {
      run: (exchange) => {
        const { subscription, state } = exchange;
        if (subscription === undefined) return "next";
        const own = state.numberOf(counted);
        for (const { settings, name, applies } of limits) {
          if (!applies(exchange)) continue;
          limitCalls(exchange, {
            key: `rate-limit ${own} ${name} ${subscription.id} ${subscription.birth}`,
            calls: settings.calls,
            period: { kind: "sliding", milliseconds: settings.seconds * 1000 },
            outputs: settings.outputs,
            refusal: (wait) => tooManyCalls("rate-limit", wait),
          });
        }
        return "next";
      },
    };
  },
};
