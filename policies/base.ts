import { element, type XmlElement } from "./xml.ts";

/** Runs the parent scope's same section at this place. */
export interface Base {
  readonly kind: "base";
}

/** `base()` → `<base />`. */
export function base(): Base {
  return { kind: "base" };
}

/** The element of {@link base}. */
export function baseElement(): XmlElement {
  return element("base");
}
