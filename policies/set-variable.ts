import type { PolicyCode } from "./expression.ts";
import { invalid } from "./values.ts";
import { element, type XmlElement } from "./xml.ts";

/** Settings of {@link setVariable}. */
export interface SetVariableArgs {
  readonly name: string;
  /** What `context.Variables` holds of that name; of an expression in its own type. */
  readonly value: string | PolicyCode;
}

/** A `set-variable` statement. */
export interface SetVariable {
  readonly kind: "set-variable";
  readonly args: SetVariableArgs;
}

/**
 * `setVariable({ name: "caller", value: expression`context.Request.IpAddress` })` → `<set-variable name="caller" value="@(…)" />`: keeps
 * a value for the expressions of the same request.
 *
 * @see https://learn.microsoft.com/azure/api-management/set-variable-policy
 */
export function setVariable(args: SetVariableArgs): SetVariable {
  return { kind: "set-variable", args };
}

/** The element of {@link setVariable}. @throws {PolicyError} `INVALID_VALUE` for an empty name. */
export function setVariableElement({ args: { name, value } }: SetVariable, path: string): XmlElement {
  if (name === "") throw invalid(`${path}/@name`, "is empty. Name the variable");
  return element("set-variable", { name, value });
}
