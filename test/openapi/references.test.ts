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

  it.each<[string, string, RegExp]>([
    [
      "out of the document",
      answering("other.yaml#/x"),
      /responses\.200\.\$ref: must point into the document; got "other/,
    ],
    ["to nothing", answering("#/components/responses/No"), /must point to something; got "#\/components/],
    ["to what every object inherits", answering("#/components/constructor"), /must point to something/],
    ["with a malformed escape", answering("#/components/%zz"), /must point to something/],
    [
      "of the default response",
      minimal({ responses: { "200": { description: "x" }, default: { $ref: "other.yaml" } } }),
      /responses\.default\.\$ref: must point into the document/,
    ],
    [
      "of a property that is named like a field",
      withComponents({ schemas: { A: object({ default: { $ref: "other.yaml" } }) } }),
      /properties\.default\.\$ref: must point into the document/,
    ],
    [
      "of a named example",
      minimal({
        responses: {
          "200": {
            description: "x",
            content: { "text/plain": { examples: { one: { $ref: "#/components/examples/No" } } } },
          },
        },
      }),
      /examples\.one\.\$ref: must point to something/,
    ],
  ])("is refused %s", async (_, text, problem) => {
    expect(await problems(text)).toContainEqual(expect.stringMatching(problem));
  });

  it("may be used twice, but not lead back to itself", async () => {
    const leaf = { $ref: "#/components/schemas/Leaf" };
    const twice = { Leaf: { type: "string" }, Tree: object({ left: leaf, right: leaf }) };
    expect((await read(withComponents({ schemas: twice }))).operations).toHaveLength(1);
    const tree = { Tree: object({ child: { $ref: "#/components/schemas/Tree" } }) };
    expect(await problems(withComponents({ schemas: tree }))).toEqual([
      expect.stringMatching(/^components\.schemas\.Tree: must not refer to itself; got a recursion/),
    ]);
  });

  it("must not lead back to itself by way of another", async () => {
    const schemas = {
      A: object({ b: { $ref: "#/components/schemas/B" } }),
      B: { type: "array", items: { $ref: "#/components/schemas/A" } },
    };
    expect(await problems(withComponents({ schemas }))).toEqual([
      expect.stringMatching(/^components\.schemas\.B: must not refer to itself/),
      expect.stringMatching(/^components\.schemas\.A: must not refer to itself/),
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
