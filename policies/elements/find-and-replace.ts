import type { Text } from "../expression.ts";
import { everySection, makePolicy, type Policy, type PolicyArgs, type PolicySection } from "../policy.ts";
import { nonEmpty } from "../values.ts";

/** Settings of {@link findAndReplace}. */
export interface FindAndReplaceArgs extends PolicyArgs {
  readonly from: Text;
  /** Empty: `from` is removed. */
  readonly to: Text;
}

/**
 * `findAndReplace({ from: "notebook", to: "laptop" })` → `<find-and-replace from="notebook" to="laptop" />`: puts one text in the place of
 * another, everywhere in the body.
 *
 * @see https://learn.microsoft.com/azure/api-management/find-and-replace-policy
 */
export function findAndReplace({
  from,
  to,
  id,
}: FindAndReplaceArgs): Policy<PolicySection, "find-and-replace"> {
  return makePolicy({
    name: "find-and-replace",
    sections: everySection,
    attributes: { from: nonEmpty(from, "Write what is replaced"), to, id },
  });
}
