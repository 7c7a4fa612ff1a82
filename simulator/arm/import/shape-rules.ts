import table from "../../../openapi/azure-import.json" with { type: "json" };
import { below, type DocumentPart, isObjectPart, list, object, text } from "./json.ts";
import { follow, isReference, referenceProblem } from "./references.ts";
import type { ImportProblem, ImportRule } from "./refusal.ts";
import { type Shape, type ShapedObject, shapedValues } from "./shapes.ts";

type Find = (rule: ImportRule, step?: string | number, got?: unknown) => void;
type ShapeRule = (value: DocumentPart, find: Find) => void;

const fields = new Map(Object.entries(table.fields).map(([shape, names]) => [shape, new Set<string>(names)]));
const tolerated = new Set(table.names.toleratedFields);
const componentKey = new RegExp(table.names.componentKey);
const responseKey = new RegExp(table.names.responseKey);

/**
 * What Azure's reader refuses in a document by its shape alone.
 *
 * @see https://github.com/microsoft/OpenAPI.NET
 */
export function shapeProblems(document: DocumentPart): readonly ImportProblem[] {
  const problems: ImportProblem[] = [];
  for (const { shape, value, place } of shapedValues(document)) {
    const find: Find = (rule, step, got) =>
      problems.push({
        rule,
        place: step === undefined ? place : below(place, step),
        ...(got === undefined ? {} : { got: shortened(JSON.stringify(got)) }),
      });
    if (!isObjectPart(value)) find("scalar-field", undefined, value);
    else if (isReference(value)) findReference(document, value, find);
    else findInObject({ shape, value, place }, find);
  }
  return [...problems, ...discriminatorProblems(document)];
}

/** What stands somewhere may be a whole schema. */
function shortened(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

function findReference(document: DocumentPart, value: { readonly $ref: string }, find: Find): void {
  const rule = referenceProblem(document, value);
  if (rule !== undefined) find(rule, undefined, value.$ref);
}

function findInObject({ shape, value }: ShapedObject, find: Find): void {
  for (const [field, held] of Object.entries(value)) {
    const isKnown = fields.get(shape)?.has(field) || field.startsWith("x-") || tolerated.has(field);
    if (!isKnown) find("unknown-field", field);
    else if (plainFields.has(field) && typeof held === "object" && held !== null) {
      const isTypeList = shape === "schema" && field === "type" && Array.isArray(held);
      find(isTypeList ? "type-list" : "scalar-field", field, held);
    }
  }
  rules[shape]?.(value, find);
}

const plainFields = new Set(
  ["title", "summary", "description", "name", "in", "type", "format", "pattern", "operationId", "url"].concat(
    ["style", "propertyName", "openapi", "version", "bearerFormat", "scheme", "externalValue"],
  ),
);

const rules: Readonly<Partial<Record<Shape, ShapeRule>>> = {
  document: (value, find) => {
    if (value.info === undefined) find("info-field-missing", "info");
    if (value.paths === undefined) find("paths-missing", "paths");
    findInPaths(object(value.paths), find);
  },
  info: required("info-field-missing", "title", "version"),
  contact: ({ email }, find) => {
    if (email !== undefined && !/^[^@]+@[^@]+$/.test(text(email))) find("contact-email", "email", email);
  },
  license: required("license-name-missing", "name"),
  externalDocs: required("external-docs-url-missing", "url"),
  tag: required("tag-name-missing", "name"),
  server: required("server-url-missing", "url"),
  serverVariable: required("server-variable-default-missing", "default"),
  components: (value, find) => {
    for (const [kind, held] of Object.entries(value)) {
      for (const name of Object.keys(object(held)))
        if (!kind.startsWith("x-") && !componentKey.test(name)) find("component-key", kind, name);
    }
  },
  operation: ({ responses }, find) => {
    const names = Object.keys(object(responses)).filter((name) => !name.startsWith("x-"));
    if (names.length === 0) find("responses-missing", "responses");
    for (const name of names) if (!responseKey.test(name)) find("response-key", "responses", name);
  },
  response: required("response-description-missing", "description"),
  parameter: (value, find) => {
    if (value.name === undefined || !["path", "query", "header", "cookie"].includes(text(value.in)))
      find("parameter-name-or-place-missing");
    if (value.in === "path" && value.required !== true)
      find("path-parameter-optional", undefined, value.name);
  },
  schema: (value, find) => {
    for (const bound of ["exclusiveMinimum", "exclusiveMaximum"])
      if (typeof value[bound] === "number") find("exclusive-bound", bound, value[bound]);
  },
};

function required(rule: ImportRule, ...names: readonly string[]): ShapeRule {
  return (value, find) => {
    // Azure's reader takes null for a text, and documents that instances take have such descriptions.
    for (const name of names) if (value[name] === undefined) find(rule, name);
  };
}

function findInPaths(paths: DocumentPart, find: Find): void {
  const signatures = new Set<string>();
  for (const path of Object.keys(paths).filter((name) => !name.startsWith("x-"))) {
    if (!path.startsWith("/")) find("path-without-slash", "paths", path);
    const signature = path.replace(/\{[^{}/]+\}/g, "{}");
    if (signatures.has(signature)) find("path-signature", "paths", path);
    signatures.add(signature);
  }
}

function discriminatorProblems(document: DocumentPart): readonly ImportProblem[] {
  const schemas = Object.entries(object(object(document.components).schemas));
  return schemas.flatMap(([name, schema]) => {
    const { discriminator } = object(schema);
    if (!isObjectPart(discriminator) || isReference(schema)) return [];
    const property = text(discriminator.propertyName);
    if (property !== "" && isDiscriminated(document, object(schema), property)) return [];
    const place = `${below("#/components/schemas", name)}/discriminator`;
    return [{ rule: "discriminator-not-required" as const, place, got: JSON.stringify(property) }];
  });
}

/** Whether a schema requires the property, or one of the schemas that it is made of has it. */
function isDiscriminated(document: DocumentPart, schema: DocumentPart, property: string): boolean {
  if (list(schema.required).includes(property)) return true;
  const seen = new Set<DocumentPart>();
  const waiting = alternatives(document, schema);
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    if (Object.hasOwn(object(next.properties), property) || list(next.required).includes(property))
      return true;
    waiting.push(...alternatives(document, next));
  }
  return false;
}

function alternatives(document: DocumentPart, { oneOf, anyOf, allOf }: DocumentPart): DocumentPart[] {
  const all = [...list(oneOf), ...list(anyOf), ...list(allOf)];
  // Whether a reference leads anywhere is told beside it.
  return all
    .filter((one) => referenceProblem(document, one) === undefined)
    .map((one) => object(follow(document, one)));
}
