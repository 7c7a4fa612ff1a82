import type { ValueKind } from "../../policy-value.ts";
import type { ElementDefinition } from "../../statement.ts";

/**
 * `set-method`: changes the method of the request.
 *
 * @see https://learn.microsoft.com/azure/api-management/set-method-policy
 * @see https://github.com/Azure/azure-api-management-policy-toolkit/tree/main/src/Authoring : the sections that its page leaves out
 */
export const definition: ElementDefinition = {
  sections: ["inbound", "backend", "outbound", "on-error"],
  changes: "request",
  change: ({ reader }) => {
    reader.done();
    const method = reader.ownValue(token);
    return (message, exchange) => {
      if (method !== undefined && "method" in message) message.method = method(exchange);
    };
  },
};

// https://www.rfc-editor.org/rfc/rfc9110#section-5.6.2
const token: ValueKind<string> = {
  must: "an HTTP method",
  read: (text) => (/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(text.trim()) ? text.trim() : undefined),
};
