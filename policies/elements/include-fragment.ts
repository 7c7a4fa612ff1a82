import {
  everySection,
  makePolicy,
  type PlainText,
  type Policy,
  type PolicyArgs,
  type PolicySection,
} from "../policy.ts";
import { nonEmpty } from "../values.ts";

/** Settings of {@link includeFragment}. */
export interface IncludeFragmentArgs extends PolicyArgs {
  /** Id of a `PolicyFragment` resource. Azure refuses the document while there is none. */
  readonly fragmentId: PlainText;
}

/**
 * `includeFragment({ fragmentId: "myFragment" })` → `<include-fragment fragment-id="myFragment" />`: the policies of a fragment in its
 * place. Whether they may stand there, API Management says when the document is saved.
 *
 * @see https://learn.microsoft.com/azure/api-management/include-fragment-policy
 */
export function includeFragment({
  fragmentId,
  id,
}: IncludeFragmentArgs): Policy<PolicySection, "include-fragment"> {
  return makePolicy({
    name: "include-fragment",
    sections: everySection,
    attributes: { "fragment-id": nonEmpty(fragmentId, "Name the fragment"), id },
  });
}
