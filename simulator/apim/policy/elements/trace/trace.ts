import type { ElementReader } from "../../element-reader.ts";
import { anyText, type PolicyValue } from "../../policy-value.ts";
import type { ElementDefinition } from "../../statement.ts";

/**
 * `trace`: adds a message to the trace of the request, when somebody asked for one; it never changes the answer.
 *
 * Differs from Azure: `trace` writes to the local gateway's own trace; there is no Application Insights and no resource log.
 *
 * @see https://learn.microsoft.com/azure/api-management/trace-policy
 */
export const definition: ElementDefinition = {
  sections: ["inbound", "backend", "outbound", "on-error"],
  parse: ({ reader }) => {
    const source = reader.requiredValue("source", anyText);
    const severity = reader.choice("severity", ["verbose", "information", "error"]) ?? "verbose";
    const entries = readEntries(reader);
    if (!entries.some(({ name }) => name === "message")) reader.refuse("A 'message' element is expected.");
    reader.done();
    return {
      run: (exchange) => {
        // Worked out even when nobody reads it: an expression that fails must fail either way.
        const said = entries.map(({ name, value }) => [name, value?.(exchange)] as const);
        exchange.trace?.value(`${source?.(exchange) ?? ""} (${severity})`, Object.fromEntries(said));
        return "next";
      },
    };
  },
};

interface Entry {
  readonly name: string;
  readonly value: PolicyValue<string> | undefined;
}

function readEntries(reader: ElementReader): readonly Entry[] {
  const { children, text } = reader.element;
  // Not on the page, but in Microsoft's schema and in seven public documents: a text in the place of a message.
  if (children.length === 0 && text.trim() !== "")
    return [{ name: "message", value: reader.ownValue(anyText) }];
  return reader.anyNumber(["message", "metadata"]).map((child) => {
    const item = reader.of(child);
    const isMessage = child.name === "message";
    const name = isMessage ? "message" : item.requiredText("name");
    const value = isMessage ? item.ownValue(anyText) : item.requiredValue("value", anyText);
    if (!isMessage) item.sequence({});
    item.done();
    return { name, value };
  });
}
