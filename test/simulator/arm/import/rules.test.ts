/** What the local import refuses, rule by rule. That Azure refuses the same is not proved here: the table names its sources. */
import { describe, expect, it } from "vitest";
import table from "../../../../openapi/azure-import.json" with { type: "json" };
import { importOpenApi } from "../../../../simulator/arm/import/open-api-import.ts";
import { ImportRefusal, type ImportRule } from "../../../../simulator/arm/import/refusal.ts";

type Part = Readonly<Record<string, unknown>>;

const ok = { responses: { "200": { description: "x" } } };
const document = (more: Part = {}) => ({
  openapi: "3.0.3",
  info: { title: "T", version: "1" },
  paths: { "/a": { get: ok } },
  ...more,
});
const paths = (all: Part) => document({ paths: all });
const operation = (more: Part, path = "/a") => paths({ [path]: { get: { ...ok, ...more } } });
const parameter = (more: Part, path = "/a") => operation({ parameters: [more] }, path);
const schemas = (all: Part) => document({ components: { schemas: all } });
const response = (more: Part) => operation({ responses: { "200": { description: "x", ...more } } });
const id = { name: "id", in: "path", required: true, schema: { type: "string" } };
const query = { name: "q", in: "query", required: true, schema: { type: "string" } };
const to = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const pet = {
  type: "object",
  discriminator: { propertyName: "kind" },
  properties: { kind: { type: "string" } },
};
const generated = (count: number) =>
  Object.fromEntries(
    Array.from({ length: count }, (_, at) => [`/${at}`, { get: { operationId: "x", ...ok } }]),
  );

function importing(content: unknown, more: Part = {}): readonly ImportRule[] {
  try {
    importOpenApi({ format: "openapi+json", value: JSON.stringify(content), conduct: "template", ...more });
    return [];
  } catch (error) {
    if (error instanceof ImportRefusal) return error.problems.map(({ rule }) => rule);
    throw error;
  }
}

