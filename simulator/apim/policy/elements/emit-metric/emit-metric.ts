import { dimensionsFor, readDimensions } from "../../metric-dimensions.ts";
import type { ValueKind } from "../../policy-value.ts";
import type { ElementDefinition } from "../../statement.ts";

const number: ValueKind<number> = {
  must: "a number",
  read: (text) => (text.trim() === "" || Number.isNaN(Number(text)) ? undefined : Number(text)),
};

/**
 * `emit-metric`: sends a number with dimensions to Application Insights.
 *
 * Differs from Azure: `emit-metric` writes to the trace of the request; there is no Application Insights.
 *
 * @see https://learn.microsoft.com/azure/api-management/emit-metric-policy
 */
export const definition: ElementDefinition = {
  sections: ["inbound", "backend", "outbound", "on-error"],
  parse: ({ reader }) => {
    const name = reader.requiredText("name");
    const namespace = reader.text("namespace") ?? "API Management";
    const value = reader.value("value", number);
    reader.boolean("default-dimensions");
    const dimensions = readDimensions(reader);
    reader.done();
    return {
      run: (exchange) => {
        // Worked out even when nobody reads it: an expression that fails must fail either way.
        const told = dimensionsFor(exchange, dimensions);
        const amount = value === undefined ? 1 : value(exchange);
        exchange.trace?.value(`emit-metric ${namespace}/${name}`, {
          value: amount,
          dimensions: told,
        });
        return "next";
      },
    };
  },
};
