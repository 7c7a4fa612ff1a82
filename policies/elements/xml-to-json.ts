import type { Expression } from "../expression.ts";
import { makePolicy, type Policy, type PolicyArgs } from "../policy.ts";

/** Settings of {@link xmlToJson}. */
export interface XmlToJsonArgs extends PolicyArgs {
  /** Whether the JSON has the structure of the XML, or a form that is handy in JavaScript. */
  readonly kind: "direct" | "javascript-friendly" | Expression;
  /** Which bodies are converted: all, or those whose Content-Type is XML. */
  readonly apply: "always" | "content-type-xml" | Expression;
  /** Whether the request's Accept header must name JSON. @defaultValue Azure's: true */
  readonly considerAcceptHeader?: boolean | Expression;
  /** Whether a single child becomes an array too. @defaultValue Azure's: false */
  readonly alwaysArrayChildElements?: boolean | Expression;
}

/**
 * `xmlToJson({ kind: "direct", apply: "always" })` → `<xml-to-json kind="direct" apply="always" />`: makes JSON of a body that is XML.
 *
 * @see https://learn.microsoft.com/azure/api-management/xml-to-json-policy
 */
export function xmlToJson(args: XmlToJsonArgs): Policy<"inbound" | "outbound" | "on-error", "xml-to-json"> {
  return makePolicy({
    name: "xml-to-json",
    sections: ["inbound", "outbound", "on-error"],
    attributes: {
      kind: args.kind,
      apply: args.apply,
      "consider-accept-header": args.considerAcceptHeader,
      "always-array-child-elements": args.alwaysArrayChildElements,
      id: args.id,
    },
  });
}
