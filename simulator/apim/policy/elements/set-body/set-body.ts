import { withoutHeader } from "../../exchange.ts";
import { anyText } from "../../policy-value.ts";
import type { ElementDefinition } from "../../statement.ts";

/**
 * `set-body`: replaces the body of the request in `inbound` and `backend`, of the response in `outbound`.
 *
 * @see https://learn.microsoft.com/azure/api-management/set-body-policy
 */
export const definition: ElementDefinition = {
  sections: ["inbound", "backend", "outbound"],
  change: ({ reader }) => {
    reader.notSimulated("template", "xsi-nil", "parse-date", "html-decode-expression");
    reader.done();
    const text = reader.ownValue(anyText);
    return (message, exchange) => {
      if (text === undefined) return;
      message.body = text(exchange);
      message.headers = withoutHeader(message.headers, "content-encoding");
    };
  },
};
