import { withoutHeader } from "../../exchange.ts";
import { anyText } from "../../policy-value.ts";
import type { ElementDefinition } from "../../statement.ts";

/**
 * `authentication-basic`: gives the backend a name and a password, in place of what the client sent as `Authorization`.
 *
 * @see https://learn.microsoft.com/azure/api-management/authentication-basic-policy
 */
export const definition: ElementDefinition = {
  sections: ["inbound"],
  changes: "request",
  change: ({ reader }) => {
    const name = reader.requiredValue("username", anyText);
    const password = reader.requiredValue("password", anyText);
    reader.sequence({});
    reader.done();
    return (message, exchange) => {
      const credentials = Buffer.from(`${name?.(exchange) ?? ""}:${password?.(exchange) ?? ""}`);
      message.headers = [
        ...withoutHeader(message.headers, "authorization"),
        "Authorization",
        `Basic ${credentials.toString("base64")}`,
      ];
    };
  },
};
