/**
 * Which cache is used: the instance's own, one beside it, or that where there is one.
 *
 * @see https://learn.microsoft.com/azure/api-management/api-management-howto-cache-external
 */
export type CachingType = "prefer-external" | "external" | "internal";
