/** A JSON object of which nothing is known yet. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** The value if it is an object, else an empty one: rules can look at a malformed document without falling over. */
export function objectAt(value: unknown): JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}

/** The value if it is an array, else an empty one. */
export function arrayAt(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The value if it is a text. */
export function textAt(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
