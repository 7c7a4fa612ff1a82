import { type PendingResponse, withoutHeader } from "./exchange.ts";
import type { ElementDefinition, StatementSite } from "./statement.ts";

/** `set-body`: replaces the request's body in `inbound`, the response's in `outbound`. A literal text only. */
export const setBodyDefinition: ElementDefinition = {
  sections: ["inbound", "outbound"],
  parse: ({ reader, section }) => {
    const text = parseBody(reader);
    return {
      element: "set-body",
      run: (exchange) => {
        if (section === "inbound") exchange.request.body = text;
        else if (exchange.response !== undefined) replaceBody(exchange.response, text);
        return "next";
      },
    };
  },
};

/** Reads the element's text; `return-response` uses it for its own child. */
export function parseBody(reader: StatementSite["reader"]): string {
  reader.text("id");
  reader.done();
  return reader.ownText();
}

/** Puts a text in the place of whatever the answer held. */
export function replaceBody(response: PendingResponse, text: string): void {
  const described = ["content-length", "content-encoding", "transfer-encoding"];
  response.headers = described.reduce(withoutHeader, response.headers);
  response.body = text;
}
