/** What the check finds of what Azure's import refuses or ignores. The table says whence each row is; no instance was asked. */
import { describe, expect, it } from "vitest";
import { azureLimits } from "../../openapi/azure-import.ts";
import {
  checkImport,
  checkImportBody,
  checkOperationCount,
  type ImportSettings,
} from "../../openapi/check/check.ts";
import type { JsonObject } from "../../openapi/json.ts";

const described = { description: "x" };
const info = { title: "T", version: "1" };
const op = (more: JsonObject = {}): JsonObject => ({ responses: { "200": described }, ...more });
const document = (more: JsonObject = {}, get: JsonObject = {}): JsonObject => ({
  openapi: "3.0.3",
  info,
  paths: { "/a": { get: op(get) } },
  ...more,
});
const found = (one: JsonObject, settings?: ImportSettings) =>
  checkImport(one, settings).map(({ rule, place }) => `${rule.outcome} ${rule.code} ${place}`);
const parameter = (name: string, location: string, more: JsonObject = {}) => ({
  name,
  in: location,
  required: true,
  schema: { type: "string" },
  ...more,
});
const schema = (A: JsonObject, others: JsonObject = {}) =>
  document({ components: { schemas: { A, ...others } } });
const response = (more: JsonObject, key = "200") =>
  document({}, { responses: { [key]: { ...described, ...more } } });
const content = { "text/plain": {} };

