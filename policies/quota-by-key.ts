import { assertCalls, assertKey } from "./call-limit.ts";
import type { Expression, Text } from "./expression.ts";
import { assertSeconds, checkLiteral, invalid } from "./values.ts";
import { element, type XmlElement } from "./xml.ts";

/** Settings of {@link quotaByKey}. */
export interface QuotaByKeyArgs {
  readonly calls: number;
  /** 0 is a period without end. */
  readonly renewalPeriodSeconds: number | Expression;
  /** By what the calls are counted. */
  readonly counterKey: Text;
  /** Which calls count. @defaultValue all */
  readonly incrementCondition?: Expression;
  /** How much a call counts. @defaultValue Azure's: 1 */
  readonly incrementCount?: number | Expression;
  /** When the first period begins, `2026-01-31T00:00:00Z`. @defaultValue Azure's: 0001-01-01T00:00:00Z */
  readonly firstPeriodStart?: string;
}

/** A `quota-by-key` statement. */
export interface QuotaByKey {
  readonly kind: "quota-by-key";
  readonly args: QuotaByKeyArgs;
}

/**
 * `quotaByKey({ calls: 10000, renewalPeriodSeconds: 86_400, counterKey: expression`context.Request.IpAddress` })` →
 * `<quota-by-key calls="10000" … />`: so many calls for each key; further ones get 403. The tier Consumption has none.
 *
 * @see https://learn.microsoft.com/azure/api-management/quota-by-key-policy
 */
export function quotaByKey(args: QuotaByKeyArgs): QuotaByKey {
  return { kind: "quota-by-key", args };
}

/** The element of {@link quotaByKey}. @throws {PolicyError} `INVALID_VALUE` for a number, key or time that Azure does not take. */
export function quotaByKeyElement({ args }: QuotaByKey, path: string): XmlElement {
  assertCalls(args.calls, `${path}/@calls`, 0);
  assertKey(args.counterKey, `${path}/@counter-key`);
  checkLiteral(args.firstPeriodStart, `${path}/@first-period-start`, (text, place) => {
    if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(text) || Number.isNaN(Date.parse(text)))
      throw invalid(place, `must be a time; got ${JSON.stringify(text)}. Write 2026-01-31T00:00:00Z`);
  });
  return element("quota-by-key", {
    calls: args.calls,
    "renewal-period": checkLiteral(args.renewalPeriodSeconds, `${path}/@renewal-period`, assertSeconds),
    "counter-key": args.counterKey,
    "increment-condition": args.incrementCondition,
    "increment-count": checkLiteral(args.incrementCount, `${path}/@increment-count`, (count, place) =>
      assertCalls(count, place, 0),
    ),
    "first-period-start": args.firstPeriodStart,
  });
}
