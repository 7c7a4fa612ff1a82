import { type JsonObject, textAt } from "./json.ts";

/** What an object of an OpenAPI document is, whichever version describes it. */
export type NodeKind =
  | "document"
  | "components"
  | "pathItem"
  | "operation"
  | "parameter"
  | "header"
  | "requestBody"
  | "response"
  | "mediaType"
  | "encoding"
  | "schema"
  | "example"
  | "link"
  | "callback"
  | "securityScheme"
  | "server"
  | "tag";

/** Where a node stands: the chain of keys that leads to it. */
export interface NodeAt {
  readonly kind: NodeKind;
  readonly key: string;
  /** Absent for the document itself. */
  readonly parent?: NodeAt;
  /** Field of the parent's node that holds this one beside others: `properties`, `parameters`. */
  readonly field?: string;
}

/** How a field holds nodes: one, by names, by names that are no extensions, or in a list. */
type Holding = "one" | "map" | "fields" | "list";

type Children = Readonly<Record<string, readonly [Holding, NodeKind]>>;

const methods = ["get", "put", "post", "delete", "options", "head", "patch", "trace", "query"] as const;

const parameterChildren: Children = {
  schema: ["one", "schema"],
  content: ["map", "mediaType"],
  examples: ["map", "example"],
};

// The fields of all versions together: no version uses a name of another for something else.
const childrenOf: Readonly<Partial<Record<NodeKind, Children>>> = {
  document: {
    paths: ["fields", "pathItem"],
    "x-ms-paths": ["fields", "pathItem"],
    webhooks: ["map", "pathItem"],
    components: ["one", "components"],
    servers: ["list", "server"],
    tags: ["list", "tag"],
    definitions: ["map", "schema"],
    parameters: ["map", "parameter"],
    responses: ["map", "response"],
    securityDefinitions: ["map", "securityScheme"],
  },
  components: {
    schemas: ["map", "schema"],
    responses: ["map", "response"],
    parameters: ["map", "parameter"],
    examples: ["map", "example"],
    requestBodies: ["map", "requestBody"],
    headers: ["map", "header"],
    securitySchemes: ["map", "securityScheme"],
    links: ["map", "link"],
    callbacks: ["map", "callback"],
    pathItems: ["map", "pathItem"],
    mediaTypes: ["map", "mediaType"],
  },
  pathItem: {
    ...Object.fromEntries(methods.map((method) => [method, ["one", "operation"]] as const)),
    additionalOperations: ["map", "operation"],
    parameters: ["list", "parameter"],
    servers: ["list", "server"],
  },
  operation: {
    parameters: ["list", "parameter"],
    requestBody: ["one", "requestBody"],
    responses: ["fields", "response"],
    callbacks: ["map", "callback"],
    servers: ["list", "server"],
  },
  parameter: parameterChildren,
  header: parameterChildren,
  requestBody: { content: ["map", "mediaType"] },
  response: {
    headers: ["map", "header"],
    content: ["map", "mediaType"],
    links: ["map", "link"],
    schema: ["one", "schema"],
  },
  mediaType: {
    schema: ["one", "schema"],
    itemSchema: ["one", "schema"],
    examples: ["map", "example"],
    encoding: ["map", "encoding"],
    prefixEncoding: ["list", "encoding"],
    itemEncoding: ["one", "encoding"],
  },
  encoding: { headers: ["map", "header"] },
  link: { server: ["one", "server"] },
  schema: {
    ...Object.fromEntries(
      ["properties", "patternProperties", "dependentSchemas", "$defs", "definitions"].map(
        (field) => [field, ["map", "schema"]] as const,
      ),
    ),
    ...Object.fromEntries(
      ["allOf", "anyOf", "oneOf", "prefixItems"].map((field) => [field, ["list", "schema"]] as const),
    ),
    ...Object.fromEntries(
      [
        "items",
        "not",
        "if",
        "then",
        "else",
        "additionalProperties",
        "unevaluatedProperties",
        "unevaluatedItems",
        "propertyNames",
        "contains",
        "contentSchema",
      ].map((field) => [field, ["one", "schema"]] as const),
    ),
  },
};

