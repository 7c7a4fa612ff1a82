import type { Exchange } from "../../exchange.ts";
import { trueOrFalse } from "../../policy-value.ts";
import type { ElementDefinition } from "../../statement.ts";

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
      .filter(({ name }) => name === "when")
      .map((child) => {
        const when = reader.of(child);
        const condition = when.requiredValue("condition", trueOrFalse);
        when.done();
        return { condition, block: statements(when) };
      });
    const [otherwise] = children
      .filter(({ name }) => name === "otherwise")
      .map((child) => {
        const last = reader.of(child);
        last.done();
        return statements(last);
      });
    const branch = (exchange: Exchange) =>
      cases.find(({ condition }) => condition?.(exchange))?.block ?? otherwise;
    return {
      branch,
      blocks: [...cases.map(({ block }) => block), ...(otherwise === undefined ? [] : [otherwise])],
      run: (exchange) => branch(exchange)?.run(exchange) ?? "next",
    };
  },
};
