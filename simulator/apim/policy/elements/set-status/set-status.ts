import { assertSendableReason } from "../../header-text.ts";
import { anyText, integerFrom } from "../../policy-value.ts";
import type { ElementDefinition } from "../../statement.ts";

/**
 * `set-status`: changes the status of the answer.
 *
 * Assumed of Azure: `set-status` without a reason gives the status its standard phrase.
 * Assumed of Azure: `set-status` in `inbound` or `backend` changes nothing, since there is no answer yet.
 *
 * @see https://learn.microsoft.com/azure/api-management/set-status-policy
 */
export const definition: ElementDefinition = {
  sections: ["inbound", "backend", "outbound", "on-error"],
  changes: "response",
  change: ({ reader }) => {
    const code = reader.requiredValue("code", integerFrom({ from: 100, to: 599 }));
    const reason = reader.value("reason", anyText);
    reader.sequence({});
    reader.done();
    return (message, exchange) => {
      if (!("statusCode" in message)) return;
      const phrase = reason?.(exchange);
      if (phrase !== undefined) assertSendableReason(exchange, phrase);
      if (code !== undefined) message.statusCode = code(exchange);
      if (phrase === undefined) delete message.reason;
      else message.reason = phrase;
    };
  },
};
