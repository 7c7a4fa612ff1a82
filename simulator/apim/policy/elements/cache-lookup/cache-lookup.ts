import { readCachingType } from "../../caching-type.ts";
import { headerOf, type PendingResponse } from "../../exchange.ts";
import { anyText, oneOf, trueOrFalse } from "../../policy-value.ts";
import { copyOfResponse, rememberLookup, responseKey } from "../../state/cached-responses.ts";
import type { ElementDefinition } from "../../statement.ts";

/**
 * `cache-lookup`: answers a GET from the cache, and goes on after `cache-store` in `outbound`.
 *
 * Differs from Azure: `cache-lookup` does not tell developers and their groups apart: there is only the administrator.
 * Differs from Azure: `downstream-caching-type` and `must-revalidate` are read, and change no header of the answer.
 *
 * @see https://learn.microsoft.com/azure/api-management/cache-lookup-policy
 */
export const definition: ElementDefinition = {
  sections: ["inbound"],
  onlyOnce: true,
  parse: ({ reader }) => {
    const names = ["vary-by-developer", "vary-by-developer-groups"] as const;
    const read = [
      ...names.map((name) => reader.requiredValue(name, trueOrFalse)),
      reader.value("must-revalidate", trueOrFalse),
      reader.value("downstream-caching-type", oneOf(["none", "private", "public"])),
    ];
    const allowsPrivate = reader.value("allow-private-response-caching", trueOrFalse);
    const cache = readCachingType(reader);
    const vary = reader.anyNumber(["vary-by-header", "vary-by-query-parameter"]).map((child) => {
      const item = reader.of(child);
      item.done();
      return { kind: child.name, text: item.ownValue(anyText) };
    });
    reader.done();
    return {
      run: (exchange) => {
        for (const value of read) value?.(exchange);
        const texts = (kind: string) =>
          vary.filter((one) => one.kind === kind).flatMap(({ text }) => split(text?.(exchange) ?? ""));
        const { method, headers } = exchange.request;
        const isPrivate = headerOf(headers, "authorization") !== undefined;
        if (method !== "GET" || (isPrivate && !allowsPrivate?.(exchange))) return "next";
        const key = responseKey(exchange, {
          cache,
          headers: texts("vary-by-header"),
          query: texts("vary-by-query-parameter"),
        });
        const found = exchange.state.cache.get(key) as PendingResponse | undefined;
        if (found === undefined) {
          rememberLookup(exchange, { key });
          return "next";
        }
        exchange.response = copyOfResponse(found);
        exchange.isFromCache = true;
        return "respond";
      },
    };
  },
};

function split(text: string): readonly string[] {
  return text.split(";").flatMap((name) => name.trim() || []);
}
