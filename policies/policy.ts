import type { NamedValueReference } from "./expression.ts";
import { policyCode } from "./policy-code.ts";
import { invalid } from "./values.ts";
import { placeAmong, type XmlElement } from "./xml.ts";

/** A section of a policy document. */
export type PolicySection = "inbound" | "backend" | "outbound" | "on-error";

/** The sections of a document, for what may stand in each of them. */
export const everySection = ["inbound", "backend", "outbound", "on-error"] as const;

/** A text in whose place Azure takes no expression. */
export type PlainText = string | NamedValueReference;

/**
 * A policy: the element that is written, and the sections that take it. In another section it does not compile.
 *
 * Only the functions of this package make one: no JSON or YAML can hold the symbol.
 */
export interface Policy<Section extends PolicySection = never, Name extends string = string>
  extends XmlElement {
  readonly name: Name;
  readonly sections: { readonly [S in Section]: true };
  /** Whether Azure takes it once only beside its siblings. @defaultValue false */
  readonly onlyOnce?: boolean;
  readonly [policyCode]: true;
}

/** The sections that take every one of them. */
export type SectionsOf<P extends Policy> = keyof P["sections"] & PolicySection;

/** What every policy may have. */
export interface PolicyArgs {
  /** Its name in `context.LastError.PolicyId`, when it fails. */
  readonly id?: PlainText;
}

/** A policy before it is one. */
interface PolicyParts<Section extends PolicySection, Name extends string>
  extends Pick<XmlElement, "check" | "verbatim">,
    Partial<Pick<XmlElement, "attributes" | "content">> {
  readonly name: Name;
  readonly sections: readonly Section[];
  readonly onlyOnce?: boolean;
}

/** Makes a policy of its element's name, attributes and content, and the sections that its page of Azure's reference names. */
export function makePolicy<Section extends PolicySection, const Name extends string>({
  sections,
  attributes = {},
  content = [],
  ...parts
}: PolicyParts<Section, Name>): Policy<Section, Name> {
  const taken = Object.fromEntries(sections.map((section) => [section, true]));
  return {
    ...parts,
    attributes,
    content,
    sections: taken as { readonly [S in Section]: true },
    [policyCode]: true,
  };
}

/**
 * The policies that stand in a section or inside another policy.
 *
 * @throws {PolicyError} `INVALID_VALUE` for one that was not made by this package.
 */
export function nested<P extends Policy>(policies: readonly P[], place: string): readonly P[] {
  const names = policies.map(({ name }) => name);
  for (const [index, policy] of policies.entries()) {
    if (!(policyCode in policy))
      throw invalid(
        placeAmong(place, names, index),
        "must be made by this package. Write the policies with its functions",
      );
  }
  return policies;
}

/** A policy as a part of another one, which alone says where it may stand. */
export function partOf({ name, attributes, content, check }: Policy): XmlElement {
  return { name, attributes, content, ...(check === undefined ? {} : { check }) };
}

/** Whether an element is a policy of the pipeline, and not a part of one. */
export function isPolicy(element: XmlElement): element is Policy {
  return "sections" in element;
}
