import { randomBytes } from "node:crypto";
import type { AuthorizationContext } from "../../../../../expressions/context.ts";
import { anyText, oneOf, trueOrFalse } from "../../policy-value.ts";
import type { ElementDefinition } from "../../statement.ts";

/**
 * `get-authorization-context`: puts the access token of a connection to another service into a variable.
 *
 * Differs from Azure: the local cloud has no credential manager, so that `get-authorization-context` gives every connection a token of its
 * own, which no service takes, and looks at nobody's permission.
 *
 * @see https://learn.microsoft.com/azure/api-management/get-authorization-context-policy
 * @see https://github.com/Azure/azure-api-management-policy-toolkit/tree/main/src/Authoring : the sections that its page leaves out
 */
export const definition: ElementDefinition = {
  sections: ["inbound", "backend", "outbound"],
  parse: ({ reader }) => {
    const provider = reader.requiredValue("provider-id", anyText);
    const connection = reader.requiredValue("authorization-id", anyText);
    const variable = reader.requiredValue("context-variable-name", anyText);
    const identityType = reader.value("identity-type", oneOf(["managed", "jwt"]));
    const identity = reader.value("identity", anyText);
    const ignoresError = reader.value("ignore-error", trueOrFalse);
    reader.sequence({});
    reader.done();
    return {
      run: (exchange) => {
        // Worked out though nobody looks at them: an expression that fails must fail either way.
        for (const value of [identityType, identity, ignoresError]) value?.(exchange);
        const connections = exchange.state.of(
          "get-authorization-context",
          () => new Map<string, AuthorizationContext>(),
        );
        const key = JSON.stringify([provider?.(exchange), connection?.(exchange)]);
        const known = connections.get(key) ?? connect();
        connections.set(key, known);
        exchange.variables.set(variable?.(exchange) ?? "", known);
        return "next";
      },
    };
  },
};

function connect(): AuthorizationContext {
  return {
    kind: "authorization",
    accessToken: `local-${randomBytes(24).toString("base64url")}`,
    claims: new Map([["token_type", "Bearer"]]),
  };
}
