import { type QuotaByKey, quotaByKey } from "../elements/quota-by-key.ts";
import { type RateLimitByKey, rateLimitByKey } from "../elements/rate-limit-by-key.ts";
import { type CallerClaim, callerKey } from "./caller.ts";

/** Settings of {@link limitPerCaller}. */
export interface LimitPerCallerArgs {
  /** Whether a client or a person is counted. Calls to public operations are counted by their IP address. */
  readonly by: CallerClaim;
  readonly calls: number;
  /** 1 to 300. */
  readonly renewalPeriodSeconds: number;
}

/**
 * `limitPerCaller({ by: "client", calls: 100, renewalPeriodSeconds: 60 })`: so many calls for each caller; further ones get 429 with
 * `Retry-After`. The tier Consumption has no such limit.
 *
 * Only a token that was checked tells callers apart. On a public operation every call counts by its IP address, whatever token it has.
 */
export function limitPerCaller({ by, calls, renewalPeriodSeconds }: LimitPerCallerArgs): RateLimitByKey {
  return rateLimitByKey({
    calls,
    renewalPeriodSeconds,
    counterKey: callerKey(by),
    remainingCallsHeaderName: "X-RateLimit-Remaining",
    totalCallsHeaderName: "X-RateLimit-Limit",
  });
}

/** `quotaPerCaller({ by: "client", calls: 10000, renewalPeriodSeconds: 86_400 })`: as {@link limitPerCaller} for long periods, with 403. */
export function quotaPerCaller({ by, calls, renewalPeriodSeconds }: LimitPerCallerArgs): QuotaByKey {
  return quotaByKey({ calls, renewalPeriodSeconds, counterKey: callerKey(by) });
}
