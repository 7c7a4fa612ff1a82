import type { Expression, Text } from "../expression.ts";
import { makePolicy, type Policy, type PolicyArgs } from "../policy.ts";

/** Settings of {@link jsonToXml}. */
export interface JsonToXmlArgs extends PolicyArgs {
  /** Which bodies are converted: all, or those whose Content-Type is JSON. */
  readonly apply: "always" | "content-type-json" | Expression;
  /** Whether the request's Accept header must name XML. @defaultValue Azure's: true */
  readonly considerAcceptHeader?: boolean | Expression;
  /** Whether texts that look like dates are written as dates. @defaultValue Azure's: true */
  readonly parseDate?: boolean;
  /** What stands between a namespace's prefix and a name. @defaultValue Azure's: _ */
  readonly namespaceSeparator?: Text;
  /** How properties begin that declare a namespace, `xmlns`. */
  readonly namespacePrefix?: Text;
  /** The property whose own properties become attributes. */
  readonly attributeBlockName?: Text;
}

/**
 * `jsonToXml({ apply: "content-type-json" })` → `<json-to-xml apply="content-type-json" />`: makes XML of a body that is JSON.
 *
 * @see https://learn.microsoft.com/azure/api-management/json-to-xml-policy
 */
export function jsonToXml(args: JsonToXmlArgs): Policy<"inbound" | "outbound" | "on-error", "json-to-xml"> {
  return makePolicy({
    name: "json-to-xml",
    sections: ["inbound", "outbound", "on-error"],
    attributes: {
      apply: args.apply,
      "consider-accept-header": args.considerAcceptHeader,
      "parse-date": args.parseDate,
      "namespace-separator": args.namespaceSeparator,
      "namespace-prefix": args.namespacePrefix,
      "attribute-block-name": args.attributeBlockName,
      id: args.id,
    },
  });
}
