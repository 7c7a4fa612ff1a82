/** Where cycles of references are cut. Not proved here: that Azure takes the result. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cutRecursion } from "../../openapi/derive/cut-recursion.ts";
import { walkDocument } from "../../openapi/document-tree.ts";
import { type JsonObject, objectAt } from "../../openapi/json.ts";

type Json = Readonly<Record<string, unknown>>;

const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const object = (properties: Json) => ({ type: "object", properties });
const again = (name: string, type: Json = { type: "object" }) => ({
  ...type,
  description: `Recursive: see "${name}".`,
});

function cut(schemas: Json, more: Json = {}) {
  const { content, findings } = cutRecursion({
    openapi: "3.0.3",
    paths: {},
    components: { schemas },
    ...more,
  });
  return {
    schemas: objectAt(objectAt(content.components).schemas),
    content,
    told: findings.map(({ rule, place, detail }) => `${rule.code} ${place} ${detail}`),
  };
}

describe("a recursive schema", () => {
  it("is cut where it refers to itself", () => {
    const { schemas, told } = cut({
      Tree: object({ leaf: ref("Leaf"), children: { type: "array", items: ref("Tree") } }),
      Leaf: object({}),
    });
    expect(schemas).toEqual({
      Tree: object({ leaf: ref("Leaf"), children: { type: "array", items: again("Tree") } }),
      Leaf: object({}),
    });
    expect(told).toEqual([
      'recursion-cut components.schemas.Tree.properties.children.items "#/components/schemas/Tree"',
    ]);
  });

  it("stays as it is when it is used twice without a cycle", () => {
    const content = {
      components: { schemas: { Leaf: {}, Tree: object({ left: ref("Leaf"), right: ref("Leaf") }) } },
    };
    expect(cutRecursion(content)).toEqual({ content, findings: [] });
    expect(cutRecursion(content).content).toBe(content);
  });

  it("is cut once in a longer cycle, after what the paths name first", () => {
    const schemas = { A: object({ b: ref("B") }), B: object({ a: ref("A") }) };
    expect(cut(schemas).schemas).toEqual({ ...schemas, B: object({ a: again("A") }) });
    const content = { "application/json": { schema: ref("B") } };
    const paths = { "/b": { get: { responses: { 200: { description: "B.", content } } } } };
    expect(cut(schemas, { paths }).schemas).toEqual({ ...schemas, A: object({ b: again("B") }) });
  });

  it.each<[Json, Json]>([
    [{ type: "array", items: ref("A") }, again("A", { type: "array", items: {} })],
    [{ additionalProperties: ref("A") }, again("A")],
    [
      { type: "object", nullable: true, properties: { a: ref("A") } },
      again("A", { type: "object", nullable: true }),
    ],
  ])("becomes a plain value of its type, %j", (A, plain) => {
    const { schemas } = cut({ A: { ...A, properties: { a: ref("A") } } });
    expect(objectAt(schemas.A).properties).toEqual({ a: plain });
  });

  it("has the type of what it is composed of", () => {
    const { schemas } = cut({
      A: { allOf: [ref("Text"), { enum: [], not: { items: ref("A") } }] },
      Text: { type: "string" },
    });
    expect(schemas.A).toHaveProperty(["allOf", 1, "not", "items"], again("A", { type: "string" }));
  });

  it("is one of any, not exactly one, when an alternative is cut", () => {
    const { schemas } = cut({ A: { oneOf: [{ type: "string" }, object({ a: { oneOf: [ref("A")] } })] } });
    expect(schemas.A).toEqual({
      oneOf: [{ type: "string" }, object({ a: { anyOf: [{ description: 'Recursive: see "A".' }] } })],
    });
  });

  it("forbids nothing when what it forbids is cut", () => {
    expect(cut({ A: { type: "object", not: ref("A") } }).schemas.A).toEqual({ type: "object" });
  });

  it("is refused outside schemas", () => {
    const done = { "{$url}": { post: { callbacks: { again: { $ref: "#/components/callbacks/done" } } } } };
    expect(cut({}, { components: { callbacks: { done } } }).told).toEqual([
      'recursion-outside-schemas components.callbacks.done.{$url}.post.callbacks.again "#/components/callbacks/done"',
    ]);
  });

  it("is never left, and nothing is cut that would not close a cycle", () => {
    const edges = fc.array(fc.tuple(fc.nat(7), fc.nat(7)), { maxLength: 20 });
    fc.assert(
      fc.property(edges, (pairs) => {
        const names = Array.from({ length: 8 }, (_, index) => `S${index}`);
        const schemas = Object.fromEntries(
          names.map((name, from) => [
            name,
            object(
              Object.fromEntries(
                pairs.flatMap(([one, to], index) => (one === from ? [[`p${index}`, ref(`S${to}`)]] : [])),
              ),
            ),
          ]),
        );
        const { content, told } = cut(schemas);
        const left = references(content);
        expect(hasCycle(left)).toBe(false);
        for (const one of told) {
          const [, from, to] = /schemas\.(S\d)\..*schemas\/(S\d)"$/.exec(one) ?? [];
          expect(hasCycle([...left, [String(from), String(to)]])).toBe(true);
        }
      }),
    );
  });

  it("is found in a chain that is longer than a call stack is deep", () => {
    const length = 20_000;
    const schemas = Object.fromEntries(
      Array.from({ length }, (_, index) => [`S${index}`, object({ next: ref(`S${(index + 1) % length}`) })]),
    );
    expect(cut(schemas).told).toEqual([
      `recursion-cut components.schemas.S${length - 1}.properties.next "#/components/schemas/S0"`,
    ]);
  });
});

function references(content: JsonObject): [string, string][] {
  const found: [string, string][] = [];
  walkDocument(content, (value, at) => {
    const { $ref } = objectAt(value);
    if (typeof $ref === "string") found.push([String(at.parent?.key), $ref.split("/").at(-1) ?? ""]);
  });
  return found;
}

// Takes away what leads nowhere, until nothing changes.
function hasCycle(edges: readonly (readonly [string, string])[]): boolean {
  const left = edges.filter(([, to]) => edges.some(([from]) => from === to));
  return left.length === edges.length ? left.length > 0 : hasCycle(left);
}
