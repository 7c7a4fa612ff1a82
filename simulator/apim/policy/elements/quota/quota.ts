import { limitBandwidth } from "../../bandwidth-limit.ts";
import { limitCalls, outOfQuota, quotaPeriod } from "../../call-limit.ts";
import type { ElementDefinition } from "../../statement.ts";
import { readSubscriptionLimits } from "../../subscription-limits.ts";

/**
 * `quota`: so many calls or kilobytes in each period for each subscription, from the time when the subscription was made. Without a subscription
 * key it does nothing.
 *
 * Assumed of Azure: saving a policy document again begins the counters of its `quota` anew.
 *
 * @see https://learn.microsoft.com/azure/api-management/quota-policy
 */
export const definition: ElementDefinition = {
  sections: ["inbound"],
  scopes: ["product"],
  onlyOnce: true,
  parse: ({ reader }) => {
    const counted = Symbol("quota");
    const seconds = reader.integer("renewal-period", { from: 0, to: 2_147_483_647 });
    if (!reader.has("renewal-period"))
      reader.refuse("The required attribute 'renewal-period' is missing or empty.");
    // A period of an API's or operation's own is on the page, and Azure does not take it: https://github.com/MicrosoftDocs/azure-docs/issues/15164
    const limits = readSubscriptionLimits(
      reader,
      (one) => ({
        calls: one.integer("calls", { from: 0, to: 2_147_483_647 }),
        kilobytes: one.integer("bandwidth", { from: 0, to: Number.MAX_SAFE_INTEGER }),
      }),
      { operations: false },
    );
    const countsBytes = limits.some(({ settings }) => settings.kilobytes !== undefined);
    if (countsBytes) reader.needBodies({ requestBody: true, responseBody: false });
    else if (limits.every(({ settings }) => settings.calls === undefined))
      reader.refuse("At least one of 'calls' and 'bandwidth' must be present.");
    return {
      run: (exchange) => {
        const { subscription, state } = exchange;
        if (subscription === undefined) return "next";
        const own = state.numberOf(counted);
        for (const { settings, name, applies } of limits) {
          if (!applies(exchange)) continue;
          const key = `quota ${own} ${name} ${subscription.id} ${subscription.birth}`;
          const period = quotaPeriod(seconds ?? 0, Date.parse(subscription.createdDate));
          const { calls, kilobytes } = settings;
          if (calls !== undefined) {
            const refusal = (wait: number) => outOfQuota("quota", "call volume", wait);
            limitCalls(exchange, { key, calls, period, outputs: {}, refusal });
          }
          if (kilobytes !== undefined) {
            const refusal = (wait: number) => outOfQuota("quota", "bandwidth", wait);
            limitBandwidth(exchange, { key: `${key} bytes`, kilobytes, period, refusal }, undefined);
          }
        }
        return "next";
      },
    };
  },
};
