import type { CachingType } from "../caching-type.ts";
import type { Expression, Text } from "../expression.ts";
import { everySection, makePolicy, type Policy, type PolicyArgs, type PolicySection } from "../policy.ts";
import { nonEmpty } from "../values.ts";

/** Settings of {@link cacheRemoveValue}. */
export interface CacheRemoveValueArgs extends PolicyArgs {
  readonly key: Text;
  /** @defaultValue Azure's: prefer-external */
  readonly cachingType?: CachingType;
  /** Whether the request fails when the value cannot be removed. @defaultValue Azure's: false */
  readonly failOnCacheRemovalError?: boolean | Expression;
}

/**
 * `cacheRemoveValue({ key: "rates" })` → `<cache-remove-value key="rates" />`: takes a value out of the cache.
 *
 * @see https://learn.microsoft.com/azure/api-management/cache-remove-value-policy
 */
export function cacheRemoveValue(args: CacheRemoveValueArgs): Policy<PolicySection, "cache-remove-value"> {
  return makePolicy({
    name: "cache-remove-value",
    sections: everySection,
    attributes: {
      key: nonEmpty(args.key, "Write the key of the value"),
      "caching-type": args.cachingType,
      "fail-on-cache-removal-error": args.failOnCacheRemovalError,
      id: args.id,
    },
  });
}
