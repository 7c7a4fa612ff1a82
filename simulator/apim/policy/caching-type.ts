import type { ElementReader } from "./element-reader.ts";

/** The cache that a policy uses. */
export type CacheName = "internal" | "external";

/**
 * Reads `caching-type`: which cache a policy uses.
 *
 * Differs from Azure: the external cache is a second one of the gateway's own, and always there. `prefer-external` uses the internal
 * one, as it does where no external one is configured.
 *
 * @see https://learn.microsoft.com/azure/api-management/api-management-howto-cache-external
 */
export function readCachingType(reader: ElementReader): CacheName {
  const type = reader.choice("caching-type", ["prefer-external", "external", "internal"]);
  return type === "external" ? "external" : "internal";
}

/** The key of a cache for a value that a policy keeps. Responses are kept under keys of their own. */
export function valueKey(cache: CacheName, key: string): string {
  return `${cache} value ${key}`;
}
