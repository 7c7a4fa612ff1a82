import { type NodeAt, withField } from "../document-tree.ts";
import type { Rule } from "../finding.ts";
import { arrayAt, type JsonObject, objectAt, textAt } from "../json.ts";

/** Adds a finding about the schema at hand. */
export type ReportSchema = (rule: Rule, detail?: string) => void;

const schemaKeywordLost: Rule = {
  code: "schema-keyword-lost",
  outcome: "lost",
  text: "OpenAPI 3.0 has no such schema keyword. The imported schema allows more than the document.",
};

const schemaIdentifierDropped: Rule = {
  code: "schema-identifier-dropped",
  outcome: "converted",
  text: "OpenAPI 3.0 has no identifiers and comments of schemas. They are left out, and references to them are rewritten.",
};

const schemaTupleLost: Rule = {
  code: "schema-tuple-lost",
  outcome: "lost",
  text: "OpenAPI 3.0 has one schema for all items of a list. The imported schema does not say which item stands where.",
};

const schemaPatternLost: Rule = {
  code: "schema-pattern-properties-lost",
  outcome: "lost",
  text: "OpenAPI 3.0 has no patternProperties. The imported schema allows such properties under any name.",
};

const schemaExamplesLost: Rule = {
  code: "schema-examples-lost",
  outcome: "lost",
  text: "A schema of OpenAPI 3.0 has one example. The first is kept.",
};

const schemaContentLost: Rule = {
  code: "schema-content-lost",
  outcome: "lost",
  text: "OpenAPI 3.0 cannot say which encoding or media type a text has, except base64 and binary data.",
};

const keywords = new Set(
  `$ref title multipleOf maximum exclusiveMaximum minimum exclusiveMinimum maxLength minLength pattern maxItems minItems
  uniqueItems maxProperties minProperties required enum type not allOf oneOf anyOf items properties additionalProperties
  description format default nullable discriminator readOnly writeOnly example externalDocs deprecated xml`.split(
    /\s+/,
  ),
);

const identifiers = new Set([
  "$schema",
  "$id",
  "id",
  "$anchor",
  "$comment",
  "$dynamicAnchor",
  "$vocabulary",
  "$defs",
  "definitions",
]);

type Step = (schema: JsonObject, report: ReportSchema) => JsonObject;

// None of these changes a valid schema of OpenAPI 3.0.
const strayWords: readonly Step[] = [
  withoutNullBranches,
  withOneType,
  withEnumForConst,
  withBooleanLimits,
  withOneExample,
  withOneItems,
  withPropertiesForPatterns,
  withFormatForContent,
];

const allWords: readonly Step[] = [
  withoutReferenceSiblings,
  ...strayWords,
  withNullableEnum,
  withKnownKeywords,
];

/**
 * Says in the words of OpenAPI 3.0 what a schema of a 3.0 document says in those of another version: `type: file`, a list
 * of types, `const`. A valid schema stays the same object.
 */
export function convertStrayWords(value: unknown, at: NodeAt, report: ReportSchema): unknown {
  const isReference = textAt(objectAt(value).$ref) !== undefined;
  return isReference ? value : convertBy(strayWords, value, at, report);
}

/**
 * Says a schema of OpenAPI 3.1, 3.2 or Swagger 2.0 in the words of OpenAPI 3.0; schemas inside it are left to the next
 * call. `{ type: ["string", "null"] }` → `{ type: "string", nullable: true }`. What 3.0 cannot say is reported.
 */
export function convertSchema(value: unknown, at: NodeAt, report: ReportSchema): unknown {
  return convertBy(allWords, value, at, report);
}

function convertBy(
  steps: readonly Step[],
  value: unknown,
  { key, field }: NodeAt,
  report: ReportSchema,
): unknown {
  const mayBeBoolean = key === "additionalProperties" && field === undefined;
  if (typeof value === "boolean" && !mayBeBoolean) return value ? {} : { not: {} };
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const converted = steps.reduce<JsonObject>((schema, step) => step(schema, report), value as JsonObject);
  return isSame(converted, value as JsonObject) ? value : converted;
}

