import type { JsonObject } from "./json.ts";

/** The keys of an object: numbers first, as JavaScript orders them, then as the document lists them. */
export function keysInOrder(object: JsonObject): readonly string[] {
  return Object.keys(object);
}
