import { policyCode } from "./policy-code.ts";
import { invalid } from "./values.ts";
import type { VerbatimXml } from "./xml.ts";

/** Policies of a section as somebody wrote them in a document of their own. */
export interface Verbatim {
  readonly kind: "verbatim";
  readonly xml: string;
  readonly [policyCode]: true;
}

/** Keeps policies letter by letter. @param xml Out of a document that `readOwnPolicy` took: whole elements in the format `rawxml`. */
export function verbatim(xml: string): Verbatim {
  return { kind: "verbatim", xml, [policyCode]: true };
}

/** What is written of {@link verbatim}. @throws {PolicyError} `INVALID_VALUE` for one that was not made by it. */
export function verbatimXml(statement: Verbatim, path: string): VerbatimXml {
  if (!(policyCode in statement))
    throw invalid(path, "must be made by this package. Write the policies with its functions");
  return { name: "verbatim", verbatim: statement.xml };
}
