import { integerFrom, trueOrFalse } from "../../policy-value.ts";
import { copyOfResponse, rememberedLookup } from "../../state/cached-responses.ts";
import type { ElementDefinition } from "../../statement.ts";

/**
 * `cache-store`: keeps the answer for a time, under what `cache-lookup` of the same request looked for.
 *
 * @see https://learn.microsoft.com/azure/api-management/cache-store-policy
 */
export const definition: ElementDefinition = {
  sections: ["outbound"],
  onlyOnce: true,
  parse: ({ reader }) => {
    const seconds = reader.requiredValue("duration", integerFrom({ from: 0, to: 2_147_483_647 }));
    const stores = reader.value("cache-response", trueOrFalse);
    reader.notSimulated("caching-mode");
    reader.needBodies({ requestBody: false, responseBody: true });
    reader.sequence({});
    reader.done();
    return {
      run: (exchange) => {
        const { response, state } = exchange;
        const milliseconds = (seconds?.(exchange) ?? 0) * 1000;
        const lookup = rememberedLookup(exchange);
        const isStored = stores === undefined ? response?.statusCode === 200 : stores(exchange);
        if (lookup !== undefined && response !== undefined && isStored)
          state.cache.set(lookup.key, copyOfResponse(response), { milliseconds });
        return "next";
      },
    };
  },
};