function isSame(one: JsonObject, other: JsonObject): boolean {
  const keys = Object.keys(one);
  return keys.length === Object.keys(other).length && keys.every((key) => one[key] === other[key]);
}

// A reference of 3.0 has no fields beside it that count.
function withoutReferenceSiblings(schema: JsonObject): JsonObject {
  const { $ref, ...siblings } = schema;
  if (textAt($ref) === undefined || Object.keys(siblings).length === 0) return schema;
  return { ...siblings, allOf: [{ $ref }, ...arrayAt(siblings.allOf)] };
}

function withoutNullBranches(schema: JsonObject): JsonObject {
  return ["anyOf", "oneOf"].reduce((at, field) => {
    const branches = arrayAt(at[field]);
    const others = branches.filter((branch) => !isNullSchema(objectAt(branch)));
    return others.length === branches.length ? at : withBranches(at, field, others);
  }, schema);
}

function withBranches(schema: JsonObject, field: string, branches: readonly unknown[]): JsonObject {
  const rest = withField(schema, field, undefined);
  if (branches.length > 1) return { ...rest, [field]: branches, nullable: true };
  if (branches.length === 0) return { ...rest, nullable: true, enum: [null] };
  const only = objectAt(branches[0]);
  const isPlain =
    textAt(only.$ref) === undefined && Object.keys(only).every((key) => !Object.hasOwn(rest, key));
  if (isPlain) return { ...rest, ...only, nullable: true };
  return { ...rest, nullable: true, allOf: [...arrayAt(rest.allOf), branches[0]] };
}

function isNullSchema({ type, const: only }: JsonObject): boolean {
  return type === "null" || only === null || (Array.isArray(type) && type.length === 1 && type[0] === "null");
}

function withOneType(schema: JsonObject): JsonObject {
  const { type } = schema;
  // Some generators write an empty type where they know none.
  if (type === "") return withField(schema, "type", undefined);
  if (type === "file") return { ...schema, type: "string", format: "binary" };
  if (type !== "null" && !Array.isArray(type)) return schema;
  const types = new Set(type === "null" ? [type] : type);
  const nullable = types.delete("null") ? { nullable: true } : {};
  const [first, ...others] = types;
  const rest = withField(schema, "type", undefined);
  if (first === undefined) return type.length === 0 ? rest : { ...rest, enum: [null], ...nullable };
  if (others.length === 0) return { ...withField(schema, "type", first), ...nullable };
  const { items, ...shared } = rest;
  const branches = [first, ...others].map((one) => ({
    type: one,
    ...(one === "array" ? { items: items ?? {} } : {}),
    ...nullable,
  }));
  if (shared.anyOf === undefined) return { ...shared, anyOf: branches, ...nullable };
  return { ...shared, allOf: [...arrayAt(shared.allOf), { anyOf: branches }], ...nullable };
}

function withEnumForConst(schema: JsonObject): JsonObject {
  if (!Object.hasOwn(schema, "const")) return schema;
  return { ...withField(schema, "const", undefined), enum: [schema.const] };
}

function withNullableEnum(schema: JsonObject): JsonObject {
  const isOpen = schema.type === undefined && schema.nullable === undefined;
  return isOpen && arrayAt(schema.enum).includes(null) ? { ...schema, nullable: true } : schema;
}

function withBooleanLimits(schema: JsonObject): JsonObject {
  const upper = withBooleanLimit(schema, {
    limit: "maximum",
    exclusive: "exclusiveMaximum",
    stricter: Math.min,
  });
  return withBooleanLimit(upper, { limit: "minimum", exclusive: "exclusiveMinimum", stricter: Math.max });
}

interface Limit {
  readonly limit: string;
  readonly exclusive: string;
  readonly stricter: (one: number, other: number) => number;
}

