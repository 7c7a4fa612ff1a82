import { readCachingType, valueKey } from "../../caching-type.ts";
import { anyText, trueOrFalse } from "../../policy-value.ts";
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
    // Here a value can always be removed; an expression that fails must fail either way.
    const fails = reader.value("fail-on-cache-removal-error", trueOrFalse);
    reader.sequence({});
    reader.done();
    return {
      run: (exchange) => {
        fails?.(exchange);
        exchange.state.cache.delete(valueKey(cache, key?.(exchange) ?? ""));
        return "next";
      },
    };
  },
};
