import { assertCalls, assertRatePeriod, type LimitOutputArgs, limitOutputs } from "../call-limit.ts";
import { makePolicy, type Policy, type PolicyArgs } from "../policy.ts";
import { type ApiLimit, apiLimits, type OperationLimit, operationLimits } from "../subscription-limit.ts";
import { checked } from "../values.ts";
import type { Attributes } from "../xml.ts";

/** How many calls, and in which time. */
export interface RateLimitAmount {
  readonly calls: number;
  /** 1 to 300. */
  readonly renewalPeriodSeconds: number;
}

/** Settings of {@link rateLimit}. */
export interface RateLimitArgs extends RateLimitAmount, LimitOutputArgs, PolicyArgs {
  /** Limits of APIs and their operations, each besides the others. In the policy of a product. */
  readonly apis?: readonly ApiLimit<RateLimitAmount>[];
  /** Limits of operations. In the policy of an API. */
  readonly operations?: readonly OperationLimit<RateLimitAmount>[];
}

/**
 * `rateLimit({ calls: 20, renewalPeriodSeconds: 90 })` → `<rate-limit calls="20" renewal-period="90" />`: so many calls for each
 * subscription. A call without a subscription key is not counted: `rateLimitByKey` counts those.
 *
 * @see https://learn.microsoft.com/azure/api-management/rate-limit-policy
 */
export function rateLimit(args: RateLimitArgs): Policy<"inbound", "rate-limit"> {
  return makePolicy({
    name: "rate-limit",
    sections: ["inbound"],
    onlyOnce: true,
    attributes: { ...amounts(args), ...limitOutputs(args), id: args.id },
    content: [...apiLimits(args.apis, amounts), ...operationLimits(args.operations, amounts)],
  });
}

function amounts({ calls, renewalPeriodSeconds }: RateLimitAmount): Attributes {
  return {
    calls: checked(calls, assertCalls),
    "renewal-period": checked(renewalPeriodSeconds, assertRatePeriod),
  };
}
