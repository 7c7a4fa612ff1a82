import { isOfOneMessage } from "./arrived-headers.ts";
import { headerOf, type RawHeaders, withoutHeader } from "./exchange.ts";
import type { ElementDefinition, StatementSite } from "./statement.ts";

/** `set-header`: changes the request in `inbound` and `backend`, the response in `outbound` and `on-error`. */
export const setHeaderDefinition: ElementDefinition = {
  sections: ["inbound", "backend", "outbound", "on-error"],
  parse: (site) => {
    const isOfRequest = site.section === "inbound" || site.section === "backend";
    const change = parseHeaderChange(site.reader);
    const { name = "", "exists-action": action } = site.reader.element.attributes;
    if (isOfRequest && /^host$/i.test(name))
      site.reader.refuse(
        "A policy's own 'Host' is not simulated: the backend gets the host of its URL. Remove it.",
      );
    // https://learn.microsoft.com/azure/api-management/set-header-policy#limitations
    const isKept = !isOfRequest && action === "delete" && /^server$/i.test(name);
    return {
      element: "set-header",
      run: (exchange) => {
        const target = isOfRequest ? exchange.request : exchange.response;
        if (target !== undefined && !isKept) target.headers = change(target.headers);
        return "next";
      },
    };
  },
};

/**
 * Reads the element as a change of headers; `return-response` uses it for its own children.
 *
 * Assumed of Azure: `set-header` for a header of the message's framing or of one connection is saved, and changes nothing.
 *
 * @see https://learn.microsoft.com/azure/api-management/set-header-policy#limitations
 */
export function parseHeaderChange(reader: StatementSite["reader"]): (headers: RawHeaders) => RawHeaders {
  const name = reader.requiredText("name");
  const action = reader.choice("exists-action", ["override", "skip", "append", "delete"]) ?? "override";
  reader.text("id");
  const values = reader.texts("value", { atLeast: action === "delete" ? 0 : 1 });
  reader.done();
  if (action === "delete" && values.length > 0) reader.refuse("A header that is deleted must have no value.");
  if (isOfOneMessage(name.toLowerCase())) return (headers) => headers;
  const added = values.flatMap((value) => [name, value]);
  return (headers) => {
    if (action === "append") return [...headers, ...added];
    if (action === "skip" && headerOf(headers, name) !== undefined) return headers;
    return [...withoutHeader(headers, name), ...added];
  };
}
