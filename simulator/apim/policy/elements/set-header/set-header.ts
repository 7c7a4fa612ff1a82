import { isOfOneMessage } from "../../arrived-headers.ts";
import { headerOf, withoutHeader } from "../../exchange.ts";
import { anyText, oneOf } from "../../policy-value.ts";
import type { Change, ElementDefinition, StatementSite } from "../../statement.ts";

/**
 * `set-header`: changes the headers of the request in `inbound` and `backend`, of the response in `outbound` and `on-error`.
 *
 * Assumed of Azure: `set-header` for a header of the message's framing or of one connection is saved, and changes nothing.
 *
 * @see https://learn.microsoft.com/azure/api-management/set-header-policy
 */
export const definition: ElementDefinition = {
  sections: ["inbound", "backend", "outbound", "on-error"],
  change: (site) => {
    const { reader, message } = site;
    const { name = "", "exists-action": action } = reader.element.attributes;
    if (message === "request" && /^host$/i.test(name))
      reader.refuse(
        "A policy's own 'Host' is not simulated: the backend gets the host of its URL. Remove it.",
      );
    const change = parseChange(site);
    // https://learn.microsoft.com/azure/api-management/set-header-policy#limitations
    const isKept =
      isOfOneMessage(name.toLowerCase()) ||
      (message === "response" && action === "delete" && /^server$/i.test(name));
    return isKept ? () => {} : change;
  },
};

function parseChange({ reader }: StatementSite): Change {
  const name = reader.requiredText("name");
  const action = reader.value("exists-action", oneOf(["override", "skip", "append", "delete"]));
  const isDeleted = action?.literal === "delete";
  const values = reader.values("value", anyText, { atLeast: isDeleted ? 0 : 1 });
  reader.done();
  if (isDeleted && values.length > 0) reader.refuse("A header that is deleted must have no value.");
  return (message, exchange) => {
    const wanted = action?.(exchange) ?? "override";
    if (wanted === "delete") {
      message.headers = withoutHeader(message.headers, name);
      return;
    }
    if (wanted === "skip" && headerOf(message.headers, name) !== undefined) return;
    const added = values.flatMap((value) => [name, value(exchange)]);
    const kept = wanted === "append" ? message.headers : withoutHeader(message.headers, name);
    message.headers = [...kept, ...added];
  };
}
