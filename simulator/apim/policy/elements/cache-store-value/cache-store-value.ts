import { readCachingType, valueKey } from "../../caching-type.ts";
import { anyText, anyValue, integerFrom } from "../../policy-value.ts";
import { copyForAnother } from "../../state/kept-value.ts";
import type { ElementDefinition } from "../../statement.ts";

/**
 * `cache-store-value`: keeps a value in the cache for a time, for whichever request comes next.
 *
 * Differs from Azure: `cache-store-value` is done before the next statement runs; in Azure a lookup may come too early.
 *
 * Assumed of Azure: `cache-store-value` may stand several times in a section, as people write it, though its page says once.
 *
 * @see https://learn.microsoft.com/azure/api-management/cache-store-value-policy
 */
export const definition: ElementDefinition = {
  sections: ["inbound", "backend", "outbound", "on-error"],
  parse: ({ reader }) => {
    const key = reader.requiredValue("key", anyText);
    const value = reader.value("value", anyValue);
    if (!reader.has("value")) reader.refuse("The required attribute 'value' is missing.");
    const seconds = reader.requiredValue("duration", integerFrom({ from: 0, to: 2_147_483_647 }));
    const cache = readCachingType(reader);
    reader.sequence({});
    reader.done();
    return {
      run: (exchange) => {
        const milliseconds = (seconds?.(exchange) ?? 0) * 1000;
        // Nothing is kept for null: a lookup takes it for a miss.
        const kept = copyForAnother(value?.(exchange) ?? undefined, exchange);
        if (kept !== undefined)
          exchange.state.cache.set(valueKey(cache, key?.(exchange) ?? ""), kept, { milliseconds });
        return "next";
      },
    };
  },
};
