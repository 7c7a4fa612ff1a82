import { isOfOneMessage } from "../../arrived-headers.ts";
import { headerOf, type RawHeaders, withoutHeader } from "../../exchange.ts";
import { type NamedChange, readNamedChange } from "../../exists-action.ts";
import { assertHeader } from "../../header-text.ts";
import type { ElementDefinition } from "../../statement.ts";

/**
 * `set-header`: changes the headers of the request in `inbound` and `backend`, of the response in `outbound` and `on-error`.
 *
 * Assumed of Azure: `set-header` without a value takes the header away where it overrides it.
 * Assumed of Azure: `set-header` for a header of the message's framing or of one connection is saved, and changes nothing.
 *
 * @see https://learn.microsoft.com/azure/api-management/set-header-policy
 */
export const definition: ElementDefinition = {
  sections: ["inbound", "backend", "outbound", "on-error"],
  change: ({ reader, message: kind }) => {
    const change = readNamedChange(reader, "header");
    return (message, exchange) => {
      const { name, action, values } = change.of(exchange);
      const lower = name.toLowerCase();
      assertHeader(exchange, name, values);
      // https://learn.microsoft.com/azure/api-management/set-header-policy#usage-notes
      const isKept =
        isOfOneMessage(lower) || (kind === "response" && action === "delete" && lower === "server");
      // The client's own Host is there, though it is not sent on by itself.
      const isSkipped = action === "skip" && lower === "host" && message === exchange.request;
      if (!isKept && !isSkipped) message.headers = changed(message.headers, { name, action, values });
    };
  },
};

function changed(headers: RawHeaders, { name, action, values }: NamedChange): RawHeaders {
  const present = headerOf(headers, name);
  if (action === "skip" && present !== undefined) return headers;
  const others = withoutHeader(headers, name);
  if (action === "delete") return others;
  const lines = areSeparate.has(name.toLowerCase()) || values.length === 0 ? values : [values.join(",")];
  if (action !== "append" || present === undefined)
    return [...others, ...lines.flatMap((line) => [name, line])];
  if (areSeparate.has(name.toLowerCase())) return [...headers, ...lines.flatMap((line) => [name, line])];
  return [...others, name, [present, ...values].join(",")];
}

/**
 * Of these several values stay several headers; those of any other header become one list.
 *
 * @see https://learn.microsoft.com/azure/api-management/set-header-policy#usage-notes
 */
const areSeparate: ReadonlySet<string> = new Set([
  "user-agent",
  "www-authenticate",
  "proxy-authenticate",
  "cookie",
  "set-cookie",
  "warning",
  "date",
  "expires",
  "if-modified-since",
  "if-unmodified-since",
  "last-modified",
  "retry-after",
]);
