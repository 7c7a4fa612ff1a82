import {
  assertCalls,
  assertIncrement,
  assertRatePeriod,
  keyStep,
  type LimitOutputArgs,
  limitOutputs,
} from "../call-limit.ts";
import type { Expression, Text } from "../expression.ts";
import { makePolicy, type Policy, type PolicyArgs } from "../policy.ts";
import { checked, nonEmpty } from "../values.ts";

/** Settings of {@link rateLimitByKey}. */
export interface RateLimitByKeyArgs extends LimitOutputArgs, PolicyArgs {
  readonly calls: number | Expression;
  /** 1 to 300. */
  readonly renewalPeriodSeconds: number | Expression;
  /** By what the calls are counted. */
  readonly counterKey: Text;
  /** Which calls count. @defaultValue all */
  readonly incrementCondition?: boolean | Expression;
  /** How much a call counts. @defaultValue Azure's: 1 */
  readonly incrementCount?: number | Expression;
}

/** A `rate-limit-by-key` statement. */
export type RateLimitByKey = Policy<"inbound", "rate-limit-by-key">;

/**
 * `rateLimitByKey({ calls: 10, renewalPeriodSeconds: 60, counterKey: expression`context.Request.IpAddress` })` →
 * `<rate-limit-by-key calls="10" … />`: so many calls for each key; further ones get 429. The tier Consumption has none.
 *
 * @see https://learn.microsoft.com/azure/api-management/rate-limit-by-key-policy
 */
export function rateLimitByKey(args: RateLimitByKeyArgs): RateLimitByKey {
  return makePolicy({
    name: "rate-limit-by-key",
    sections: ["inbound"],
    attributes: {
      calls: checked(args.calls, assertCalls),
      "renewal-period": checked(args.renewalPeriodSeconds, assertRatePeriod),
      "counter-key": nonEmpty(args.counterKey, keyStep),
      "increment-condition": args.incrementCondition,
      "increment-count": checked(args.incrementCount, assertIncrement),
      ...limitOutputs(args),
      id: args.id,
    },
  });
}
