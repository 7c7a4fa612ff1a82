import type { Text } from "./expression.ts";
import { element, type XmlElement } from "./xml.ts";

/** A `set-body` statement. */
export interface SetBody {
  readonly kind: "set-body";
  readonly text: Text;
}

/**
 * `setBody("gone")` → `<set-body>gone</set-body>`: the body becomes this text, letter by letter, or what
 * an expression gives.
 *
 * @see https://learn.microsoft.com/azure/api-management/set-body-policy
 */
export function setBody(text: Text): SetBody {
  return { kind: "set-body", text };
}

/** The element of {@link setBody}. */
export function setBodyElement({ text }: SetBody): XmlElement {
  return element("set-body", {}, text);
}
