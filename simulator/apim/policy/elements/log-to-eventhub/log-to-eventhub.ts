import { anyText } from "../../policy-value.ts";
import type { ElementDefinition } from "../../statement.ts";

const maxBytes = 200 * 1024;

/**
 * `log-to-eventhub`: sends a text to an event hub.
 *
 * Differs from Azure: `log-to-eventhub` writes to the trace of the request; there are no loggers, and any `logger-id` will do.
 *
 * @see https://learn.microsoft.com/azure/api-management/log-to-eventhub-policy
 */
export const definition: ElementDefinition = {
  sections: ["inbound", "backend", "outbound", "on-error"],
  parse: ({ reader }) => {
    const logger = reader.requiredText("logger-id");
    const partition = reader.text("partition-id");
    const key = reader.value("partition-key", anyText);
    if (reader.has("partition-id") && reader.has("partition-key"))
      reader.refuse("Only one of 'partition-id' and 'partition-key' can be specified.");
    const text = reader.ownValue(anyText);
    reader.done();
    return {
      run: (exchange) => {
        // Worked out even when nobody reads it: an expression that fails must fail either way.
        const message = Buffer.from(text?.(exchange) ?? "")
          .subarray(0, maxBytes)
          .toString();
        const partitionKey = key?.(exchange);
        exchange.trace?.value(`log-to-eventhub ${logger}`, {
          message,
          ...(partition === undefined ? {} : { partitionId: partition }),
          ...(partitionKey === undefined ? {} : { partitionKey }),
        });
        return "next";
      },
    };
  },
};
