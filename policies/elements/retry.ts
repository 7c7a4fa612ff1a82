import type { Expression } from "../expression.ts";
import {
  everySection,
  makePolicy,
  nested,
  type Policy,
  type PolicyArgs,
  type SectionsOf,
} from "../policy.ts";
import { assertSeconds, checked, integerWithin, maxInt } from "../values.ts";

/** Settings of {@link retry}. */
export interface RetryArgs<P extends Policy> extends PolicyArgs {
  /** Whether the policies run again; asked each time after they ran. */
  readonly condition: boolean | Expression;
  /** How often they run again at most, 1 to 50. */
  readonly count: number | Expression;
  /** Seconds before they run again. */
  readonly intervalSeconds: number | Expression;
  /** Where the growth ends, when the wait doubles each time; needs `deltaSeconds`. */
  readonly maxIntervalSeconds?: number | Expression;
  /** By how much the wait grows each time. */
  readonly deltaSeconds?: number | Expression;
  /** Whether the first time comes at once. @defaultValue Azure's: false */
  readonly firstFastRetry?: boolean | Expression;
  /** Any policies but `wait`. */
  readonly statements: readonly P[];
}

/**
 * `retry({ condition: expression`context.Response.StatusCode == 500`, count: 3, intervalSeconds: 1, statements: [forwardRequest()] })` →
 * `<retry condition="@(…)" count="3" interval="1"><forward-request /></retry>`: runs policies, and again while the condition holds. It may
 * stand where all of them may.
 *
 * @see https://learn.microsoft.com/azure/api-management/retry-policy
 */
export function retry<P extends Policy>(args: RetryArgs<P>): Policy<SectionsOf<P>, "retry"> {
  return makePolicy({
    name: "retry",
    sections: everySection,
    attributes: {
      condition: args.condition,
      count: checked(args.count, integerWithin(1, 50, "Say how often the policies run again")),
      interval: checked(args.intervalSeconds, assertSeconds),
      "max-interval": checked(args.maxIntervalSeconds, assertGrowth),
      delta: checked(args.deltaSeconds, assertGrowth),
      "first-fast-retry": args.firstFastRetry,
      id: args.id,
    },
    content: nested(args.statements, "retry"),
  });
}

const assertGrowth = integerWithin(1, maxInt, "Give whole seconds");