/** What is found, what is not, and the settings. */
const cases: readonly (readonly [string, JsonObject, JsonObject])[] = [
  ["refused version-3-0-later openapi", document({ openapi: "3.0.4" }), document({ openapi: "3.0.0" })],
  ["refused version-unknown openapi", document({ openapi: "4.0.0" }), document()],
  ["refused info-field-missing info", document({ info: { title: "T" } }), document()],
  [
    "refused contact-email info.contact.email",
    document({ info: { ...info, contact: { email: "a" } } }),
    document({ info: { ...info, contact: { email: "a@b" } } }),
  ],
  [
    "refused license-name-missing info.license",
    document({ info: { ...info, license: {} } }),
    document({ info: { ...info, license: { name: "MIT" } } }),
  ],
  [
    "refused api-display-name-length info.title",
    document({ info: { ...info, title: "t".repeat(301) } }),
    document({ info: { ...info, title: "t".repeat(300) } }),
  ],
  ["refused paths-missing document", document({ paths: undefined }), document({ paths: {} })],
  ["refused path-without-slash paths.a", document({ paths: { a: {} } }), document({ paths: { "x-a": {} } })],
  [
    "refused path-without-slash x-ms-paths.a",
    document({ "x-ms-paths": { a: { get: op() } } }),
    document({ "x-ms-paths": { "/b": { get: op() }, "x-a": {} } }),
  ],
  [
    "refused path-signature paths./A/{y}",
    document({
      paths: {
        "/A/{x}": { get: op({ parameters: [parameter("x", "path")] }) },
        "/A/{y}": { put: op({ parameters: [parameter("y", "path")] }) },
      },
    }),
    document({
      paths: {
        "/A/{x}": { get: op({ parameters: [parameter("x", "path")] }) },
        "/a/{y}": { put: op({ parameters: [parameter("y", "path")] }) },
      },
    }),
  ],
  [
    "refused same-template paths./A.get",
    document({ paths: { "/a": { get: op() }, "/A": { get: op() } } }),
    document({ paths: { "/a": { get: op() }, "/b": { get: op() } } }),
  ],
  ["refused unknown-field paths./a.get.foo", document({}, { foo: 1 }), document({}, { summary: "x" })],
  [
    "refused unknown-field info.contact.foo",
    document({ info: { ...info, contact: { foo: 1 } } }),
    document({ info: { ...info, contact: { "x-foo": 1 } } }),
  ],
  [
    "refused component-key components.schemas.A b",
    document({ components: { schemas: { "A b": {} } } }),
    document({ components: { schemas: { "A.b-c_d": {} } } }),
  ],
  [
    "refused type-list components.schemas.A.type",
    schema({ type: ["string", "null"] }),
    schema({ type: "string" }),
  ],
  [
    "refused exclusive-bound components.schemas.A.exclusiveMinimum",
    schema({ exclusiveMinimum: 1 }),
    schema({ exclusiveMinimum: true }),
  ],
  [
    "refused discriminator-not-required components.schemas.A.discriminator",
    schema({ discriminator: { propertyName: "kind" } }),
    schema({ discriminator: { propertyName: "kind" }, required: ["kind"] }),
  ],
  [
    "refused discriminator-not-required components.schemas.A.discriminator",
    schema(
      { discriminator: { propertyName: "kind" }, oneOf: [{ $ref: "#/components/schemas/B" }] },
      { B: {} },
    ),
    schema(
      { discriminator: { propertyName: "kind" }, oneOf: [{ $ref: "#/components/schemas/B" }] },
      { B: { allOf: [{ properties: { kind: {} } }] } },
    ),
  ],
  ["refused responses-missing paths./a.get", document({}, { responses: { "x-a": 1 } }), document()],
  ["refused response-key paths./a.get.responses.600", response({}, "600"), response({}, "599")],
  [
    "refused response-description-missing paths./a.get.responses.200",
    response({ description: undefined }),
    response({ description: "" }),
  ],
  ["refused external-docs-url-missing externalDocs", document({ externalDocs: {} }), document()],
  ["refused tag-name-missing tags.0", document({ tags: [{}] }), document({ tags: [{ name: "a" }] })],
  [
    "refused tag-name-length tags.0.name",
    document({ tags: [{ name: "t".repeat(161) }] }),
    document({ tags: [{ name: "t".repeat(160) }] }),
  ],
  [
    "refused server-url-missing servers.0",
    document({ servers: [{}] }),
    document({ servers: [{ url: "https://a" }] }),
  ],
  [
    "refused server-variable-default-missing servers.0.variables.v",
    document({ servers: [{ url: "https://{v}", variables: { v: {} } }] }),
    document({ servers: [{ url: "https://{v}", variables: { v: { default: "a" } } }] }),
  ],
  [
    "refused display-name-length paths./a.get.summary",
    document({}, { summary: "s".repeat(301) }),
    document({}, { summary: "s".repeat(300) }),
  ],
  [
    "refused operation-description-length paths./a.get.description",
    document({}, { description: "d".repeat(1001) }),
    document({}, { description: "d".repeat(1000) }),
  ],
  [
    "refused parameter-name-or-place-missing paths./a.get.parameters.0",
    document({}, { parameters: [parameter("a", "body")] }),
    document({}, { parameters: [parameter("a", "header")] }),
  ],
  [
    "refused path-parameter-optional paths./a/{b}.get.parameters.0",
    document({
      paths: { "/a/{b}": { get: op({ parameters: [parameter("b", "path", { required: false })] }) } },
    }),
    document({ paths: { "/a/{b}": { get: op({ parameters: [parameter("b", "path")] }) } } }),
  ],
  [
    "refused path-parameter-undeclared paths./a/{b}.get",
    document({ paths: { "/a/{b}": { get: op() } } }),
    document({ paths: { "/a/*": { get: op() } } }),
  ],
  [
    "refused path-parameter-undeclared paths./a/{*b}.get",
    document({ paths: { "/a/{*b}": { get: op() } } }),
    document({ paths: { "/a/{*b}": { get: op({ parameters: [parameter("*b", "path")] }) } } }),
  ],
  [
    "refused path-parameter-not-in-path paths./a.get",
    document({}, { parameters: [parameter("b", "path")] }),
    document({}, { parameters: [parameter("b", "query")] }),
  ],
  [
    "refused parameter-names-not-unique paths./a/{id}.get",
    document({
      paths: { "/a/{id}": { get: op({ parameters: [parameter("id", "path"), parameter("ID", "query")] }) } },
    }),
    document({
      paths: {
        "/a/{id}": {
          get: op({ parameters: [parameter("id", "path"), parameter("ID", "query", { required: false })] }),
        },
      },
    }),
  ],
  ["noted trace paths./a.trace", document({ paths: { "/a": { trace: op() } } }), document()],
  [
    "noted servers-below paths./a.servers",
    document({ paths: { "/a": { servers: [{ url: "https://a" }] } } }),
    document(),
  ],
  ["noted servers-below paths./a.get.servers", document({}, { servers: [{ url: "https://a" }] }), document()],
  ["noted callbacks paths./a.get.callbacks", document({}, { callbacks: {} }), document()],
  ["noted links paths./a.get.responses.200.links", response({ links: {} }), document()],
  [
    "noted external-docs paths./a.get.externalDocs",
    document({}, { externalDocs: { url: "https://a" } }),
    document(),
  ],
  ["noted response-range paths./a.get.responses.2XX", response({}, "2XX"), document()],
  [
    "noted empty-response paths./a.get.responses.204.content",
    response({ content }, "204"),
    response({ content }),
  ],
  [
    "noted relative-server servers.0.url",
    document({ servers: [{ url: "/v1" }] }),
    document({ servers: [{ url: "{scheme}://a" }] }),
  ],
  [
    "noted cookie-parameter paths./a.get.parameters.0",
    document({}, { parameters: [parameter("a", "cookie")] }),
    document(),
  ],
  [
    "noted header-parameter paths./a.get.parameters.0",
    document({}, { parameters: [parameter("Accept", "header")] }),
    document(),
  ],
  [
    "noted parameter-style paths./a.get.parameters.0",
    document({}, { parameters: [parameter("a", "query", { style: "pipeDelimited" })] }),
    document({}, { parameters: [parameter("a", "query", { style: "form", explode: true })] }),
  ],
  [
    "noted parameter-style paths./a.get.parameters.0",
    document({}, { parameters: [parameter("a", "query", { explode: false })] }),
    document({}, { parameters: [parameter("a", "header", { explode: false })] }),
  ],
  [
    "noted reference-siblings components.schemas.A",
    schema({ $ref: "#/components/schemas/B", type: "object" }, { B: {} }),
    schema({ $ref: "#/components/schemas/B" }, { B: {} }),
  ],
  ["noted options-operation paths./a.options", document({ paths: { "/a": { options: op() } } }), document()],
];

