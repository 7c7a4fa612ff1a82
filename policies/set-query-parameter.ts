import type { Text } from "./expression.ts";
import { invalid } from "./values.ts";
import { element, type XmlElement } from "./xml.ts";

/** Settings of {@link setQueryParameter}: a parameter to remove, or one with its values. */
export type SetQueryParameterArgs = { readonly name: string } & (
  | { readonly existsAction: "delete" }
  | {
      /** What happens to a parameter of that name that is there already. @defaultValue Azure's: override */
      readonly existsAction?: "override" | "skip" | "append";
      readonly values: readonly [Text, ...Text[]];
    }
);

/** A `set-query-parameter` statement. */
export interface SetQueryParameter {
  readonly kind: "set-query-parameter";
  readonly args: SetQueryParameterArgs;
}

/**
 * `setQueryParameter({ name: "version", values: ["2"] })` → `<set-query-parameter name="version"><value>2</value></set-query-parameter>`:
 * changes the query that the backend gets.
 *
 * @see https://learn.microsoft.com/azure/api-management/set-query-parameter-policy
 */
export function setQueryParameter(args: SetQueryParameterArgs): SetQueryParameter {
  return { kind: "set-query-parameter", args };
}

/** The element of {@link setQueryParameter}. @throws {PolicyError} `INVALID_VALUE` for an empty name. */
export function setQueryParameterElement({ args }: SetQueryParameter, path: string): XmlElement {
  if (args.name === "") throw invalid(`${path}/@name`, "is empty. Name the query parameter");
  const values = "values" in args ? args.values : [];
  return element(
    "set-query-parameter",
    { name: args.name, "exists-action": args.existsAction },
    values.map((value) => element("value", {}, value)),
  );
}
