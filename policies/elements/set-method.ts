import type { Text } from "../expression.ts";
import { makePolicy, type Policy, type PolicyArgs } from "../policy.ts";
import { assertToken, checked } from "../values.ts";

/**
 * `setMethod("POST")` → `<set-method>POST</set-method>`: changes the method that the backend gets.
 *
 * @see https://learn.microsoft.com/azure/api-management/set-method-policy
 */
export function setMethod(
  method: Text,
  { id }: PolicyArgs = {},
): Policy<"inbound" | "on-error", "set-method"> {
  return makePolicy({
    name: "set-method",
    sections: ["inbound", "on-error"],
    attributes: { id },
    content: checked(method, (text, path) => assertToken(text, path, "an HTTP method")),
  });
}