// Worked out once: a document has thousands of nodes.
const entriesOf = new Map(
  Object.entries(childrenOf).map(([kind, children]) => [kind as NodeKind, Object.entries(children)]),
);

/** `paths./session/{id}.get`, or a field of the node; `document` for the document itself. */
export function placeOf(at: NodeAt, field?: string): string {
  return [...stepsTo(at), ...(field === undefined ? [] : [field])].join(".") || "document";
}

/** `/paths/~1session~1{id}/get`, a JSON pointer; empty for the document itself. */
export function pointerTo(at: NodeAt): string {
  return stepsTo(at)
    .map((step) => `/${step.replaceAll("~", "~0").replaceAll("/", "~1")}`)
    .join("");
}

function stepsTo(at: NodeAt): readonly string[] {
  const steps: string[] = [];
  for (let node: NodeAt | undefined = at; node?.parent !== undefined; node = node.parent) {
    steps.push(node.key);
    if (node.field !== undefined) steps.push(node.field);
  }
  return steps.reverse();
}

/** What becomes of a node: the value itself, another one, or `undefined` to remove it. */
export type NodeChange = (value: unknown, at: NodeAt) => unknown;

/**
 * Rewrites a document from the top down: a node's children are those of what it became. What nothing changes stays the
 * same object, and so does the document when nothing changes at all. Examples, defaults and extensions are data, and a
 * reference has no children.
 */
export function rewriteDocument(document: JsonObject, change: NodeChange): JsonObject {
  return rewriteNode(document, { kind: "document", key: "" }, change) as JsonObject;
}

function rewriteNode(value: unknown, at: NodeAt, change: NodeChange): unknown {
  const changed = change(value, at);
  if (!isObject(changed) || textAt(changed.$ref) !== undefined) return changed;
  if (at.kind === "callback")
    return rewriteNodes(changed, { at, holding: "fields", kind: "pathItem" }, change);
  let result = changed;
  for (const [field, [holding, kind]] of entriesOf.get(at.kind) ?? []) {
    if (!Object.hasOwn(result, field)) continue;
    const inner = result[field];
    const rewritten =
      holding === "one" && !Array.isArray(inner)
        ? rewriteNode(inner, { kind, key: field, parent: at }, change)
        : rewriteNodes(inner, { at, holding, kind, field }, change);
    if (rewritten !== inner) result = withField(result, field, rewritten);
  }
  return result;
}

interface Holder {
  readonly at: NodeAt;
  readonly holding: Holding;
  readonly kind: NodeKind;
  readonly field?: string;
}

function rewriteNodes(values: unknown, { at, holding, kind, field }: Holder, change: NodeChange): unknown {
  const site = (key: string): NodeAt => ({
    kind,
    key,
    parent: at,
    ...(field === undefined ? {} : { field }),
  });
  if (Array.isArray(values)) {
    if (holding === "map" || holding === "fields") return values;
    const rewritten = values.map((value, index) => rewriteNode(value, site(String(index)), change));
    if (rewritten.every((value, index) => value === values[index])) return values;
    return rewritten.filter((value) => value !== undefined);
  }
  if (holding === "list" || !isObject(values)) return values;
  const entries = Object.entries(values);
  const rewritten = entries.map(([key, value]) =>
    holding === "fields" && key.startsWith("x-") ? value : rewriteNode(value, site(key), change),
  );
  if (rewritten.every((value, index) => value === entries[index]?.[1])) return values;
  return Object.fromEntries(
    entries.flatMap(([key], index) => (rewritten[index] === undefined ? [] : [[key, rewritten[index]]])),
  );
}

/** Visits every node of a document, from the top down. */
export function walkDocument(document: JsonObject, visit: (value: unknown, at: NodeAt) => void): void {
  rewriteDocument(document, (value, at) => {
    visit(value, at);
    return value;
  });
}

/** An object with one field changed in its place, or without it. */
export function withField(object: JsonObject, field: string, value: unknown): JsonObject {
  if (value !== undefined) return { ...object, [field]: value };
  return Object.fromEntries(Object.entries(object).filter(([key]) => key !== field));
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
