import { copyOfValue } from "../../../../expressions/copy-value.ts";
import { withinMemory } from "../evaluation-failure.ts";
import type { Exchange } from "../exchange.ts";
import { responseContext, responseIn } from "../expression-context.ts";

/**
 * A value of an expression for another request: what that one does to it, nobody else sees.
 *
 * @throws {PolicyFailure} when it is nested too deep to be copied.
 */
export function copyForAnother(value: unknown, exchange: Exchange): unknown {
  return withinMemory(exchange, "a value", () =>
    copyOfValue(value, (own) => {
      const response = responseIn(own);
      return response && responseContext(response);
    }),
  );
}
