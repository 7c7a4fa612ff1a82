import { everySection, makePolicy, type Policy, type PolicySection } from "../policy.ts";

/** A `base` statement. */
export type Base = Policy<PolicySection, "base">;

/** `base()` → `<base />`: runs the parent scope's same section at this place, in a section itself and not inside a policy. */
export function base(): Base {
  return makePolicy({ name: "base", sections: everySection });
}
