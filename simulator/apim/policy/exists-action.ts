import type { ElementReader } from "./element-reader.ts";
import type { Exchange } from "./exchange.ts";
import { anyText, oneOf, type PolicyValue } from "./policy-value.ts";

/** What `set-header` and `set-query-parameter` do for one request. */
export interface NamedChange {
  readonly name: string;
  readonly action: "override" | "skip" | "append" | "delete";
  readonly values: readonly string[];
}

/** What {@link readNamedChange} reads. */
export interface NamedChangeValue {
  /** Its name, where that is no expression. */
  readonly literalName: string | undefined;
  /** What it does, where that is no expression. */
  readonly literalAction: NamedChange["action"] | undefined;
  /** What it does for a request. */
  readonly of: (exchange: Exchange) => NamedChange;
}

const actions = oneOf(["override", "skip", "append", "delete"]);

/**
 * Reads the attributes and values that `set-header` and `set-query-parameter` share.
 *
 * @see https://learn.microsoft.com/azure/api-management/set-query-parameter-policy#elements : a value is required
 * @see https://learn.microsoft.com/azure/api-management/set-header-policy#elements : it is not
 * @see https://github.com/MicrosoftDocs/azure-docs/issues/116403 : what deletes has none
 */
export function readNamedChange(reader: ElementReader, what: "header" | "query parameter"): NamedChangeValue {
  const name = reader.requiredValue("name", anyText);
  const action: PolicyValue<NamedChange["action"]> | undefined = reader.value("exists-action", actions);
  const isDeleted = action?.literal === "delete";
  // Only what is known when the policy is saved can be asked for.
  const isSet = action === undefined || (action.literal !== undefined && !isDeleted);
  const atLeast = isSet && what === "query parameter" ? 1 : 0;
  const values = reader.values("value", anyText, { atLeast });
  reader.done();
  if (isDeleted && values.length > 0) reader.refuse(`A ${what} that is deleted must have no value.`);
  return {
    literalName: name?.literal,
    literalAction: action === undefined ? "override" : action.literal,
    of: (exchange) => ({
      name: name?.(exchange) ?? "",
      action: action?.(exchange) ?? "override",
      values: values.map((value) => value(exchange)),
    }),
  };
}
