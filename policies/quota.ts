import { assertCalls } from "./call-limit.ts";
import { assertSeconds } from "./values.ts";
import { element, type XmlElement } from "./xml.ts";

/** Settings of {@link quota}. */
export interface QuotaArgs {
  readonly calls: number;
  /** 0 is a period without end. */
  readonly renewalPeriodSeconds: number;
}

/** A `quota` statement. */
export interface Quota {
  readonly kind: "quota";
  readonly args: QuotaArgs;
}

/**
 * `quota({ calls: 10000, renewalPeriodSeconds: 3600 })` → `<quota calls="10000" renewal-period="3600" />`: so many calls for each
 * subscription. A call without a subscription key is not counted: `quotaByKey` counts those.
 *
 * @see https://learn.microsoft.com/azure/api-management/quota-policy
 */
export function quota(args: QuotaArgs): Quota {
  return { kind: "quota", args };
}

/** The element of {@link quota}. @throws {PolicyError} `INVALID_VALUE` for a number that Azure does not take. */
export function quotaElement({ args }: Quota, path: string): XmlElement {
  assertCalls(args.calls, `${path}/@calls`, 0);
  return element("quota", {
    calls: args.calls,
    "renewal-period": assertSeconds(args.renewalPeriodSeconds, `${path}/@renewal-period`),
  });
}
