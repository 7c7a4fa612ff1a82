import { type ExistingArgs, existingAttributes, existingValues } from "../exists-action.ts";
import type { Text } from "../expression.ts";
import { makePolicy, type Policy, type PolicyArgs } from "../policy.ts";
import { nonEmpty } from "../values.ts";

/** Settings of {@link setQueryParameter}: a parameter to remove, or one with its values. */
export type SetQueryParameterArgs = PolicyArgs & { readonly name: Text } & ExistingArgs;

/**
 * `setQueryParameter({ name: "version", values: ["2"] })` → `<set-query-parameter name="version"><value>2</value></set-query-parameter>`:
 * changes the query that the backend gets.
 *
 * @see https://learn.microsoft.com/azure/api-management/set-query-parameter-policy
 */
export function setQueryParameter(
  args: SetQueryParameterArgs,
): Policy<"inbound" | "backend", "set-query-parameter"> {
  return makePolicy({
    name: "set-query-parameter",
    sections: ["inbound", "backend"],
    attributes: {
      name: nonEmpty(args.name, "Name the query parameter"),
      ...existingAttributes(args),
      id: args.id,
    },
    content: existingValues(args, (value) => value),
  });
}
