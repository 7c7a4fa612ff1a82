import { type ExistingArgs, existingAttributes, existingValues } from "../exists-action.ts";
import type { Text } from "../expression.ts";
import { everySection, makePolicy, type Policy, type PolicyArgs, type PolicySection } from "../policy.ts";
import { assertFieldValue, assertToken, checked, invalid } from "../values.ts";

/** Settings of {@link setHeader}: a header to remove, or one with its values. */
export type SetHeaderArgs = PolicyArgs & { readonly name: Text } & ExistingArgs;

/** A `set-header` statement. */
export type SetHeader = Policy<PolicySection, "set-header">;

/**
 * `setHeader({ name: "X-Api", values: ["conference"] })` → `<set-header name="X-Api"><value>conference</value></set-header>`.
 *
 * Names and values that HTTP cannot carry are refused, and headers that API Management leaves alone.
 *
 * @see https://learn.microsoft.com/azure/api-management/set-header-policy
 */
export function setHeader(args: SetHeaderArgs): SetHeader {
  return makePolicy({
    name: "set-header",
    sections: everySection,
    attributes: { name: checked(args.name, assertChangeable), ...existingAttributes(args), id: args.id },
    content: existingValues(args, (value) => checked(value, assertFieldValue)),
  });
}

// https://learn.microsoft.com/azure/api-management/set-header-policy#limitations
const unchangeable: ReadonlySet<string> = new Set([
  "connection",
  "content-length",
  "keep-alive",
  "transfer-encoding",
]);

function assertChangeable(name: string, path: string): void {
  assertToken(name, path);
  if (unchangeable.has(name.toLowerCase())) {
    throw invalid(
      path,
      `names "${name}", which API Management lets no policy change. Leave it out: the gateway frames each message itself`,
    );
  }
}
