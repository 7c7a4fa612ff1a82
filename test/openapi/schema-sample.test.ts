/** Values that are made from schemas. What the library makes of each keyword is its own. */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { schemaSample } from "../../openapi/call/schema-sample.ts";
import type { JsonObject } from "../../openapi/json.ts";

const text = { type: "string" };

describe("a schema's sample", () => {
  it.each<[JsonObject, unknown]>([
    [{ type: "string", enum: ["b", "a"] }, "b"],
    [{ type: "string", default: "d" }, "d"],
    [{ type: "string", format: "date" }, "2019-08-24"],
    [{ type: "string", minLength: 8 }, "stringst"],
    [{ type: "string", maxLength: 3 }, "str"],
    [{ type: "string", pattern: "^[A-Z]{3}-[0-9]{2}$" }, "AAA-00"],
    [{ type: "integer", minimum: 10 }, 10],
    [{ type: "array", items: { type: "boolean" }, minItems: 2 }, [true, true]],
    [
      { allOf: [{ type: "object", properties: { a: text } }, { properties: { b: { type: "integer" } } }] },
      { a: "string", b: 0 },
    ],
    [{ oneOf: [{ type: "integer" }, text] }, 0],
    [
      { type: "object", additionalProperties: { type: "integer" } },
      { property1: 0, property2: 0 },
    ],
    [{ $ref: "#/components/schemas/Order%20A" }, { id: 7 }],
  ])("of %j is %j", (schema, value) => {
    const order = { type: "object", properties: { id: { type: "integer", example: 7 } } };
    expect(schemaSample({ components: { schemas: { "Order A": order } } }, schema)).toEqual(value);
  });

  it("leaves out what only a response has", () => {
    const schema = {
      type: "object",
      properties: { id: { ...text, readOnly: true }, secret: { ...text, writeOnly: true } },
    };
    expect(schemaSample({}, schema)).toEqual({ secret: "string" });
  });

  it.each<[string, JsonObject]>([
    ["a text", { type: "string", minLength: 1e9 }],
    ["a list", { type: "array", items: text, minItems: 1e9 }],
    ["a pattern", { type: "string", pattern: "a{1000000000}" }],
    ["a list inside", { type: "object", properties: { a: { type: "array", items: text, minItems: 1e9 } } }],
  ])("is short for %s of a thousand million", (_, schema) => {
    expect(JSON.stringify(schemaSample({}, schema)).length).toBeLessThan(50);
  });

  it("is cut where each level holds the next one many times", () => {
    const level = (at: number): JsonObject => ({
      type: "object",
      properties: Object.fromEntries(
        Array.from({ length: 10 }, (_, n) => [
          `p${n}`,
          at === 0 ? text : { $ref: `#/components/schemas/L${at - 1}` },
        ]),
      ),
    });
    const schemas = Object.fromEntries(Array.from({ length: 15 }, (_, at) => [`L${at}`, level(at)]));
    const sample = schemaSample({ components: { schemas } }, { $ref: "#/components/schemas/L14" });
    expect(Object.keys(sample as JsonObject)).toHaveLength(10);
    expect(JSON.stringify(sample).length).toBeLessThan(100_000);
  });

  it("is none for a reference to nothing", () => {
    expect(schemaSample({}, { $ref: "#/components/schemas/None" })).toBeUndefined();
  });

  it("never throws, and writes nothing to the console", async () => {
    const { warn } = console;
    const leaf = fc.record(
      {
        type: fc.constantFrom("string", "integer", "object", "array", "boolean", "none"),
        format: fc.constantFrom("date-time", "uuid", "x"),
        pattern: fc.string({ maxLength: 12 }),
        minLength: fc.integer({ min: -1, max: 1e9 }),
        minimum: fc.integer(),
      },
      { requiredKeys: [] },
    );
    const schema = fc.letrec((tie) => ({
      any: fc.oneof({ maxDepth: 3 }, leaf, tie("nested")),
      nested: fc.record(
        {
          allOf: fc.array(tie("any"), { maxLength: 3 }),
          oneOf: fc.array(tie("any"), { maxLength: 3 }),
          items: tie("any"),
          properties: fc.dictionary(fc.string({ maxLength: 5 }), tie("any"), { maxKeys: 3 }),
          type: fc.constantFrom("object", "array"),
        },
        { requiredKeys: [] },
      ),
    }));
    const written: unknown[] = [];
    console.warn = (...all: unknown[]) => written.push(all);
    await fc.assert(
      fc.property(schema.any, (one) => void schemaSample({}, one)),
      { seed: 4, numRuns: 300 },
    );
    console.warn = warn;
    expect(written).toEqual([]);
  });
});
