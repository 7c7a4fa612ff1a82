import type { Expression } from "../expression.ts";
import {
  everySection,
  makePolicy,
  nested,
  type Policy,
  type PolicyArgs,
  type SectionsOf,
} from "../policy.ts";
import { element } from "../xml.ts";

/** One branch of {@link choose}. */
export interface When<P extends Policy> {
  /** An expression that is true or false. */
  readonly condition: Expression;
  readonly statements: readonly P[];
}

/** Settings of {@link choose}. */
export interface ChooseArgs<P extends Policy> extends PolicyArgs {
  /** The first whose condition is true runs, and no other. */
  readonly when: readonly [When<P>, ...When<P>[]];
  /** What runs when none is true. @defaultValue nothing */
  readonly otherwise?: readonly P[];
}

/**
 * `choose({ when: [{ condition, statements: [mockResponse()] }] })` → `<choose><when condition="@(…)">…</when></choose>`: runs the
 * statements of one branch. It may stand where all of them may.
 *
 * @see https://learn.microsoft.com/azure/api-management/choose-policy
 */
export function choose<P extends Policy>({
  when,
  otherwise,
  id,
}: ChooseArgs<P>): Policy<SectionsOf<P>, "choose"> {
  return makePolicy({
    name: "choose",
    sections: everySection,
    attributes: { id },
    content: [
      ...when.map(({ condition, statements }) =>
        element("when", { condition }, nested(statements, "choose/when")),
      ),
      ...(otherwise === undefined ? [] : [element("otherwise", {}, nested(otherwise, "choose/otherwise"))]),
    ],
  });
}
