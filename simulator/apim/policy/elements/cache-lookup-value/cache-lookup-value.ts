import { readCachingType, valueKey } from "../../caching-type.ts";
import { anyText, anyValue } from "../../policy-value.ts";
import { copyForAnother } from "../../state/kept-value.ts";
import type { ElementDefinition } from "../../statement.ts";

/**
 * `cache-lookup-value`: puts a value of the cache into a variable.
 *
 * Assumed of Azure: `cache-lookup-value` that finds nothing and has no default leaves the variable as it is. The page says both that
 * and that it becomes null; Microsoft's own sample asks `ContainsKey` afterwards.
 *
 * @see https://learn.microsoft.com/azure/api-management/cache-lookup-value-policy
 * @see https://learn.microsoft.com/azure/api-management/api-management-sample-cache-by-key
 */
export const definition: ElementDefinition = {
  sections: ["inbound", "backend", "outbound", "on-error"],
  parse: ({ reader }) => {
    const key = reader.requiredValue("key", anyText);
    const variable = reader.requiredText("variable-name");
    const otherwise = reader.value("default-value", anyValue);
    const cache = readCachingType(reader);
    reader.sequence({});
    reader.done();
    return {
      run: (exchange) => {
        const found = exchange.state.cache.get(valueKey(cache, key?.(exchange) ?? ""));
        if (found !== undefined) exchange.variables.set(variable, copyForAnother(found, exchange));
        else if (otherwise !== undefined) exchange.variables.set(variable, otherwise(exchange));
        return "next";
      },
    };
  },
};
