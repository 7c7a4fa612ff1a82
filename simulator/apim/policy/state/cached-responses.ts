import type { CacheName } from "../caching-type.ts";
import { type Exchange, type PendingResponse, type PolicyRequest, requestHeaderOf } from "../exchange.ts";

/** What `cache-lookup` left for `cache-store` of the same request. */
export interface CacheLookup {
  /** Under which the answer is kept. */
  readonly key: string;
}

const lookups = new WeakMap<PolicyRequest, CacheLookup>();

/** Remembers that `cache-lookup` found nothing. */
export function rememberLookup(exchange: Exchange, lookup: CacheLookup): void {
  lookups.set(exchange.request, lookup);
}

/** What `cache-lookup` looked for; `undefined` where the request's answer is not to be cached. */
export function rememberedLookup(exchange: Exchange): CacheLookup | undefined {
  return lookups.get(exchange.request);
}

/** An answer whose parts belong to one request alone. */
export function copyOfResponse({ headers, ...rest }: PendingResponse): PendingResponse {
  return { ...rest, headers: [...headers] };
}

/**
 * The key of a cache for an answer. Values that policies keep have keys of their own.
 *
 * The trace of a hit names the key: it holds the address that the backend would be asked for, and what the answer varies by.
 *
 * "If none are specified, all query parameters are used", said the page on caching policies before it had a page for each.
 */
export function responseKey(
  exchange: Exchange,
  vary: {
    readonly cache: CacheName;
    readonly headers: readonly string[];
    readonly query: readonly string[];
  },
): string {
  const { request, api, operation, product, backendUrl } = exchange;
  const [path = "", ...rest] = request.backendTarget.split("?");
  const query = new URLSearchParams(rest.join("?"));
  const parts = [
    [api?.id, operation?.id, product?.id, backendUrl(), path],
    vary.headers.map((name) => requestHeaderOf(exchange, name) ?? ""),
    vary.query.length === 0 ? query.toString() : vary.query.map((name) => query.getAll(name)),
  ];
  return `${vary.cache} response ${JSON.stringify(parts)}`;
}
