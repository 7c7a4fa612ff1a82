import { assertCalls, assertRatePeriod, type LimitOutputArgs, limitOutputs } from "./call-limit.ts";
import { element, type XmlElement } from "./xml.ts";

/** Settings of {@link rateLimit}. */
export interface RateLimitArgs extends LimitOutputArgs {
  readonly calls: number;
  /** 1 to 300. */
  readonly renewalPeriodSeconds: number;
}

/** A `rate-limit` statement. */
export interface RateLimit {
  readonly kind: "rate-limit";
  readonly args: RateLimitArgs;
}

/**
 * `rateLimit({ calls: 20, renewalPeriodSeconds: 90 })` → `<rate-limit calls="20" renewal-period="90" />`: so many calls for each
 * subscription. A call without a subscription key is not counted: `rateLimitByKey` counts those.
 *
 * @see https://learn.microsoft.com/azure/api-management/rate-limit-policy
 */
export function rateLimit(args: RateLimitArgs): RateLimit {
  return { kind: "rate-limit", args };
}

/** The element of {@link rateLimit}. @throws {PolicyError} `INVALID_VALUE` for a number or header that Azure does not take. */
export function rateLimitElement({ args }: RateLimit, path: string): XmlElement {
  assertCalls(args.calls, `${path}/@calls`);
  assertRatePeriod(args.renewalPeriodSeconds, `${path}/@renewal-period`);
  return element("rate-limit", {
    calls: args.calls,
    "renewal-period": args.renewalPeriodSeconds,
    ...limitOutputs(args, path),
  });
}
