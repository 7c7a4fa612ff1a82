import type { Text } from "./expression.ts";
import { checkLiteral, invalid } from "./values.ts";
import { element, type XmlElement } from "./xml.ts";

/** Settings of {@link rewriteUri}. */
export interface RewriteUriArgs {
  /** Path and query for the backend, with the parameters of the operation's template in braces: `/orders/{id}`. */
  readonly template: Text;
  /** Whether parameters of the query that the operation's template lacks are handed on. @defaultValue Azure's: true */
  readonly copyUnmatchedParams?: boolean;
}

/** A `rewrite-uri` statement. */
export interface RewriteUri {
  readonly kind: "rewrite-uri";
  readonly args: RewriteUriArgs;
}

/**
 * `rewriteUri({ template: "/v2/orders/{id}" })` → `<rewrite-uri template="/v2/orders/{id}" />`: the path that the backend gets.
 *
 * @see https://learn.microsoft.com/azure/api-management/rewrite-uri-policy
 */
export function rewriteUri(args: RewriteUriArgs): RewriteUri {
  return { kind: "rewrite-uri", args };
}

/** The element of {@link rewriteUri}. @throws {PolicyError} `INVALID_VALUE` for a template that is no path. */
export function rewriteUriElement({ args }: RewriteUri, path: string): XmlElement {
  checkLiteral(args.template, `${path}/@template`, (template, place) => {
    if (!template.startsWith("/"))
      throw invalid(place, `must begin with a slash; got ${JSON.stringify(template)}. Write a path`);
  });
  return element("rewrite-uri", {
    template: args.template,
    "copy-unmatched-params": args.copyUnmatchedParams,
  });
}
