import { everySection, makePolicy, type Policy, type PolicySection } from "./policy.ts";

/** Policies of a section as somebody wrote them in a document of their own. */
export type Verbatim = Policy<PolicySection, "verbatim">;

/** Keeps policies letter by letter. @param xml Out of a document that `readOwnPolicy` took: whole elements in the format `rawxml`. */
export function verbatim(xml: string): Verbatim {
  return makePolicy({ name: "verbatim", sections: everySection, verbatim: xml });
}
