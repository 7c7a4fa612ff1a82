import type { ElementDefinition } from "../../statement.ts";

/**
 * `include-fragment`: the policies of a fragment in its place, as they are.
 *
 * @see https://learn.microsoft.com/azure/api-management/include-fragment-policy
 */
export const definition: ElementDefinition = {
  sections: ["inbound", "backend", "outbound", "on-error"],
  parse: ({ reader, fragment }) => {
    const id = reader.requiredText("fragment-id");
    reader.sequence({});
    reader.done();
    const block = fragment(id);
    return { inlined: block.statements, run: (exchange) => block.run(exchange) };
  },
};
