import {
  type NodeAt,
  placeOf,
  pointerTo,
  rewriteDocument,
  walkDocument,
  withField,
} from "../document-tree.ts";
import type { Finding, Rule, StepResult } from "../finding.ts";
import { arrayAt, type JsonObject, objectAt, textAt } from "../json.ts";
import { stepsOf } from "../json-pointer.ts";
import { pointerOf, resolve } from "../references.ts";

const source =
  "https://learn.microsoft.com/azure/api-management/api-management-api-import-restrictions#openapi";

const recursionCut: Rule = {
  code: "recursion-cut",
  outcome: "converted",
  text: "API Management refuses a schema that contains itself. The inner level is imported as a plain value of its type.",
  source,
};

const recursionElsewhere: Rule = {
  code: "recursion-outside-schemas",
  outcome: "refused",
  text: "API Management refuses what contains itself, and only schemas can be cut.",
  fix: "Remove this reference.",
  source,
};

/**
 * Cuts each cycle of references at the one that closes it, so that no schema contains itself. The order of the document
 * decides, first of its paths, then of its components: `Tree.children.items` → `{ type: "object" }`. References have to
 * name components; a cycle of anything but schemas is refused.
 */
export function cutRecursion(content: JsonObject): StepResult<JsonObject> {
  const closing = closingReferences(edgesOf(content));
  if (closing.length === 0) return { content, findings: [] };
  const findings = closing.map<Finding>(({ at, to }) => ({
    rule: at.kind === "schema" ? recursionCut : recursionElsewhere,
    place: placeOf(at),
    detail: `"#${to}"`,
  }));
  const cuts = new Set(closing.filter(({ at }) => at.kind === "schema").map(({ at }) => pointerTo(at)));
  const plain = new WeakSet<object>();
  const cut = rewriteDocument(content, (value, at) => {
    if (at.kind !== "schema" || textAt(objectAt(value).$ref) === undefined || !cuts.has(pointerTo(at)))
      return value;
    const schema = plainSchema(content, objectAt(value));
    plain.add(schema);
    return schema;
  });
  return { content: withoutStrictness(cut, plain), findings };
}

/** A reference from a component, or from a path, to a component. */
interface Edge {
  readonly to: string;
  readonly at: NodeAt;
}

/** The references of each component in the document's order; those of paths stand under the empty text. */
type Edges = ReadonlyMap<string, readonly Edge[]>;

function edgesOf(content: JsonObject): Edges {
  const edges = new Map<string, Edge[]>([["", []]]);
  walkDocument(content, (value, at) => {
    if (at.parent?.kind === "components") edges.set(pointerTo(at), []);
    const ref = textAt(objectAt(value).$ref);
    const to = ref === undefined ? undefined : pointerOf(ref);
    if (to !== undefined) edges.get(ownerOf(at))?.push({ to, at });
  });
  return edges;
}

function ownerOf(at: NodeAt): string {
  for (let node: NodeAt | undefined = at; node !== undefined; node = node.parent) {
    if (node.parent?.kind === "components") return pointerTo(node);
  }
  return "";
}

// A search in depth: what leads to a component that it has entered and not left closes a cycle. It keeps its own stack,
// since chains of references may be longer than the call stack is deep.
function closingReferences(edges: Edges): readonly Edge[] {
  const closing: Edge[] = [];
  const entered = new Set<string>();
  const open = new Set<string>();
  for (const start of edges.keys()) {
    const stack = entered.has(start) ? [] : [{ component: start, next: 0 }];
    entered.add(start);
    open.add(start);
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const edge = edges.get(top.component)?.[top.next];
      top.next += 1;
      if (edge === undefined) {
        open.delete(top.component);
        stack.pop();
      } else if (open.has(edge.to)) {
        closing.push(edge);
      } else if (!entered.has(edge.to)) {
        entered.add(edge.to);
        open.add(edge.to);
        stack.push({ component: edge.to, next: 0 });
      }
    }
    open.delete(start);
  }
  return closing;
}

// A plain value fits where its siblings fit too, so that "exactly one of" could not hold; and "not" would forbid more.
function withoutStrictness(content: JsonObject, plain: WeakSet<object>): JsonObject {
  const isPlain = (value: unknown) => plain.has(objectAt(value));
  return rewriteDocument(content, (value, { kind }) => {
    const schema = objectAt(value);
    if (kind !== "schema") return value;
    const kept = isPlain(schema.not) ? withField(schema, "not", undefined) : value;
    if (!arrayAt(schema.oneOf).some(isPlain)) return kept;
    const { oneOf, ...others } = objectAt(kept);
    if (others.anyOf === undefined) return { ...others, anyOf: oneOf };
    return { ...others, allOf: [...arrayAt(others.allOf), { anyOf: oneOf }] };
  });
}

function plainSchema(content: JsonObject, reference: JsonObject): JsonObject {
  const name = stepsOf(pointerOf(String(reference.$ref)) ?? "").at(-1);
  const target = objectAt(resolve(content, reference));
  const type = typeOf(content, target, 0);
  return {
    ...(type === undefined ? {} : { type }),
    ...(type === "array" ? { items: {} } : {}),
    ...(target.nullable === true ? { nullable: true } : {}),
    description: `Recursive: see "${name}".`,
  };
}

const maxCompositions = 10;

function typeOf(content: JsonObject, schema: JsonObject, depth: number): unknown {
  if (schema.type !== undefined) return schema.type;
  if (schema.properties !== undefined || schema.additionalProperties !== undefined) return "object";
  if (depth === maxCompositions) return undefined;
  const parts = arrayAt(schema.allOf).map((part) =>
    typeOf(content, objectAt(resolve(content, part)), depth + 1),
  );
  return parts.find((type) => type !== undefined);
}
