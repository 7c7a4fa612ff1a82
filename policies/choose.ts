import type { Expression } from "./expression.ts";
import { element, type XmlElement, type XmlNode } from "./xml.ts";

/** One branch of {@link choose}. */
export interface When<S> {
  /** An expression that is true or false. */
  readonly condition: Expression;
  readonly statements: readonly S[];
}

/** Settings of {@link choose}. */
export interface ChooseArgs<S> {
  /** The first whose condition is true runs, and no other. */
  readonly when: readonly [When<S>, ...When<S>[]];
  /** What runs when none is true. @defaultValue nothing */
  readonly otherwise?: readonly S[];
}

/** A `choose` statement. */
export interface Choose<S> {
  readonly kind: "choose";
  readonly args: ChooseArgs<S>;
}

/**
 * `choose({ when: [{ condition, statements: [mockResponse()] }] })` → `<choose><when condition="@(…)">…</when></choose>`: runs the
 * statements of one branch.
 *
 * @see https://learn.microsoft.com/azure/api-management/choose-policy
 */
export function choose<S>(args: ChooseArgs<S>): Choose<S> {
  return { kind: "choose", args };
}

/** The element of {@link choose}; `write` writes the statements of a branch, whose place it is told. */
export function chooseElement<S>(
  { args: { when, otherwise } }: Choose<S>,
  path: string,
  write: (statements: readonly S[], path: string) => readonly XmlNode[],
): XmlElement {
  const place = (index: number) => `${path}/when${when.length > 1 ? `[${index + 1}]` : ""}`;
  return element("choose", {}, [
    ...when.map(({ condition, statements }, index) =>
      element("when", { condition }, write(statements, place(index))),
    ),
    ...(otherwise === undefined ? [] : [element("otherwise", {}, write(otherwise, `${path}/otherwise`))]),
  ]);
}
