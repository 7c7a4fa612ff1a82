/** How schemas of later versions are said in OpenAPI 3.0. */
import { describe, expect, it } from "vitest";
import { convertToOpenApi30 } from "../../openapi/convert/convert.ts";
import { objectAt } from "../../openapi/json.ts";

type Json = Readonly<Record<string, unknown>>;

const document = (schema: unknown, more: Json = {}) => ({
  openapi: "3.1.0",
  info: { title: "Orders", version: "1" },
  paths: {},
  components: { schemas: { A: schema, ...more } },
});

function convert(schema: unknown, more: Json = {}) {
  const { content, findings } = convertToOpenApi30(document(schema, more));
  const schemas = objectAt(objectAt(content.components).schemas);
  return {
    schema: schemas.A,
    schemas,
    codes: findings.filter(({ rule }) => rule.code !== "version-converted").map(({ rule }) => rule.code),
  };
}

describe("a schema of OpenAPI 3.1", () => {
  const ref = { $ref: "#/components/schemas/B" };
  it.each<[string, unknown, unknown]>([
    ["a type or null", { type: ["string", "null"] }, { type: "string", nullable: true }],
    ["one type in a list", { type: ["string"] }, { type: "string" }],
    [
      "several types",
      { type: ["array", "integer", "null"], items: { type: "string" }, minimum: 1 },
      {
        minimum: 1,
        nullable: true,
        anyOf: [
          { type: "array", items: { type: "string" }, nullable: true },
          { type: "integer", nullable: true },
        ],
      },
    ],
    [
      "several types beside alternatives",
      { type: ["string", "integer"], anyOf: [{ minimum: 1 }, { minLength: 1 }] },
      {
        anyOf: [{ minimum: 1 }, { minLength: 1 }],
        allOf: [{ anyOf: [{ type: "string" }, { type: "integer" }] }],
      },
    ],
    ["null alone", { type: "null" }, { enum: [null], nullable: true }],
    ["a reference or null", { anyOf: [ref, { type: "null" }] }, { allOf: [ref], nullable: true }],
    [
      "a schema or null",
      { title: "T", oneOf: [{ type: "null" }, { type: "string" }] },
      { title: "T", type: "string", nullable: true },
    ],
    [
      "alternatives and null",
      { oneOf: [{ type: "string" }, { type: "integer" }, { type: "null" }] },
      { oneOf: [{ type: "string" }, { type: "integer" }], nullable: true },
    ],
    ["a constant", { type: "string", const: "a" }, { type: "string", enum: ["a"] }],
    ["a constant that is false", { const: false }, { enum: [false] }],
    ["null among values", { enum: ["a", null] }, { enum: ["a", null], nullable: true }],
    [
      "exclusive limits",
      { exclusiveMinimum: 1, exclusiveMaximum: 9 },
      { minimum: 1, exclusiveMinimum: true, maximum: 9, exclusiveMaximum: true },
    ],
    ["a stricter inclusive limit", { minimum: 5, exclusiveMinimum: 1 }, { minimum: 5 }],
    [
      "a stricter exclusive limit",
      { maximum: 5, exclusiveMaximum: 5 },
      { maximum: 5, exclusiveMaximum: true },
    ],
    ["one example", { examples: ["a"] }, { example: "a" }],
    ["a list of anything", { type: "array" }, { type: "array", items: {} }],
    ["anything", true, {}],
    ["nothing", false, { not: {} }],
    [
      "no further properties",
      { type: "object", additionalProperties: false },
      { type: "object", additionalProperties: false },
    ],
    ["base64", { type: "string", contentEncoding: "base64" }, { type: "string", format: "byte" }],
    ["binary data", { contentMediaType: "application/octet-stream" }, { type: "string", format: "binary" }],
    ["a reference with a note", { ...ref, description: "D" }, { description: "D", allOf: [ref] }],
    [
      "a reference beside a composition",
      { ...ref, allOf: [{ type: "object" }] },
      { allOf: [ref, { type: "object" }] },
    ],
    ["a reference alone", ref, ref],
    ["an extension", { "x-a": { const: 1 } }, { "x-a": { const: 1 } }],
    ["data that looks like a schema", { default: { const: 1 } }, { default: { const: 1 } }],
    [
      "a property named like a keyword",
      { properties: { const: { const: 1 } } },
      { properties: { const: { enum: [1] } } },
    ],
  ])("says %s without loss", (_, schema, expected) => {
    const { schema: converted, codes } = convert(schema, { B: {} });
    expect(converted).toEqual(expected);
    expect(codes).toEqual([]);
  });

  it.each<[string, Json, unknown, string]>([
    ["further examples", { examples: ["a", "b"] }, { example: "a" }, "schema-examples-lost"],
    [
      "the order of a closed tuple",
      { type: "array", prefixItems: [{ type: "string" }, { type: "integer" }], items: false },
      { type: "array", items: { anyOf: [{ type: "string" }, { type: "integer" }] }, maxItems: 2 },
      "schema-tuple-lost",
    ],
    [
      "the order of an open tuple",
      { type: "array", prefixItems: [{ type: "string" }] },
      { type: "array", items: {} },
      "schema-tuple-lost",
    ],
    [
      "the names of patterns",
      { patternProperties: { "^a": { type: "string" } }, additionalProperties: false },
      { additionalProperties: { type: "string" } },
      "schema-pattern-properties-lost",
    ],
    ["a condition", { if: {} }, {}, "schema-keyword-lost"],
    ["a closed composition", { unevaluatedProperties: false }, {}, "schema-keyword-lost"],
    ["a keyword of another vocabulary", { instanceOf: "Date" }, {}, "schema-keyword-lost"],
    [
      "the media type of a text",
      { type: "string", contentMediaType: "text/csv" },
      { type: "string" },
      "schema-content-lost",
    ],
    ["an identifier", { $comment: "C" }, {}, "schema-identifier-dropped"],
  ])("names %s", (_, schema, expected, code) => {
    const { schema: converted, codes } = convert(schema);
    expect(converted).toEqual(expected);
    expect(codes).toEqual([code]);
  });

  it("has its definitions among the components when they are referred to", () => {
    const { schema, schemas } = convert({
      properties: { b: { $ref: "#/components/schemas/A/$defs/B" } },
      $defs: { B: { const: 1 }, Unused: {} },
    });
    expect(schema).toEqual({ properties: { b: { $ref: "#/components/schemas/B" } } });
    expect(schemas.B).toEqual({ enum: [1] });
    expect(Object.keys(schemas)).toEqual(["A", "B"]);
  });

  it("may be referred to by an anchor or an identifier", () => {
    const { schemas } = convert(
      { allOf: [{ $ref: "#here" }, { $ref: "https://example.com/b" }] },
      { B: { $id: "https://example.com/b" }, C: { $anchor: "here" } },
    );
    expect(schemas.A).toEqual({
      allOf: [{ $ref: "#/components/schemas/C" }, { $ref: "#/components/schemas/B" }],
    });
  });
});
