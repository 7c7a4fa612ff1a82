/** A part of an OpenAPI document as it was parsed. */
export type DocumentPart = Readonly<Record<string, unknown>>;

/** Whether a value is an object, and no list. */
export function isObjectPart(value: unknown): value is DocumentPart {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The value when it is an object, else an empty one. */
export function object(value: unknown): DocumentPart {
  return isObjectPart(value) ? value : {};
}

/** The value when it is a list, else an empty one. */
export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The value when it is a text, else "". */
export function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** A JSON pointer, one step longer: `#/paths` and `/a` → `#/paths/~1a`. */
export function below(place: string, step: string | number): string {
  return `${place}/${String(step).replaceAll("~", "~0").replaceAll("/", "~1")}`;
}
