import { assertIncrement, assertQuota, keyStep } from "../call-limit.ts";
import type { Expression, Text } from "../expression.ts";
import { makePolicy, type PlainText, type Policy, type PolicyArgs } from "../policy.ts";
import { assertSeconds, checked, invalid, nonEmpty } from "../values.ts";
import type { QuotaAmount } from "./quota.ts";

/** Settings of {@link quotaByKey}. */
export type QuotaByKeyArgs = PolicyArgs &
  QuotaAmount & {
    /** 300 or more; 0 is a period without end. */
    readonly renewalPeriodSeconds: number;
    /** By what the calls are counted. */
    readonly counterKey: Text;
    /** Which calls count. @defaultValue all */
    readonly incrementCondition?: boolean | Expression;
    /** How much a call counts. @defaultValue Azure's: 1 */
    readonly incrementCount?: number | Expression;
    /** When the first period begins, `2026-01-31T00:00:00Z`. @defaultValue Azure's: 0001-01-01T00:00:00Z */
    readonly firstPeriodStart?: PlainText;
  };

/** A `quota-by-key` statement. */
export type QuotaByKey = Policy<"inbound", "quota-by-key">;

/**
 * `quotaByKey({ calls: 10000, renewalPeriodSeconds: 86_400, counterKey: expression`context.Request.IpAddress` })` →
 * `<quota-by-key calls="10000" … />`: so many calls for each key; further ones get 403. The tier Consumption has none.
 *
 * @see https://learn.microsoft.com/azure/api-management/quota-by-key-policy
 */
export function quotaByKey(args: QuotaByKeyArgs): QuotaByKey {
  return makePolicy({
    name: "quota-by-key",
    sections: ["inbound"],
    attributes: {
      calls: checked(args.calls, assertQuota),
      bandwidth: checked(args.kilobytes, assertQuota),
      "renewal-period": checked(args.renewalPeriodSeconds, assertPeriod),
      "counter-key": nonEmpty(args.counterKey, keyStep),
      "increment-condition": args.incrementCondition,
      "increment-count": checked(args.incrementCount, assertIncrement),
      "first-period-start": checked(args.firstPeriodStart, assertTime),
      id: args.id,
    },
  });
}

function assertTime(text: string, path: string): void {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(text) || Number.isNaN(Date.parse(text)))
    throw invalid(path, `must be a time; got ${JSON.stringify(text)}. Write 2026-01-31T00:00:00Z`);
}

// "Minimum period: 300 seconds", on the policy's page.
function assertPeriod(seconds: number, path: string): void {
  assertSeconds(seconds, path);
  if (seconds > 0 && seconds < 300)
    throw invalid(path, `must be 0, or 300 or more; got ${seconds}. Use a rate limit for a shorter period`);
}
