/** The samples that a mock answers with. Azure's own samples may differ in their values. */
import { describe, expect, it, vi } from "vitest";
import { mockSample } from "../../../../simulator/arm/import/schema-sample.ts";

const document = {
  components: {
    schemas: {
      Pet: {
        type: "object",
        required: ["id"],
        properties: {
          id: { type: "integer", minimum: 7 },
          kind: { enum: ["cat", "dog"] },
          secret: { type: "string", writeOnly: true },
        },
      },
    },
  },
};
const pet = { $ref: "#/components/schemas/Pet" };

describe("mockSample", () => {
  it.each([
    ["application/json", pet, '{"id":7,"kind":"cat"}'],
    ["application/hal+json; charset=utf-8", pet, '{"id":7,"kind":"cat"}'],
    ["*/*", { type: "array", items: pet }, '[{"id":7,"kind":"cat"}]'],
    ["application/json", { type: "string", example: "a" }, '"a"'],
    ["text/plain", { type: "string", example: "a" }, "a"],
    ["text/plain", pet, '{"id":7,"kind":"cat"}'],
    ["application/json", { type: "string", nullable: true, example: null }, "null"],
  ])("makes for %s of %j the text %s", (type, schema, text) => {
    expect(mockSample(document, schema, type)).toBe(text);
  });

  it("makes XML for an XML type", () => {
    const text = mockSample(document, pet, "application/xml");
    expect(text?.replace(/\s/g, "")).toBe("<Pet><id>7</id><kind>cat</kind></Pet>");
  });

  it.each<[string, Readonly<Record<string, unknown>>, unknown]>([
    ["items", { type: "array", minItems: 1e9, items: { type: "integer" } }, Array(20).fill(0)],
    [
      "items of a property named minItems",
      { properties: { minItems: { type: "integer" } } },
      { minItems: 0 },
    ],
    ["items of an example", { example: { minItems: 5000 } }, { minItems: 5000 }],
  ])("has few %s", (_, schema, value) => {
    expect(JSON.parse(mockSample(document, schema, "application/json") ?? "")).toEqual(value);
  });

  it("has short texts where a schema asks for long ones", () => {
    const text = mockSample(document, { type: "string", minLength: 2 ** 40 }, "text/plain");
    expect(text).toHaveLength(1000);
  });

  it("is none where the library cannot read the schema", () => {
    const broken = { $ref: "#/components/schemas/None" };
    expect(mockSample(document, broken, "application/json")).toBeUndefined();
    expect(mockSample(document, broken, "application/xml")).toBeUndefined();
  });

  it("is less deep where lists of lists would have too many items", () => {
    const list = (items: unknown) => ({ type: "array", minItems: 20, items });
    const deep = list(list(list(list(list({ type: "integer" })))));
    const text = mockSample(document, deep, "application/json");
    expect(text).toMatch(/^\[\[/);
    expect(text?.length).toBeLessThan(100_000);
  });

  it("stays small where schemas share schemas", () => {
    const level = (at: number) => ({
      type: "object",
      properties: Object.fromEntries(
        ["a", "b", "c"].map((name) => [
          name,
          at === 0 ? { type: "string" } : { $ref: `#/components/schemas/L${at - 1}` },
        ]),
      ),
    });
    const deep = {
      components: {
        schemas: Object.fromEntries(Array.from({ length: 20 }, (_, at) => [`L${at}`, level(at)])),
      },
    };
    const text = mockSample(deep, { $ref: "#/components/schemas/L19" }, "application/json");
    expect(text?.length).toBeLessThan(100_000);
  });

  it("tells the console nothing of schemas that do not go together", () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    mockSample({}, { allOf: [{ type: "object" }, { type: "string" }] }, "application/json");
    expect(warn).not.toHaveBeenCalled();
    warn.mockRestore();
  });
});