function withBooleanLimit(schema: JsonObject, { limit, exclusive, stricter }: Limit): JsonObject {
  const bound = schema[exclusive];
  if (typeof bound !== "number") return schema;
  const other = schema[limit];
  // Where both stand and the inclusive limit is the stricter one, the exclusive one says nothing.
  if (typeof other === "number" && other !== bound && stricter(other, bound) === other)
    return withField(schema, exclusive, undefined);
  return { ...schema, [limit]: bound, [exclusive]: true };
}

function withOneExample(schema: JsonObject, report: ReportSchema): JsonObject {
  if (!Array.isArray(schema.examples)) return schema;
  const { examples, ...rest } = schema;
  const isFirstKept = !Object.hasOwn(rest, "example") && examples.length > 0;
  const dropped = examples.length - (isFirstKept ? 1 : 0);
  if (dropped > 0) report(schemaExamplesLost, `${dropped} more`);
  return isFirstKept ? { ...rest, example: examples[0] } : rest;
}

function withOneItems(schema: JsonObject, report: ReportSchema): JsonObject {
  const { prefixItems, ...rest } = schema;
  const isList = Array.isArray(rest.items);
  const prefix = isList ? arrayAt(rest.items) : arrayAt(prefixItems);
  const further = isList ? undefined : rest.items;
  if (prefix.length === 0)
    return further === undefined && rest.type === "array" ? { ...rest, items: {} } : schema;
  report(schemaTupleLost);
  const { maxItems } = rest;
  const isClosed = further === false || (typeof maxItems === "number" && maxItems <= prefix.length);
  const most = typeof maxItems === "number" ? Math.min(maxItems, prefix.length) : prefix.length;
  if (isClosed) return { ...rest, items: anyOf(prefix), maxItems: most };
  const isOpen = further === undefined || further === true;
  return { ...rest, items: isOpen ? {} : anyOf([...prefix, further]) };
}

function anyOf(schemas: readonly unknown[]): unknown {
  const unique = new Map(schemas.map((schema) => [JSON.stringify(schema), schema]));
  const [first, ...others] = unique.values();
  return others.length === 0 ? first : { anyOf: [first, ...others] };
}

function withPropertiesForPatterns(schema: JsonObject, report: ReportSchema): JsonObject {
  if (!Object.hasOwn(schema, "patternProperties")) return schema;
  const { patternProperties, ...rest } = schema;
  const schemas = Object.values(objectAt(patternProperties));
  if (schemas.length === 0) return rest;
  report(schemaPatternLost, Object.keys(objectAt(patternProperties)).join(", "));
  const { additionalProperties: further } = rest;
  if (further === undefined || further === true) return rest;
  return { ...rest, additionalProperties: anyOf(further === false ? schemas : [...schemas, further]) };
}

const binaryMedia = /^(?:application\/(?:octet-stream|pdf|zip|gzip)|(?:image|audio|video|font)\/.*)$/;

function withFormatForContent(schema: JsonObject, report: ReportSchema): JsonObject {
  const { contentEncoding, contentMediaType, ...rest } = schema;
  if (contentEncoding === undefined && contentMediaType === undefined) return schema;
  if (contentEncoding !== undefined && contentEncoding !== "base64")
    report(schemaContentLost, `contentEncoding ${contentEncoding}`);
  const isBinary = contentEncoding === undefined && binaryMedia.test(String(contentMediaType));
  if (contentMediaType !== undefined && contentMediaType !== "application/octet-stream")
    report(schemaContentLost, `contentMediaType ${contentMediaType}`);
  if (contentEncoding !== "base64" && !isBinary) return rest;
  return { type: "string", format: isBinary ? "binary" : "byte", ...rest };
}

function withKnownKeywords(schema: JsonObject, report: ReportSchema): JsonObject {
  const known = Object.entries(schema).filter(([key]) => {
    if (keywords.has(key) || key.startsWith("x-")) return true;
    report(identifiers.has(key) ? schemaIdentifierDropped : schemaKeywordLost, key);
    return false;
  });
  return Object.fromEntries(known);
}