describe("the check of an import", () => {
  it.each(cases)("finds %s, and not in the nearest document without it", (line, wrong, right) => {
    expect(found(wrong)).toEqual([line]);
    expect(found(right)).toEqual([]);
  });

  it("leaves it to another rule that a required query parameter is listed twice", () => {
    expect(found(document({}, { parameters: [parameter("q", "query"), parameter("q", "query")] }))).toEqual(
      [],
    );
  });

  it("finds a placeholder that stands in a path twice", () => {
    const of = (path: string) =>
      found(document({ paths: { [path]: { get: op({ parameters: [parameter("id", "path")] }) } } }));
    expect(of("/a/{id}/b/{id}")).toEqual(["refused parameter-names-not-unique paths./a/{id}/b/{id}.get"]);
    expect(of("/a/{id}/b/id")).toEqual([]);
  });

  it("lets a required query parameter have the path's name when it is not in the template", () => {
    const both = [parameter("id", "path"), parameter("id", "query")];
    const one = document({ paths: { "/a/{id}": { get: op({ parameters: both }) } } });
    expect(found(one, { translateRequiredQueryParametersConduct: "query" })).toEqual([]);
  });

  it("measures a URL template with its required query parameters", () => {
    const path = `/${"a".repeat(azureLimits.urlTemplateCharacters - 9)}`;
    const of = (name: string, settings?: ImportSettings) =>
      found(
        document({ paths: { [path]: { get: op({ parameters: [parameter(name, "query")] }) } } }),
        settings,
      );
    // ?b={b} has six characters.
    expect(of("b")).toEqual([]);
    expect(of("bcd")).toEqual([`refused url-template-length paths.${path}.get`]);
    expect(of("bcd", { translateRequiredQueryParametersConduct: "query" })).toEqual([]);
  });

  it("counts operations by the tier", () => {
    expect(checkOperationCount(3000, "Developer")).toEqual([]);
    expect(checkOperationCount(3001, "Developer")).toMatchObject([
      { rule: { code: "operation-count" }, detail: "3001 operations, 3000 in tier Developer" },
    ]);
    expect(checkOperationCount(3001, "Standard")).toEqual([]);
  });

  it("measures the body of the request, in bytes", () => {
    const around = '{"value":""}'.length;
    const body = (bytes: number) => ({ value: "ä".repeat((bytes - around) / 2) });
    const limit = azureLimits.inlineBytes;
    expect(checkImportBody(body(limit))).toEqual([]);
    expect(checkImportBody(body(limit + 2))).toMatchObject([
      { rule: { code: "inline-size" }, detail: `${limit + 2} bytes` },
    ]);
  });
});
