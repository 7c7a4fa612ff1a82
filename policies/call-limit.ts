import type { PlainText } from "./policy.ts";
import { assertToken, checked, integerWithin, maxInt } from "./values.ts";
import type { Attributes } from "./xml.ts";

/** Where a rate limit tells the caller, and the policies after it, how much is left. */
export interface LimitOutputArgs {
  /** @defaultValue Azure's: Retry-After */
  readonly retryAfterHeaderName?: PlainText;
  readonly retryAfterVariableName?: PlainText;
  readonly remainingCallsHeaderName?: PlainText;
  readonly remainingCallsVariableName?: PlainText;
  readonly totalCallsHeaderName?: PlainText;
}

/** The attributes of {@link LimitOutputArgs}. */
export function limitOutputs(args: LimitOutputArgs): Attributes {
  return {
    "retry-after-header-name": checked(args.retryAfterHeaderName, assertToken),
    "retry-after-variable-name": args.retryAfterVariableName,
    "remaining-calls-header-name": checked(args.remainingCallsHeaderName, assertToken),
    "remaining-calls-variable-name": args.remainingCallsVariableName,
    "total-calls-header-name": checked(args.totalCallsHeaderName, assertToken),
  };
}

/** The rule of a rate limit's calls. */
export const assertCalls = integerWithin(1, maxInt, "Say how many calls are let in");

/** The rule of a quota's calls. */
export const assertQuota = integerWithin(0, maxInt, "Say how much is let through");

/** The rule of how much a call counts. */
export const assertIncrement = integerWithin(0, maxInt, "Say how much a call counts");

/** The rule of a rate limit's period. @see https://learn.microsoft.com/azure/api-management/rate-limit-policy */
export const assertRatePeriod = integerWithin(1, 300, "Use a quota for a longer period");

/** What to do in place of an empty key: all callers would be counted together. */
export const keyStep = "Say by what the calls are counted, or write one text for all of them";
