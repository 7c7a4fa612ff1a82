import type { Text } from "../expression.ts";
import {
  everySection,
  makePolicy,
  nested,
  type Policy,
  type PolicyArgs,
  type SectionsOf,
} from "../policy.ts";
import { checked, integerWithin, maxInt, nonEmpty } from "../values.ts";

/** Settings of {@link limitConcurrency}. */
export interface LimitConcurrencyArgs<P extends Policy> extends PolicyArgs {
  /** By what the requests are counted. */
  readonly key: Text;
  /** How many are let in at a time. */
  readonly maxCount: number;
  readonly statements: readonly P[];
}

/**
 * `limitConcurrency({ key: "orders", maxCount: 3, statements: [forwardRequest()] })` →
 * `<limit-concurrency key="orders" max-count="3"><forward-request /></limit-concurrency>`: lets so many requests with one key into its
 * policies at a time; further ones get 429. It may stand where all of them may.
 *
 * @see https://learn.microsoft.com/azure/api-management/limit-concurrency-policy
 */
export function limitConcurrency<P extends Policy>({
  key,
  maxCount,
  statements,
  id,
}: LimitConcurrencyArgs<P>): Policy<SectionsOf<P>, "limit-concurrency"> {
  return makePolicy({
    name: "limit-concurrency",
    sections: everySection,
    attributes: {
      key: nonEmpty(key, "Say by what the requests are counted"),
      "max-count": checked(maxCount, integerWithin(1, maxInt, "Say how many are let in at a time")),
      id,
    },
    content: nested(statements, "limit-concurrency"),
  });
}
