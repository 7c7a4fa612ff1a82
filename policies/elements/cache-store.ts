import type { Expression } from "../expression.ts";
import { makePolicy, type Policy, type PolicyArgs } from "../policy.ts";
import { assertSeconds, checked } from "../values.ts";

/** Settings of {@link cacheStore}. */
export interface CacheStoreArgs extends PolicyArgs {
  /** How long the answer is kept. */
  readonly durationSeconds: number | Expression;
  /** Whether this answer is kept. @defaultValue Azure's: one of 200 */
  readonly cacheResponse?: boolean | Expression;
}

/**
 * `cacheStore({ durationSeconds: 60 })` → `<cache-store duration="60" />`: keeps the answer for the requests that `cacheLookup` takes for
 * the same.
 *
 * @see https://learn.microsoft.com/azure/api-management/cache-store-policy
 */
export function cacheStore({
  durationSeconds,
  cacheResponse,
  id,
}: CacheStoreArgs): Policy<"outbound", "cache-store"> {
  return makePolicy({
    name: "cache-store",
    sections: ["outbound"],
    onlyOnce: true,
    attributes: { duration: checked(durationSeconds, assertSeconds), "cache-response": cacheResponse, id },
  });
}
