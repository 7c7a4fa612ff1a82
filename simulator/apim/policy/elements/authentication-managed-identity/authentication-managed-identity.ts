import { withoutHeader } from "../../exchange.ts";
import { anyText } from "../../policy-value.ts";
import { ManagedIdentity } from "../../state/managed-identity.ts";
import type { ElementDefinition } from "../../statement.ts";

/**
 * `authentication-managed-identity`: gives the backend a token of the instance's managed identity, or puts it into a variable.
 *
 * Assumed of Azure: with `output-token-variable-name` the header `Authorization` stays as it is, since Microsoft's example sets it by
 * hand.
 * Assumed of Azure: `authentication-managed-identity` may stand in `outbound`, as in policies of Azure-Samples/AI-Gateway, though its
 * page names `inbound` alone.
 *
 * @see https://learn.microsoft.com/azure/api-management/authentication-managed-identity-policy
 */
export const definition: ElementDefinition = {
  sections: ["inbound", "outbound"],
  changes: "request",
  change: ({ reader }) => {
    const resource = reader.requiredValue("resource", anyText);
    const clientId = reader.value("client-id", anyText);
    const variable = reader.text("output-token-variable-name");
    // A local token can always be had.
    reader.boolean("ignore-error");
    reader.sequence({});
    reader.done();
    return (message, exchange) => {
      const identity = exchange.state.of(
        "authentication-managed-identity",
        (clock) => new ManagedIdentity(clock),
      );
      const token = identity.tokenFor({
        resource: resource?.(exchange) ?? "",
        clientId: clientId?.(exchange),
      });
      if (variable) exchange.variables.set(variable, token);
      else
        message.headers = [
          ...withoutHeader(message.headers, "authorization"),
          "Authorization",
          `Bearer ${token}`,
        ];
    };
  },
};
