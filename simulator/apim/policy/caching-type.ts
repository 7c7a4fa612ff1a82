import type { ElementReader } from "./element-reader.ts";

/**
 * Reads `caching-type`: which cache a policy uses.
 *
 * Differs from Azure: there is no external cache. `prefer-external` uses the internal one, as it does where none is configured, and
 * `external` is refused.
 *
 * @see https://learn.microsoft.com/azure/api-management/api-management-howto-cache-external
 */
export function readCachingType(reader: ElementReader): void {
  const type = reader.choice("caching-type", ["prefer-external", "external", "internal"]);
  if (type === "external")
    reader.refuse("The external cache is not simulated. Set caching-type to prefer-external or internal.");
}

/** The key of the internal cache for a value that a policy keeps. Responses are kept under keys of their own. */
export function valueKey(key: string): string {
  return `value ${key}`;
}
