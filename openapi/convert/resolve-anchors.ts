import { pointerTo, rewriteDocument, walkDocument } from "../document-tree.ts";
import { type JsonObject, objectAt, textAt } from "../json.ts";

/** Turns references to a schema's `$anchor` or `$id` into references to where the schema stands. */
export function resolveAnchors(content: JsonObject): JsonObject {
  const named = new Map<string, string>();
  walkDocument(content, (value, at) => {
    if (at.kind !== "schema") return;
    const { $anchor, $dynamicAnchor, $id } = objectAt(value);
    for (const name of [$anchor, $dynamicAnchor]) {
      if (typeof name === "string" && !named.has(`#${name}`)) named.set(`#${name}`, pointerTo(at));
    }
    if (typeof $id === "string") named.set($id, pointerTo(at));
  });
  if (named.size === 0) return content;
  return rewriteDocument(content, (value, { kind }) => {
    const schema = objectAt(value);
    const ref = kind === "schema" ? textAt(schema.$ref) : undefined;
    const pointer = ref === undefined ? undefined : pointerOf(ref, named);
    return pointer === undefined ? value : { ...schema, $ref: `#${pointer}` };
  });
}

function pointerOf(ref: string, named: ReadonlyMap<string, string>): string | undefined {
  const whole = named.get(ref);
  if (whole !== undefined || ref.startsWith("#")) return whole;
  const [id = "", fragment = ""] = ref.split("#");
  const pointer = named.get(id);
  return pointer === undefined ? undefined : `${pointer}${fragment}`;
}
