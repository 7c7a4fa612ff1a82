import { readCachingType, valueKey } from "../../caching-type.ts";
import { anyText } from "../../policy-value.ts";
import type { ElementDefinition } from "../../statement.ts";

/**
 * `cache-remove-value`: takes a value out of the cache.
 *
 * @see https://learn.microsoft.com/azure/api-management/cache-remove-value-policy
 */
export const definition: ElementDefinition = {
  sections: ["inbound", "backend", "outbound", "on-error"],
  parse: ({ reader }) => {
    const key = reader.requiredValue("key", anyText);
    const cache = readCachingType(reader);
    reader.sequence({});
    reader.done();
    return {
      run: (exchange) => {
        exchange.state.cache.delete(valueKey(cache, key?.(exchange) ?? ""));
        return "next";
      },
    };
  },
};
