import table from "../../../openapi/azure-import.json" with { type: "json" };
import { below, type DocumentPart, isObjectPart, list } from "./json.ts";
import { isReference } from "./references.ts";

/** A kind of object in OpenAPI 3.0: `schema`, `pathItem`. */
export type Shape = keyof typeof table.fields;

/** An object of a known kind, and where it stands. */
export interface ShapedObject {
  readonly shape: Shape;
  readonly value: DocumentPart;
  /** JSON pointer. */
  readonly place: string;
}

/** A value that stands where an object of a kind belongs. */
export interface ShapedValue extends Omit<ShapedObject, "value"> {
  readonly value: unknown;
}

type Holder = "one" | "list" | "map" | "mapOfMaps";
type Children = Readonly<Record<string, readonly [Holder, Shape]>>;

const content: Children = {
  schema: ["one", "schema"],
  content: ["map", "mediaType"],
  examples: ["map", "example"],
};
const operations = Object.fromEntries(
  table.names.importedMethods.concat("trace").map((method) => [method, ["one", "operation"] as const]),
);

/** Which fields hold objects of which kind; the others hold plain values, or anything. */
const children: Readonly<Partial<Record<Shape, Children>>> = {
  document: {
    info: ["one", "info"],
    servers: ["list", "server"],
    paths: ["map", "pathItem"],
    "x-ms-paths": ["map", "pathItem"],
    components: ["one", "components"],
    tags: ["list", "tag"],
    externalDocs: ["one", "externalDocs"],
  },
  info: { contact: ["one", "contact"], license: ["one", "license"] },
  server: { variables: ["map", "serverVariable"] },
  components: {
    schemas: ["map", "schema"],
    responses: ["map", "response"],
    parameters: ["map", "parameter"],
    examples: ["map", "example"],
    requestBodies: ["map", "requestBody"],
    headers: ["map", "header"],
    securitySchemes: ["map", "securityScheme"],
    links: ["map", "link"],
    callbacks: ["mapOfMaps", "pathItem"],
    pathItems: ["map", "pathItem"],
  },
  pathItem: { ...operations, servers: ["list", "server"], parameters: ["list", "parameter"] },
  operation: {
    externalDocs: ["one", "externalDocs"],
    parameters: ["list", "parameter"],
    requestBody: ["one", "requestBody"],
    responses: ["map", "response"],
    callbacks: ["mapOfMaps", "pathItem"],
    servers: ["list", "server"],
  },
  parameter: content,
  header: content,
  requestBody: { content: ["map", "mediaType"] },
  mediaType: { schema: ["one", "schema"], examples: ["map", "example"], encoding: ["map", "encoding"] },
  encoding: { headers: ["map", "header"] },
  response: { headers: ["map", "header"], content: ["map", "mediaType"], links: ["map", "link"] },
  link: { server: ["one", "server"] },
  tag: { externalDocs: ["one", "externalDocs"] },
  schema: {
    allOf: ["list", "schema"],
    oneOf: ["list", "schema"],
    anyOf: ["list", "schema"],
    not: ["one", "schema"],
    items: ["one", "schema"],
    properties: ["map", "schema"],
    additionalProperties: ["one", "schema"],
    discriminator: ["one", "discriminator"],
    xml: ["one", "xml"],
    externalDocs: ["one", "externalDocs"],
  },
  securityScheme: { flows: ["one", "oauthFlows"] },
  oauthFlows: {
    implicit: ["one", "oauthFlow"],
    password: ["one", "oauthFlow"],
    clientCredentials: ["one", "oauthFlow"],
    authorizationCode: ["one", "oauthFlow"],
  },
};

/** Every object of a document that is of a known kind, and every other value that stands in the place of one. */
export function* shapedValues(document: DocumentPart): Generator<ShapedValue> {
  const waiting: ShapedValue[] = [{ shape: "document", value: document, place: "#" }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    yield next;
    if (isObjectPart(next.value) && !isReference(next.value))
      waiting.push(...childrenOf({ ...next, value: next.value }).toReversed());
  }
}

/** What stands directly in an object where objects of a known kind belong. */
export function childrenOf({ shape, value, place }: ShapedObject): readonly ShapedValue[] {
  return Object.entries(children[shape] ?? {}).flatMap(([field, [holder, inner]]) => {
    const held = value[field];
    // A schema may say no more than yes or no to further properties.
    if (held === undefined || held === null || typeof held === "boolean") return [];
    return heldIn(holder, { shape: inner, value: held, place: below(place, field) });
  });
}

function heldIn(holder: Holder, held: ShapedValue): readonly ShapedValue[] {
  if (holder === "one") return [held];
  if (holder === "list") return list(held.value).map((value, index) => step(held, index, value));
  const entries = isObjectPart(held.value) ? Object.entries(held.value) : [];
  const values = entries
    .filter(([name]) => !isExtension(held, name))
    .map(([name, value]) => step(held, name, value));
  if (holder === "map") return values;
  return values.flatMap((inner) => (isReference(inner.value) ? [] : heldIn("map", inner)));
}

// A property of a schema may have any name.
function isExtension({ shape, place }: ShapedValue, name: string): boolean {
  return (
    name.startsWith("x-") && (shape === "pathItem" || (shape === "response" && place.endsWith("/responses")))
  );
}

function step({ shape, place }: ShapedValue, name: string | number, value: unknown): ShapedValue {
  return { shape, value, place: below(place, name) };
}
