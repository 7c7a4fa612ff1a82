import { trueOrFalse } from "../../policy-value.ts";
import type { Case, ElementDefinition } from "../../statement.ts";

/**
 * `choose`: runs the policies of the first `when` whose condition is true, else those of `otherwise`.
 *
 * @see https://learn.microsoft.com/azure/api-management/choose-policy
 */
export const definition: ElementDefinition = {
  sections: ["inbound", "backend", "outbound", "on-error"],
  parse: ({ reader, statements }) => {
    const children = reader.sequence({ when: Number.POSITIVE_INFINITY, otherwise: 1 });
    reader.done();
    if (!children.some(({ name }) => name === "when"))
      reader.refuse("At least one 'when' element is expected.");
    const cases = children
      .filter(({ name }) => name === "when" || name === "otherwise")
      .map((child): Case => {
        const one = reader.of(child);
        const condition = child.name === "when" ? one.requiredValue("condition", trueOrFalse) : undefined;
        one.done();
        const block = statements(one);
        return condition === undefined ? { block } : { condition, block };
      });
    return {
      cases,
      blocks: cases.map(({ block }) => block),
      run: (exchange) => {
        const chosen = cases.find(({ condition }) => condition?.(exchange) ?? true);
        return chosen?.block.run(exchange) ?? "next";
      },
    };
  },
};
