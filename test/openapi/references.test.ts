/** Which references stay inside a document and end. */
import { describe, expect, it } from "vitest";
import { checkReferences } from "../../openapi/references.ts";
import { type Json, minimal, problems, read, withComponents } from "./minimal-document.ts";

const answering = ($ref: string) => minimal({ responses: { "200": { $ref } } });
const object = (properties: Json) => ({ type: "object", properties });

describe("a reference", () => {
  it("is followed inside the document, through escapes", async () => {
    const text = minimal({
      parameters: [{ $ref: "#/paths/~1orders/get/x-parameters/a%20b" }],
      "x-parameters": { "a b": { name: "q", in: "query", required: true, schema: {}, example: 1 } },
    });
    expect((await read(text)).operations[0]?.example.path).toBe("/orders?q=1");
  });

  it.each<[string, string, string]>([
    [
      "to nothing",
      answering("#/components/responses/No"),
      "reference-missing paths./orders.get.responses.200.$ref",
    ],
    [
      "with a malformed escape",
      answering("#/components/%zz"),
      "reference-missing paths./orders.get.responses.200.$ref",
    ],
    [
      "of the default response",
      minimal({ responses: { "200": { description: "x" }, default: { $ref: "#/no" } } }),
      "reference-missing paths./orders.get.responses.default.$ref",
    ],
    [
      "of a property that is named like a field",
      withComponents({ schemas: { A: object({ default: { $ref: "#/no" } }) } }),
      "reference-missing components.schemas.A.properties.default.$ref",
    ],
  ])("is refused %s", async (_, text, problem) => {
    expect(await problems(text)).toEqual([problem]);
  });

  it("may be used twice", async () => {
    const leaf = { $ref: "#/components/schemas/Leaf" };
    const twice = { Leaf: { type: "string" }, Tree: object({ left: leaf, right: leaf }) };
    expect((await read(withComponents({ schemas: twice }))).findings).toEqual([]);
  });

  it("that leads back to itself is cut, and said", async () => {
    const schemas = {
      A: object({ b: { $ref: "#/components/schemas/B" } }),
      B: { type: "array", items: { $ref: "#/components/schemas/A" } },
    };
    const { findings } = await read(withComponents({ schemas }));
    expect(findings.map(({ rule, place }) => `${rule.code} ${place}`)).toEqual([
      "recursion-cut components.schemas.B.items",
    ]);
  });
});

describe("a reference of the derived document", () => {
  const check = (schemas: Json) =>
    checkReferences({ components: { schemas } }).findings.map(
      ({ rule, place, detail }) => `${rule.code} ${place} ${detail}`,
    );

  it("may name a component, itself a reference", () => {
    const content = {
      components: {
        schemas: { A: { $ref: "#/components/schemas/B" }, B: { $ref: "#/components/schemas/C" }, C: {} },
      },
    };
    expect(checkReferences(content)).toEqual({ content, findings: [] });
    expect(checkReferences(content).content).toBe(content);
  });

  it.each([
    ["reference-missing", "#/components/schemas/No"],
    ["reference-missing", "#/components/constructor"],
    ["reference-missing", "#/components/%zz"],
    ["reference-missing", "#anchor"],
    ["reference-external", "other.yaml#/x"],
    ["reference-external", "https://example.com/x.yaml"],
    ["reference-endless", "#/components/schemas/A"],
  ])("is refused as %s when it is %s", (code, $ref) => {
    expect(check({ A: { $ref } })).toEqual([`${code} components.schemas.A.$ref "${$ref}"`]);
  });

  it("is refused once when others lead to it", () => {
    expect(check({ A: { $ref: "#/components/schemas/B" }, B: { $ref: "#/components/schemas/No" } })).toEqual([
      'reference-missing components.schemas.B.$ref "#/components/schemas/No"',
    ]);
  });

  it("is data in examples and extensions", () => {
    expect(check({ A: { example: { $ref: "no" }, default: { $ref: "no" }, "x-a": { $ref: "no" } } })).toEqual(
      [],
    );
  });
});
