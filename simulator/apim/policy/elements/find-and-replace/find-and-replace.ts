import { withinMemory } from "../../evaluation-failure.ts";
import { anyText } from "../../policy-value.ts";
import type { ElementDefinition } from "../../statement.ts";

/**
 * `find-and-replace`: puts one text in the place of another, everywhere in the body of the request or the response.
 *
 * Assumed of Azure: an empty `from` changes nothing.
 *
 * @see https://learn.microsoft.com/azure/api-management/find-and-replace-policy
 */
export const definition: ElementDefinition = {
  sections: ["inbound", "backend", "outbound", "on-error"],
  change: ({ reader, message }) => {
    const from = reader.requiredValue("from", anyText);
    if (!reader.has("to")) reader.refuse("The required attribute 'to' is missing or empty.");
    const to = reader.value("to", anyText);
    reader.needBodies({ requestBody: message === "request", responseBody: message === "response" });
    reader.sequence({});
    reader.done();
    return (changed, exchange) => {
      const { body } = changed;
      const wanted = from?.(exchange) ?? "";
      if (wanted === "" || (typeof body !== "string" && !Buffer.isBuffer(body))) return;
      const replacement = to?.(exchange) ?? "";
      changed.body = withinMemory(exchange, "a body", () =>
        body.toString().replaceAll(wanted, () => replacement),
      );
    };
  },
};
