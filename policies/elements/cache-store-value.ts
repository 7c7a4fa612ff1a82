import type { CachingType } from "../caching-type.ts";
import type { Expression, Text } from "../expression.ts";
import { everySection, makePolicy, type Policy, type PolicyArgs, type PolicySection } from "../policy.ts";
import { assertSeconds, checked, nonEmpty } from "../values.ts";

/** Settings of {@link cacheStoreValue}. */
export interface CacheStoreValueArgs extends PolicyArgs {
  readonly key: Text;
  readonly value: Text;
  /** How long the value is kept. */
  readonly durationSeconds: number | Expression;
  /** @defaultValue Azure's: prefer-external */
  readonly cachingType?: CachingType;
}

/**
 * `cacheStoreValue({ key: "rates", value: expression`…`, durationSeconds: 60 })` → `<cache-store-value key="rates" … />`: keeps a value in
 * the cache for a time.
 *
 * @see https://learn.microsoft.com/azure/api-management/cache-store-value-policy
 */
export function cacheStoreValue(args: CacheStoreValueArgs): Policy<PolicySection, "cache-store-value"> {
  return makePolicy({
    name: "cache-store-value",
    sections: everySection,
    attributes: {
      key: nonEmpty(args.key, "Write the key of the value"),
      value: args.value,
      duration: checked(args.durationSeconds, assertSeconds),
      "caching-type": args.cachingType,
      id: args.id,
    },
  });
}
