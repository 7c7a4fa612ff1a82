import type { JsonObject } from "./json.ts";

const writtenKeys = new WeakMap<object, readonly string[]>();

/** Makes an object of a document's entries and remembers in which order they stand. */
export function objectInOrder(entries: readonly (readonly [key: string, value: unknown])[]): JsonObject {
  const object = Object.fromEntries(entries);
  writtenKeys.set(
    object,
    entries.map(([key]) => key),
  );
  return object;
}

/**
 * The keys of an object as the document lists them: JavaScript itself moves `200` before `default`, and before a
 * `201` that stands first.
 */
export function keysInOrder(object: JsonObject): readonly string[] {
  return writtenKeys.get(object) ?? Object.keys(object);
}
