import type { Expression, Text } from "../expression.ts";
import { makePolicy, type Policy, type PolicyArgs } from "../policy.ts";
import { checked, invalid } from "../values.ts";

/** Settings of {@link rewriteUri}. */
export interface RewriteUriArgs extends PolicyArgs {
  /** Path and query for the backend, with the parameters of the operation's template in braces: `/orders/{id}`. */
  readonly template: Text;
  /** Whether parameters of the query that the operation's template lacks are handed on. @defaultValue Azure's: true */
  readonly copyUnmatchedParams?: boolean | Expression;
}

/**
 * `rewriteUri({ template: "/v2/orders/{id}" })` → `<rewrite-uri template="/v2/orders/{id}" />`: the path that the backend gets.
 *
 * @see https://learn.microsoft.com/azure/api-management/rewrite-uri-policy
 */
export function rewriteUri({
  template,
  copyUnmatchedParams,
  id,
}: RewriteUriArgs): Policy<"inbound", "rewrite-uri"> {
  return makePolicy({
    name: "rewrite-uri",
    sections: ["inbound"],
    attributes: {
      template: checked(template, assertPath),
      "copy-unmatched-params": copyUnmatchedParams,
      id,
    },
  });
}

function assertPath(template: string, path: string): void {
  if (!template.startsWith("/"))
    throw invalid(path, `must begin with a slash; got ${JSON.stringify(template)}. Write a path`);
}
