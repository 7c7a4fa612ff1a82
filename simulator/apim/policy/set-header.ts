import { headerOf, type RawHeaders, withoutHeader } from "./exchange.ts";
import type { ElementDefinition, StatementSite } from "./statement.ts";

/** `set-header`: changes the request in `inbound`, the response in `outbound` and `on-error`. */
export const setHeaderDefinition: ElementDefinition = {
  sections: ["inbound", "outbound", "on-error"],
  parse: (site) => {
    const change = parseHeaderChange(site.reader);
    return {
      element: "set-header",
      run: (exchange) => {
        const target = site.section === "inbound" ? exchange.request : exchange.response;
        if (target !== undefined) target.headers = change(target.headers);
        return "next";
      },
    };
  },
};

/** Reads the element as a change of headers; `return-response` uses it for its own children. */
export function parseHeaderChange(reader: StatementSite["reader"]): (headers: RawHeaders) => RawHeaders {
  const name = reader.requiredText("name");
  const action = reader.choice("exists-action", ["override", "skip", "append", "delete"]) ?? "override";
  reader.text("id");
  const values = reader.texts("value", { atLeast: action === "delete" ? 0 : 1 });
  reader.done();
  if (action === "delete" && values.length > 0) reader.refuse("A header that is deleted must have no value.");
  const added = values.flatMap((value) => [name, value]);
  return (headers) => {
    if (action === "append") return [...headers, ...added];
    if (action === "skip" && headerOf(headers, name) !== undefined) return headers;
    return [...withoutHeader(headers, name), ...added];
  };
}
