import {
  assertCalls,
  assertKey,
  assertRatePeriod,
  type LimitOutputArgs,
  limitOutputs,
} from "./call-limit.ts";
import type { Expression, Text } from "./expression.ts";
import { checkLiteral } from "./values.ts";
import { element, type XmlElement } from "./xml.ts";

/** Settings of {@link rateLimitByKey}. */
export interface RateLimitByKeyArgs extends LimitOutputArgs {
  readonly calls: number | Expression;
  /** 1 to 300. */
  readonly renewalPeriodSeconds: number | Expression;
  /** By what the calls are counted. */
  readonly counterKey: Text;
  /** Which calls count. @defaultValue all */
  readonly incrementCondition?: Expression;
  /** How much a call counts. @defaultValue Azure's: 1 */
  readonly incrementCount?: number | Expression;
}

/** A `rate-limit-by-key` statement. */
export interface RateLimitByKey {
  readonly kind: "rate-limit-by-key";
  readonly args: RateLimitByKeyArgs;
}

/**
 * `rateLimitByKey({ calls: 10, renewalPeriodSeconds: 60, counterKey: expression`context.Request.IpAddress` })` →
 * `<rate-limit-by-key calls="10" … />`: so many calls for each key; further ones get 429. The tier Consumption has none.
 *
 * @see https://learn.microsoft.com/azure/api-management/rate-limit-by-key-policy
 */
export function rateLimitByKey(args: RateLimitByKeyArgs): RateLimitByKey {
  return { kind: "rate-limit-by-key", args };
}

/** The element of {@link rateLimitByKey}. @throws {PolicyError} `INVALID_VALUE` for a number, key or header that Azure does not take. */
export function rateLimitByKeyElement({ args }: RateLimitByKey, path: string): XmlElement {
  assertKey(args.counterKey, `${path}/@counter-key`);
  return element("rate-limit-by-key", {
    calls: checkLiteral(args.calls, `${path}/@calls`, (calls, place) => assertCalls(calls, place)),
    "renewal-period": checkLiteral(args.renewalPeriodSeconds, `${path}/@renewal-period`, assertRatePeriod),
    "counter-key": args.counterKey,
    "increment-condition": args.incrementCondition,
    "increment-count": checkLiteral(args.incrementCount, `${path}/@increment-count`, (count, place) =>
      assertCalls(count, place, 0),
    ),
    ...limitOutputs(args, path),
  });
}
