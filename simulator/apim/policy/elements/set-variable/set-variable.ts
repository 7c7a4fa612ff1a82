import { anyValue } from "../../policy-value.ts";
import type { ElementDefinition } from "../../statement.ts";

/**
 * `set-variable`: keeps what an expression gives, or a text, for later expressions of the same request.
 *
 * Differs from Azure: a variable may be of any type that an expression has; Microsoft's page lists the basic ones.
 *
 * @see https://learn.microsoft.com/azure/api-management/set-variable-policy
 */
export const definition: ElementDefinition = {
  sections: ["inbound", "backend", "outbound", "on-error"],
  parse: ({ reader }) => {
    const name = reader.requiredText("name");
    const value = reader.value("value", anyValue);
    if (!reader.has("value")) reader.refuse("The required attribute 'value' is missing.");
    reader.sequence({});
    reader.done();
    return {
      run: (exchange) => {
        if (value !== undefined) exchange.variables.set(name, value(exchange));
        return "next";
      },
    };
  },
};
