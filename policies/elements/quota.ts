import { assertQuota } from "../call-limit.ts";
import { makePolicy, type Policy, type PolicyArgs } from "../policy.ts";
import { type ApiLimit, apiLimits } from "../subscription-limit.ts";
import { assertSeconds, checked } from "../values.ts";
import type { Attributes } from "../xml.ts";

/** How much goes through in a period: calls, kilobytes, or both. */
export type QuotaAmount =
  | { readonly calls: number; readonly kilobytes?: number }
  | { readonly calls?: never; readonly kilobytes: number };

/** Settings of {@link quota}. */
export type QuotaArgs = PolicyArgs &
  QuotaAmount & {
    /** 0 is a period without end. */
    readonly renewalPeriodSeconds: number;
    /** Quotas of APIs and their operations, each besides the others. In the policy of a product. */
    readonly apis?: readonly ApiLimit<QuotaAmount>[];
  };

/**
 * `quota({ calls: 10000, renewalPeriodSeconds: 3600 })` → `<quota calls="10000" renewal-period="3600" />`: so many calls for each
 * subscription. A call without a subscription key is not counted: `quotaByKey` counts those. Azure takes it in a product's policies alone.
 *
 * @see https://learn.microsoft.com/azure/api-management/quota-policy
 */
export function quota(args: QuotaArgs): Policy<"inbound", "quota"> {
  return makePolicy({
    name: "quota",
    sections: ["inbound"],
    onlyOnce: true,
    attributes: {
      ...amounts(args),
      "renewal-period": checked(args.renewalPeriodSeconds, assertSeconds),
      id: args.id,
    },
    content: apiLimits(args.apis, amounts),
  });
}

function amounts({ calls, kilobytes }: QuotaAmount): Attributes {
  return { calls: checked(calls, assertQuota), bandwidth: checked(kilobytes, assertQuota) };
}
