import { type Attributes, isElements, type XmlElement } from "../../policies/xml.ts";

/** The elements inside one. */
export function elementsInside({ content }: XmlElement): readonly XmlElement[] {
  return isElements(content) ? content : [];
}

/** All elements of a name, at any depth. */
export function elementsOf(roots: readonly XmlElement[], name: string): readonly XmlElement[] {
  return roots.flatMap((root) => [
    ...(root.name === name ? [root] : []),
    ...elementsOf(elementsInside(root), name),
  ]);
}

/** A value that is no code, as it is written. */
function literalOf(value: Attributes[string]): unknown {
  return typeof value === "object" && "check" in value ? value.value : value;
}

/** What a `validate-jwt` asks of claims. */
export function requiredClaimsOf(validateJwt: XmlElement): readonly object[] {
  return elementsOf([validateJwt], "claim").map((claim) => ({
    name: literalOf(claim.attributes.name),
    match: claim.attributes.match,
    values: elementsInside(claim).map(({ content }) => content),
  }));
}
