import { ManagementError } from "./api-error.ts";
import type { ManagementCall, ManagementReply } from "./endpoint.ts";

interface PageOptions<Item> {
  readonly origin: string;
  /** How many there are in a page when the call does not say. `undefined`: all, and without a Link header. */
  readonly limit?: number;
  readonly max?: number;
  /** What `after` names. */
  readonly cursorOf: (item: Item) => string;
  readonly json: (item: Item) => unknown;
}

/**
 * A part of a list, with Okta's `Link` header: this page, and the next one where there is one. `after` names the last one that the
 * client has.
 *
 * @throws {ManagementError} `E0000001` when `limit` is no number.
 * @see https://developer.okta.com/docs/api/#pagination
 */
export function page<Item>(
  { query, target }: ManagementCall,
  items: readonly Item[],
  { origin, limit, max = 200, cursorOf, json }: PageOptions<Item>,
): ManagementReply {
  const size = limitOf(query.get("limit"), limit, max);
  const after = query.get("after");
  const start = after === null ? 0 : items.findIndex((item) => cursorOf(item) === after) + 1;
  const shown = items.slice(start, size === undefined ? undefined : start + size);
  const body = shown.map(json);
  if (size === undefined) return { status: 200, body };
  const self = new URL(target, origin);
  if (!query.has("limit")) self.searchParams.set("limit", String(size));
  const links = [`<${self.href}>; rel="self"`];
  const last = shown.at(-1);
  if (last !== undefined && start + shown.length < items.length) {
    const next = new URL(self);
    next.searchParams.set("after", cursorOf(last));
    links.push(`<${next.href}>; rel="next"`);
  }
  return { status: 200, body, links };
}

function limitOf(sent: string | null, byDefault: number | undefined, max: number): number | undefined {
  if (sent === null) return byDefault;
  if (!/^\d+$/.test(sent) || Number(sent) === 0)
    throw new ManagementError("E0000001", {
      detail: "limit",
      causes: ["limit: The limit must be a number of 1 or more"],
    });
  return Math.min(Number(sent), max);
}

/** Whether a name begins with what `q` says, in any letter case; everything does without a `q`. */
export function matchesQuery({ query }: ManagementCall, ...names: readonly string[]): boolean {
  const beginning = query.get("q")?.toLowerCase() ?? "";
  return names.some((name) => name.toLowerCase().startsWith(beginning));
}
