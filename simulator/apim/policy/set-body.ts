import { type PendingResponse, type PolicyRequest, withoutHeader } from "./exchange.ts";
import type { ElementDefinition, StatementSite } from "./statement.ts";

/** `set-body`: replaces the request's body in `inbound` and `backend`, the response's in `outbound`. A literal text only. */
export const setBodyDefinition: ElementDefinition = {
  sections: ["inbound", "backend", "outbound"],
  parse: ({ reader, section }) => {
    const text = parseBody(reader);
    return {
      element: "set-body",
      run: (exchange) => {
        const message = section === "outbound" ? exchange.response : exchange.request;
        if (message !== undefined) replaceBody(message, text);
        return "next";
      },
    };
  },
};

/** Reads the element's text; `return-response` uses it for its own child. */
export function parseBody(reader: StatementSite["reader"]): string {
  reader.text("id");
  reader.notSimulated("template", "xsi-nil", "parse-date", "html-decode-expression");
  reader.done();
  return reader.ownText() ?? "";
}

/** Puts a text in the place of whatever the message held. */
export function replaceBody(
  message: Pick<PendingResponse | PolicyRequest, "headers" | "body">,
  text: string,
): void {
  message.headers = withoutHeader(message.headers, "content-encoding");
  message.body = text;
}
