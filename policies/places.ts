import { isPolicy, type PolicySection } from "./policy.ts";
import { PolicyError } from "./policy-error.ts";
import { invalid } from "./values.ts";
import { isElements, placeAmong, type XmlElement } from "./xml.ts";

/**
 * Checks where the policies of a section stand, at any depth.
 *
 * @throws {PolicyError} `INVALID_VALUE` where Azure takes no such policy, `ORDER` for orders that Azure saves without a word, and that
 * then do what nobody meant.
 */
export function assertPlaces(parent: XmlElement, path: string, section: PolicySection): void {
  const { content } = parent;
  if (!isElements(content)) return;
  const names = content.map(({ name }) => name);
  assertOrder(content, names, path);
  for (const [index, child] of content.entries()) {
    const place = placeAmong(path, names, index);
    if (isPolicy(child)) {
      assertSection(Object.keys(child.sections), section, place);
      assertParent(child.name, parent.name, section, place);
      if (child.onlyOnce && names.indexOf(child.name) !== index)
        throw invalid(place, "may stand only once. Keep one of them");
    }
    assertPlaces(child, place, section);
  }
}

function assertSection(sections: readonly string[], section: PolicySection, place: string): void {
  if (sections.includes(section)) return;
  throw invalid(place, `may stand in ${sections.join(", ")} only. Move it there`);
}

function assertParent(name: string, parent: string, section: PolicySection, place: string): void {
  if (name === "base" && parent !== section)
    throw invalid(place, `must stand in ${section} itself. Move it out of the policy`);
  // "The retry policy may contain any other policies as its child elements, except for wait policy", on its page.
  if (name === "wait" && parent === "retry")
    throw invalid(place, "may not stand in retry. Put retry into a branch of wait");
}

function assertOrder(policies: readonly XmlElement[], names: readonly string[], path: string): void {
  const cors = policies.findLastIndex((policy) => holds(policy, "cors"));
  const validateJwt = policies.findIndex((policy) => holds(policy, "validate-jwt"));
  if (validateJwt >= 0 && cors > validateJwt) {
    throw new PolicyError(
      "ORDER",
      placeAmong(path, names, cors),
      "stands after validate-jwt, so a browser cannot read the refusal. Move it to the front.",
    );
  }
  const last = names.findIndex((name) => name === "mock-response" || name === "return-response");
  if (last >= 0 && last < names.length - 1) {
    throw new PolicyError(
      "ORDER",
      placeAmong(path, names, last),
      `ends the pipeline, but "${names[last + 1]}" follows it. Move it to the end.`,
    );
  }
}

/** Whether an element is one of a name, or has one in it. */
function holds({ name, content }: XmlElement, wanted: string): boolean {
  return name === wanted || (isElements(content) && content.some((child) => holds(child, wanted)));
}
