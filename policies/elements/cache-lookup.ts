import type { CachingType } from "../caching-type.ts";
import type { Expression, Text } from "../expression.ts";
import { makePolicy, type Policy, type PolicyArgs } from "../policy.ts";
import { assertToken, checked, nonEmpty } from "../values.ts";
import { element } from "../xml.ts";

/** Settings of {@link cacheLookup}. */
export interface CacheLookupArgs extends PolicyArgs {
  /** Whether each developer has answers of his own. */
  readonly varyByDeveloper: boolean | Expression;
  /** Whether each group of developers has. */
  readonly varyByDeveloperGroups: boolean | Expression;
  /** @defaultValue Azure's: prefer-external */
  readonly cachingType?: CachingType;
  /** Whether caches behind the gateway may keep the answer. @defaultValue Azure's: none */
  readonly downstreamCachingType?: "none" | "private" | "public" | Expression;
  /** @defaultValue Azure's: true */
  readonly mustRevalidate?: boolean | Expression;
  /** Whether answers to requests with an `Authorization` header are kept. @defaultValue Azure's: false */
  readonly allowPrivateResponseCaching?: boolean | Expression;
  /** Headers of the request whose values have answers of their own. */
  readonly varyByHeaders?: readonly Text[];
  /** Parameters of the query whose values have answers of their own. */
  readonly varyByQueryParameters?: readonly Text[];
}

/**
 * `cacheLookup({ varyByDeveloper: false, varyByDeveloperGroups: false, varyByQueryParameters: ["version"] })` →
 * `<cache-lookup vary-by-developer="false" …>…</cache-lookup>`: answers a GET from the cache, where `cacheStore` has kept the answer.
 *
 * @see https://learn.microsoft.com/azure/api-management/cache-lookup-policy
 */
export function cacheLookup(args: CacheLookupArgs): Policy<"inbound", "cache-lookup"> {
  return makePolicy({
    name: "cache-lookup",
    sections: ["inbound"],
    onlyOnce: true,
    attributes: {
      "vary-by-developer": args.varyByDeveloper,
      "vary-by-developer-groups": args.varyByDeveloperGroups,
      "caching-type": args.cachingType,
      "downstream-caching-type": args.downstreamCachingType,
      "must-revalidate": args.mustRevalidate,
      "allow-private-response-caching": args.allowPrivateResponseCaching,
      id: args.id,
    },
    content: [
      ...(args.varyByHeaders ?? []).map((name) => element("vary-by-header", {}, checked(name, assertToken))),
      ...(args.varyByQueryParameters ?? []).map((name) =>
        element("vary-by-query-parameter", {}, nonEmpty(name, "Name the query parameter")),
      ),
    ],
  });
}
