import type { Text } from "../expression.ts";
import {
  everySection,
  makePolicy,
  type PlainText,
  type Policy,
  type PolicyArgs,
  type PolicySection,
} from "../policy.ts";
import { nonEmpty } from "../values.ts";

/** Settings of {@link setVariable}. */
export interface SetVariableArgs extends PolicyArgs {
  readonly name: PlainText;
  /** What `context.Variables` holds of that name; of an expression in its own type. */
  readonly value: Text;
}

/** A `set-variable` statement. */
export type SetVariable = Policy<PolicySection, "set-variable">;

/**
 * `setVariable({ name: "caller", value: expression`context.Request.IpAddress` })` → `<set-variable name="caller" value="@(…)" />`: keeps
 * a value for the expressions of the same request.
 *
 * @see https://learn.microsoft.com/azure/api-management/set-variable-policy
 */
export function setVariable({ name, value, id }: SetVariableArgs): SetVariable {
  return makePolicy({
    name: "set-variable",
    sections: everySection,
    attributes: { name: nonEmpty(name, "Name the variable"), value, id },
  });
}
