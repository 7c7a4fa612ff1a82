import { limitCalls, outOfCalls, quotaPeriod } from "../../call-limit.ts";
import type { ElementDefinition } from "../../statement.ts";
import { readSubscriptionLimits } from "../../subscription-limits.ts";

/**
 * `quota`: so many calls in each period for each subscription, from the time when the subscription was made. Without a subscription
 * key it does nothing.
 *
 * Assumed of Azure: saving a policy document again begins the counters of its `quota` anew.
 *
 * @see https://learn.microsoft.com/azure/api-management/quota-policy
 */
export const definition: ElementDefinition = {
  sections: ["inbound"],
  onlyOnce: true,
  parse: ({ reader }) => {
    const counted = Symbol("quota");
    const seconds = reader.integer("renewal-period", { from: 0, to: 2_147_483_647 });
    if (!reader.has("renewal-period"))
      reader.refuse("The required attribute 'renewal-period' is missing or empty.");
    const limits = readSubscriptionLimits(
      reader,
      (one) => {
        one.notSimulated("bandwidth");
        return one.integer("calls", { from: 0, to: 2_147_483_647 });
      },
      { operations: false },
    );
    if (limits.every(({ settings }) => settings === undefined))
      reader.refuse("At least one of 'calls' and 'bandwidth' must be present.");
    return {
      run: (exchange) => {
        const { subscription, state } = exchange;
        if (subscription === undefined) return "next";
        const own = state.numberOf(counted);
        for (const { settings: calls, name, applies } of limits) {
          if (calls === undefined || !applies(exchange)) continue;
          limitCalls(exchange, {
            key: `quota ${own} ${name} ${subscription.id} ${subscription.birth}`,
            calls,
            period: quotaPeriod(seconds ?? 0, Date.parse(subscription.createdDate)),
            outputs: {},
            refusal: (wait) => outOfCalls("quota", wait),
          });
        }
        return "next";
      },
    };
  },
};
