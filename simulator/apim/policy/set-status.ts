import type { PendingResponse } from "./exchange.ts";
import type { ElementDefinition, StatementSite } from "./statement.ts";

/**
 * `set-status`: changes the status of the answer.
 *
 * Assumed of Azure: `set-status` in `inbound` or `backend` changes nothing, since there is no answer yet.
 */
export const setStatusDefinition: ElementDefinition = {
  sections: ["inbound", "backend", "outbound", "on-error"],
  parse: ({ reader }) => {
    const change = parseStatusChange(reader);
    return {
      element: "set-status",
      run: ({ response }) => {
        if (response !== undefined) change(response);
        return "next";
      },
    };
  },
};

/** Reads the element as a change of the status; `return-response` uses it for its own child. */
export function parseStatusChange(reader: StatementSite["reader"]): (response: PendingResponse) => void {
  const code = reader.integer("code", { from: 100, to: 599 });
  if (!reader.has("code")) reader.refuse("The required attribute 'code' is missing or empty.");
  const reason = reader.text("reason");
  reader.text("id");
  reader.sequence({});
  reader.done();
  return (response) => {
    response.statusCode = code ?? response.statusCode;
    if (reason !== undefined) response.reason = reason;
  };
}
