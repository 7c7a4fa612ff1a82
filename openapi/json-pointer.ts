import type { JsonObject } from "./json.ts";

/**
 * The steps of a JSON pointer, unescaped: `/paths/~1sessions/get` → `paths`, `/sessions`, `get`.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6901#section-4
 */
export function stepsOf(pointer: string): readonly string[] {
  return pointer
    .split("/")
    .slice(1)
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
}

/** What a JSON pointer names in a document, `undefined` when it names nothing. */
export function valueAt(document: JsonObject, pointer: string): unknown {
  return stepsOf(pointer).reduce<unknown>((at, step) => {
    const isOwn = typeof at === "object" && at !== null && Object.hasOwn(at, step);
    return isOwn ? (at as JsonObject)[step] : undefined;
  }, document);
}
