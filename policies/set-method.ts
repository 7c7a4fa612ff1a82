import type { Text } from "./expression.ts";
import { assertToken, checkLiteral } from "./values.ts";
import { element, type XmlElement } from "./xml.ts";

/** A `set-method` statement. */
export interface SetMethod {
  readonly kind: "set-method";
  readonly method: Text;
}

/**
 * `setMethod("POST")` → `<set-method>POST</set-method>`: changes the method that the backend gets.
 *
 * @see https://learn.microsoft.com/azure/api-management/set-method-policy
 */
export function setMethod(method: Text): SetMethod {
  return { kind: "set-method", method };
}

/** The element of {@link setMethod}. @throws {PolicyError} `INVALID_VALUE` for what is no HTTP method. */
export function setMethodElement({ method }: SetMethod, path: string): XmlElement {
  return element(
    "set-method",
    {},
    checkLiteral(method, path, (text, place) => assertToken(text, place, "an HTTP method")),
  );
}