/** What is refused by a rule, and the nearest that is not. */
const cases: readonly (readonly [rule: ImportRule, refused: Part, accepted: Part])[] = [
  ["version-3-0-later", document({ openapi: "3.0.4" }), document({ openapi: "3.0.3" })],
  ["version-unknown", document({ openapi: "3.2.0" }), document({ openapi: "3.0.0" })],
  [
    "external-reference",
    response({ content: { "a/b": { schema: { $ref: "x.yaml#/A" } } } }),
    response({ content: { "a/b": { schema: { type: "string" } } } }),
  ],
  ["dangling-reference", schemas({ A: {}, B: to("C") }), schemas({ A: {}, B: to("A") })],
  ["dangling-reference", schemas({ A: to("B"), B: to("A") }), schemas({ A: to("B"), B: {} })],
  [
    "dangling-reference",
    schemas({ A: to("constructor") }),
    schemas({ A: to("constructor."), "constructor.": {} }),
  ],
  ["dangling-reference", schemas({ A: to("%zz") }), schemas({ A: to("%42"), B: {} })],
  [
    "deep-reference",
    schemas({
      A: { properties: { b: { type: "string" } } },
      C: { $ref: "#/components/schemas/A/properties/b" },
    }),
    schemas({ A: { properties: { b: { type: "string" } } }, C: to("A") }),
  ],
  [
    "recursion",
    schemas({ A: { properties: { b: { items: to("B") } } }, B: { allOf: [to("A")] } }),
    schemas({ A: { properties: { b: { items: to("B") }, c: to("B") } }, B: {} }),
  ],
  [
    "recursion",
    schemas({ Node: { additionalProperties: to("Node") } }),
    schemas({ Node: { additionalProperties: true }, example: to("Node") }),
  ],
  ["unknown-field", operation({ consumes: ["a/b"] }), operation({ "x-consumes": ["a/b"] })],
  ["unknown-field", schemas({ A: { const: 1 } }), schemas({ A: { $schema: "x", enum: [1] } })],
  ["scalar-field", operation({ summary: ["a"] }), operation({ summary: "a" })],
  [
    "scalar-field",
    schemas({ A: { items: [{ type: "string" }] } }),
    schemas({ A: { items: { type: "string" } } }),
  ],
  [
    "type-list",
    schemas({ A: { type: ["string", "null"] } }),
    schemas({ A: { type: "string", nullable: true } }),
  ],
  [
    "exclusive-bound",
    schemas({ A: { exclusiveMinimum: 1 } }),
    schemas({ A: { minimum: 1, exclusiveMinimum: true } }),
  ],
  ["info-field-missing", document({ info: { title: "T" } }), document({ info: { title: "T", version: "" } })],
  ["paths-missing", document({ paths: undefined }), document({ paths: {} })],
  ["path-without-slash", paths({ a: { get: ok } }), paths({ "x-a": { get: ok } })],
  [
    "path-signature",
    paths({
      "/a/{x}": { get: { ...ok, parameters: [{ ...id, name: "x" }] } },
      "/a/{y}": { put: { ...ok, parameters: [{ ...id, name: "y" }] } },
    }),
    paths({
      "/a/{x}": { get: { ...ok, parameters: [{ ...id, name: "x" }] } },
      "/b/{y}": { put: { ...ok, parameters: [{ ...id, name: "y" }] } },
    }),
  ],
  [
    "path-signature",
    paths({
      "/a/{x}.{f}": { get: { ...ok, parameters: ["x", "f"].map((name) => ({ ...id, name })) } },
      "/a/{y}.{g}": { put: { ...ok, parameters: ["y", "g"].map((name) => ({ ...id, name })) } },
    }),
    paths({
      "/a/{x}.{f}": { get: { ...ok, parameters: ["x", "f"].map((name) => ({ ...id, name })) } },
      "/a/{y}": { put: { ...ok, parameters: [{ ...id, name: "y" }] } },
    }),
  ],
  ["component-key", schemas({ "A B": {} }), schemas({ "A-B_c.1": {} })],
  [
    "component-key",
    document({ components: { securitySchemes: { "A B": { type: "http", scheme: "bearer" } } } }),
    document({ components: { "x-A B": { "A B": 1 } } }),
  ],
  ["discriminator-not-required", schemas({ Pet: pet }), schemas({ Pet: { ...pet, required: ["kind"] } })],
  [
    "discriminator-not-required",
    schemas({
      Pet: { discriminator: { propertyName: "kind" }, oneOf: [to("Cat")] },
      Cat: { properties: { sort: {} } },
    }),
    schemas({
      Pet: { discriminator: { propertyName: "kind" }, oneOf: [to("Cat")] },
      Cat: { properties: { kind: {} } },
    }),
  ],
  [
    "responses-missing",
    operation({ responses: {} }),
    operation({ responses: { default: { description: "" } } }),
  ],
  [
    "response-key",
    operation({ responses: { "2xy": { description: "x" } } }),
    operation({ responses: { "2XX": { description: "x" } } }),
  ],
  [
    "response-description-missing",
    operation({ responses: { "200": {} } }),
    operation({ responses: { "200": { description: null } } }),
  ],
  [
    "contact-email",
    document({ info: { title: "T", version: "1", contact: { email: "a" } } }),
    document({ info: { title: "T", version: "1", contact: { email: "a@b" } } }),
  ],
  [
    "license-name-missing",
    document({ info: { title: "T", version: "1", license: { url: "x" } } }),
    document({ info: { title: "T", version: "1", license: { name: "x" } } }),
  ],
  ["external-docs-url-missing", operation({ externalDocs: {} }), operation({ externalDocs: { url: "x" } })],
  ["tag-name-missing", document({ tags: [{ description: "x" }] }), document({ tags: [{ name: "x" }] })],
  [
    "server-url-missing",
    document({ servers: [{ description: "x" }] }),
    document({ servers: [{ url: "/" }] }),
  ],
  [
    "server-variable-default-missing",
    document({ servers: [{ url: "/{a}", variables: { a: { enum: ["x"] } } }] }),
    document({ servers: [{ url: "/{a}", variables: { a: { default: "x" } } }] }),
  ],
  [
    "parameter-name-or-place-missing",
    parameter({ name: "q", in: "body" }),
    parameter({ name: "q", in: "query" }),
  ],
  ["path-parameter-optional", parameter({ ...id, required: false }, "/{id}"), parameter(id, "/{id}")],
  ["path-parameter-not-in-path", parameter(id), parameter(id, "/a/{id}")],
  [
    "path-parameter-not-in-path",
    parameter({ ...id, name: "rest" }, "/{*rest}"),
    parameter({ ...id, name: "*rest" }, "/{*rest}"),
  ],
  ["path-parameter-undeclared", operation({}, "/{id}"), operation({}, "/*")],
  ["path-parameter-undeclared", operation({}, "/{*rest}"), parameter({ ...id, name: "*rest" }, "/{*rest}")],
  [
    "parameter-names-not-unique",
    operation({ parameters: [id, { ...query, name: "ID" }] }, "/{id}"),
    operation({ parameters: [id, { ...query, name: "ID", required: false }] }, "/{id}"),
  ],
  [
    "required-query-object",
    parameter({ ...query, style: "deepObject", explode: true }),
    parameter({ ...query, style: "pipeDelimited", schema: { type: "array" } }),
  ],
  [
    "required-query-object",
    parameter({ ...query, schema: { type: "object" } }),
    parameter({ ...query, explode: false, schema: { type: "object" } }),
  ],
  [
    "same-template",
    paths({ "/a": { get: ok }, "/A": { get: ok } }),
    paths({ "/a": { get: ok }, "/A": { put: ok } }),
  ],
  [
    "url-template-length",
    operation({ summary: "s" }, `/${"a".repeat(1000)}`),
    operation({ summary: "s" }, `/${"a".repeat(999)}`),
  ],
  ["operation-name-exhausted", paths(generated(1001)), paths(generated(1000))],
  ["display-name-length", operation({ summary: "s".repeat(301) }), operation({ summary: "s".repeat(300) })],
  [
    "operation-description-length",
    operation({ description: "d".repeat(1001) }),
    operation({ description: "d".repeat(1000) }),
  ],
];

