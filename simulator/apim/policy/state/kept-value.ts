import { copyOfValue } from "../../../../expressions/copy-value.ts";
import { responseContext, responseIn } from "../expression-context.ts";

/** A value of an expression for another request: what that one does to it, nobody else sees. */
export function copyForAnother(value: unknown): unknown {
  return copyOfValue(value, (own) => {
    const response = responseIn(own);
    return response && responseContext(response);
  });
}