describe("an import", () => {
  it.each(cases)("refuses by the rule %s, and not the nearest that keeps it", (rule, refused, accepted) => {
    expect(new Set(importing(refused))).toEqual(new Set([rule]));
    expect(importing(accepted)).toEqual([]);
  });

  it("follows every rule of the table that a document can break", () => {
    const others = {
      // These are not about what a document says.
      "inline-size": "document-text.test.ts",
      syntax: "document-text.test.ts",
      "duplicate-key": "document-text.test.ts",
      "operation-count": "resources.test.ts",
      "api-display-name-length": "resources.test.ts",
      // The local cloud imports neither OpenAPI 2.0 nor tags.
      "yaml-2-0": "",
      "tag-name-length": "",
      // It refuses nothing.
      "api-url-length": "",
    };
    const stopping = Object.entries(table.rows).filter(([, { verdict }]) =>
      ["refused", "limited"].includes(verdict),
    );
    const tested = new Set<string>([...cases.map(([rule]) => rule), ...Object.keys(others)]);
    expect(stopping.map(([rule]) => rule).filter((rule) => !tested.has(rule))).toEqual([]);
  });

  it("takes a name twice, and an object in the query, where required query parameters stay in the query", () => {
    const twice = operation(
      { parameters: [id, { ...query, name: "ID", schema: { type: "object" } }] },
      "/{id}",
    );
    expect(importing(twice, { translateRequiredQueryParametersConduct: "template" })).toEqual([
      "parameter-names-not-unique",
      "required-query-object",
    ]);
    expect(importing(twice, { conduct: "query" })).toEqual([]);
  });

  it("looks for references where OpenAPI has them, and not in examples", () => {
    expect(importing(response({ content: { "a/b": { example: { $ref: "x.yaml" } } } }))).toEqual([]);
  });

  it("tells each rule once, with the first three places and how many more there are", () => {
    const all = Object.fromEntries(
      ["/a", "/b", "/c", "/d", "/e"].map((path) => [path, { get: { responses: {} } }]),
    );
    const refusal = () =>
      importOpenApi({ format: "openapi+json", value: JSON.stringify(paths(all)), conduct: "template" });
    expect(refusal).toThrow(
      "One or more fields contain incorrect values: Parsing error(s): An operation has at least one response. [#/paths/~1a/get/responses, #/paths/~1b/get/responses, #/paths/~1c/get/responses and 2 more] Add a response.",
    );
  });

  it("tells what stands somewhere, and of a long text the beginning", () => {
    const refusal = (tag: object) => () =>
      importOpenApi({
        format: "openapi+json",
        value: JSON.stringify(document({ tags: [{ name: tag }] })),
        conduct: "template",
      });
    expect(refusal({ a: 1 })).toThrow('[#/tags/0/name: {"a":1}]');
    expect(refusal({ a: "x".repeat(60) })).toThrow(`[#/tags/0/name: {"a":"${"x".repeat(54)}…]`);
  });

  it("does not exhaust the stack on a chain of ten thousand schemas", () => {
    const chain = Object.fromEntries(
      Array.from({ length: 10_000 }, (_, at) => [
        `S${at}`,
        at === 9_999 ? {} : { properties: { next: to(`S${at + 1}`) } },
      ]),
    );
    expect(importing(schemas(chain))).toEqual([]);
    expect(importing(schemas({ ...chain, S9999: to("S0") }))).toEqual(["recursion"]);
  });
});
