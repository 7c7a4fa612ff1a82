/**
 * How documents of other versions are said in OpenAPI 3.0. Schemas have a file of their own. Not proved here: that Azure
 * takes the result.
 */
import { Validator } from "@seriousme/openapi-schema-validator";
import { describe, expect, it } from "vitest";
import { convertToOpenApi30 } from "../../openapi/convert/convert.ts";
import type { Finding } from "../../openapi/finding.ts";

type Json = Readonly<Record<string, unknown>>;

const info = { title: "Orders", version: "1" };
const ok = { description: "Orders." };
const later = (more: Json, openapi = "3.1.0") => ({ openapi, info, paths: {}, ...more });
const getting = (operation: Json) => ({ paths: { "/a": { get: { responses: { 200: ok }, ...operation } } } });
const told = (findings: readonly Finding[]) => findings.map(({ rule, place }) => `${rule.code} ${place}`);

async function convertValid(document: Json) {
  const { content, findings } = convertToOpenApi30(document);
  const copy = structuredClone(content) as Record<string, unknown>;
  expect(await new Validator().validate(copy)).toMatchObject({ valid: true });
  return { content, told: told(findings).slice(1) };
}

describe("a document of OpenAPI 3.0", () => {
  const document = later(
    { ...getting({ parameters: [{ name: "q", in: "query", schema: { enum: [1, null], "x-a": {} } }] }) },
    "3.0.1",
  );

  it("stays the same object", () => {
    expect(convertToOpenApi30(document)).toEqual({ content: document, findings: [] });
    expect(convertToOpenApi30(document).content).toBe(document);
  });

  it("has schemas in the words of another version said in those of 3.0", () => {
    const schemas = {
      File: { type: "file" },
      Nullable: { type: ["string", "null"], const: "a" },
      Empty: { type: "", properties: { a: true } },
      List: { type: "array" },
      Plain: { type: "string" },
      Unknown: { unknown: 1 },
    };
    const { content, findings } = convertToOpenApi30(later({ components: { schemas } }, "3.0.3"));
    expect(content.components).toEqual({
      schemas: {
        File: { type: "string", format: "binary" },
        Nullable: { type: "string", nullable: true, enum: ["a"] },
        Empty: { properties: { a: {} } },
        List: { type: "array", items: {} },
        Plain: schemas.Plain,
        Unknown: schemas.Unknown,
      },
    });
    expect(told(findings)).toEqual(
      ["File", "Nullable", "Empty", "Empty.properties.a", "List"].map(
        (name) => `schema-of-other-version components.schemas.${name}`,
      ),
    );
  });

  it("has references to components only, for Azure's importer", () => {
    const line = {
      type: "object",
      properties: { order: { $ref: "#/components/schemas/Order/properties/no" } },
    };
    const schemas = {
      Order: { properties: { no: { type: "string" }, lines: { type: "array", items: line } } },
    };
    const body = {
      content: { "application/json": { schema: { $ref: "#/components/schemas/Order/properties/lines" } } },
    };
    const { content, findings } = convertToOpenApi30(
      later({ ...getting({ requestBody: body }), components: { schemas } }, "3.0.3"),
    );
    expect(content).toMatchObject({
      paths: {
        "/a": {
          get: {
            requestBody: {
              content: { "application/json": { schema: { $ref: "#/components/schemas/Order-lines" } } },
            },
          },
        },
      },
      components: {
        schemas: {
          "Order-no": { type: "string" },
          "Order-lines": { items: { properties: { order: { $ref: "#/components/schemas/Order-no" } } } },
        },
      },
    });
    expect(told(findings)).toEqual([
      "reference-lifted paths./a.get.requestBody.content.application/json.schema",
      "reference-lifted components.schemas.Order.properties.lines.items.properties.order",
    ]);
  });

  it("has the operations of a path that refers to another written out", () => {
    const { content, findings } = convertToOpenApi30(
      later({ paths: { "/a": { get: { responses: { 200: ok } } }, "/b": { $ref: "#/paths/~1a" } } }, "3.0.3"),
    );
    expect(content.paths).toHaveProperty(["/b", "get", "responses"]);
    expect(told(findings)).toEqual(["path-item-inlined paths./b"]);
  });

  const paths = (reference: Json) => ({
    "/a": { get: { security: [{ okta: ["admin"] }], responses: { 200: ok } } },
    "/b": { get: { $ref: "#/paths/~1a/get", ...reference } },
  });

  it("has an operation that refers to another written out, with who may call it", () => {
    const { content, findings } = convertToOpenApi30(later({ paths: paths({ "x-note": "b" }) }, "3.0.3"));
    expect(content.paths).toHaveProperty(["/b", "get", "security"], [{ okta: ["admin"] }]);
    expect(told(findings)).toEqual(["operation-inlined paths./b.get"]);
  });

  it("is refused when an operation that is a reference has security of its own", () => {
    const { findings } = convertToOpenApi30(later({ paths: paths({ security: [] }) }, "3.0.3"));
    expect(told(findings)).toEqual(["operation-reference-siblings paths./b.get"]);
  });

  it("is refused when a path refers to itself by way of a callback", () => {
    const callbacks = { done: { "{$url}": { $ref: "#/paths/~1a" } } };
    const paths = { "/a": { get: { callbacks } }, "/b": { $ref: "#/paths/~1a" } };
    const { findings } = convertToOpenApi30(later({ paths }, "3.0.3"));
    expect(findings.filter(({ rule }) => rule.outcome === "refused").map(({ rule }) => rule.code)).toContain(
      "path-item-recursive",
    );
  });
});

describe("the version of a document", () => {
  it.each([{ openapi: "4.0.0" }, { swagger: "1.2" }, { openapi: "3.3.0" }, {}])(
    "is refused when it is unknown, %j",
    (document) => {
      expect(told(convertToOpenApi30(document).findings)).toEqual(["version-unknown document"]);
    },
  );

  it.each([{ swagger: 2 }, { openapi: 3.1 }])("may be a number of YAML, %j", (version) => {
    expect(convertToOpenApi30({ ...version, info, paths: {} }).content.openapi).toBe("3.0.3");
  });
});

describe("a document of OpenAPI 3.1", () => {
  it("is of 3.0.3 then, and says that it was converted", () => {
    const { content, findings } = convertToOpenApi30(later({}));
    expect(content).toEqual({ openapi: "3.0.3", info, paths: {} });
    expect(findings).toMatchObject([{ rule: { code: "version-converted" }, detail: '"3.1.0"' }]);
  });

  it("may have no paths", async () => {
    const { openapi, components } = later({ components: {} }) as Json;
    expect((await convertValid({ openapi, info, components } as Json)).content.paths).toEqual({});
  });

  it("loses what only later versions know, each with its place", async () => {
    const { content, told: lost } = await convertValid(
      later({
        info: { ...info, summary: "S", description: "D", license: { name: "MIT", identifier: "MIT OR ISC" } },
        jsonSchemaDialect: "https://example.com/dialect",
        webhooks: { sent: { post: { responses: { 200: ok } } } },
      }),
    );
    expect(content).toEqual({
      openapi: "3.0.3",
      info: { ...info, description: "D", license: { name: "MIT" } },
      paths: {},
    });
    expect(lost).toEqual([
      "webhook-lost webhooks.sent",
      "later-field-lost info.summary",
      "later-field-lost info.license.identifier",
      "later-field-lost jsonSchemaDialect",
    ]);
  });

  it("keeps a summary and a licence where 3.0 has a place for them", async () => {
    const { content, told: lost } = await convertValid(
      later({ info: { ...info, summary: "S", license: { name: "MIT", identifier: "MIT" } } }),
    );
    expect(content.info).toEqual({
      ...info,
      description: "S",
      license: { name: "MIT", url: "https://spdx.org/licenses/MIT.html" },
    });
    expect(lost).toEqual([]);
  });

  it("has shared path items written out", async () => {
    const pathItems = { A: { get: { responses: { 200: ok } } } };
    const { content } = await convertValid(
      later({ paths: { "/a": { $ref: "#/components/pathItems/A" } }, components: { pathItems } }),
    );
    expect(content).toMatchObject({ paths: { "/a": pathItems.A }, components: {} });
    expect(content.components).toEqual({});
  });

  it("gets the responses and descriptions that 3.0 requires", async () => {
    const { content, told: made } = await convertValid(
      later({ paths: { "/a": { get: {}, put: { responses: { 200: { summary: "S" } } } } } }, "3.2.0"),
    );
    expect(content.paths).toEqual({
      "/a": {
        get: { responses: { default: { description: "" } } },
        put: { responses: { 200: { description: "S" } } },
      },
    });
    expect(made).toEqual([
      "responses-made-up paths./a.get",
      "response-description-made-up paths./a.put.responses.200",
    ]);
  });

  it("loses notes beside a reference that is no schema's", async () => {
    const { content, told: lost } = await convertValid(
      later({
        ...getting({ parameters: [{ $ref: "#/components/parameters/Q", description: "D" }] }),
        components: { parameters: { Q: { name: "q", in: "query", schema: {} } } },
      }),
    );
    expect(content.paths).toHaveProperty(
      ["/a", "get", "parameters"],
      [{ $ref: "#/components/parameters/Q" }],
    );
    expect(lost).toEqual(["reference-note-lost paths./a.get.parameters.0"]);
  });

  it("keeps the scopes of schemes that are not oauth2, and a scheme for certificates", () => {
    const securitySchemes = { token: { type: "http", scheme: "bearer" }, mtls: { type: "mutualTLS" } };
    const { content, findings } = convertToOpenApi30(
      later({ security: [{ token: ["orders.read"] }], components: { securitySchemes } }),
    );
    expect(content).toMatchObject({
      security: [{ token: ["orders.read"] }],
      components: { securitySchemes },
    });
    expect(told(findings).slice(1)).toEqual(["mutual-tls-kept components.securitySchemes.mtls"]);
  });
});

describe("a document of OpenAPI 3.2", () => {
  it("loses operations of further methods", async () => {
    const operation = { responses: { 200: ok } };
    const { content, told: lost } = await convertValid(
      later({ paths: { "/a": { query: operation, additionalOperations: { COPY: operation } } } }, "3.2.0"),
    );
    expect(content.paths).toEqual({ "/a": {} });
    expect(lost).toEqual(["later-method-lost paths./a.query", "later-method-lost paths./a.COPY"]);
  });

  it("loses a parameter for the whole query, and keeps its neighbour", async () => {
    const parameters = [
      { name: "all", in: "querystring", content: { "application/json": { schema: {} } } },
      { name: "q", in: "query", schema: {} },
    ];
    const { content, told: lost } = await convertValid(later(getting({ parameters }), "3.2.0"));
    expect(content.paths).toHaveProperty(["/a", "get", "parameters"], [parameters[1]]);
    expect(lost).toEqual(["querystring-parameter-lost paths./a.get.parameters.0"]);
  });

  it("has shared media types written out, and loses schemas of streams", async () => {
    const mediaTypes = { Lines: { itemSchema: { type: "string" }, schema: { type: "string" } } };
    const content = { "application/jsonl": { $ref: "#/components/mediaTypes/Lines" } };
    const converted = await convertValid(
      later({ ...getting({ responses: { 200: { ...ok, content } } }), components: { mediaTypes } }, "3.2.0"),
    );
    expect(converted.content.paths).toHaveProperty(
      ["/a", "get", "responses", "200", "content", "application/jsonl"],
      { schema: { type: "string" } },
    );
    expect(converted.content.components).toEqual({});
    expect(converted.told).toContain(
      "later-field-lost paths./a.get.responses.200.content.application/jsonl.itemSchema",
    );
  });

  it("has a device flow's scopes in the flow of clients", async () => {
    const scopes = { "orders.read": "Read orders." };
    const flows = {
      deviceAuthorization: {
        deviceAuthorizationUrl: "https://login.example.com/device",
        tokenUrl: "https://login.example.com/token",
        scopes,
      },
    };
    const { content, told: converted } = await convertValid(
      later({ components: { securitySchemes: { okta: { type: "oauth2", flows } } } }, "3.2.0"),
    );
    expect(content.components).toEqual({
      securitySchemes: {
        okta: {
          type: "oauth2",
          flows: { clientCredentials: { tokenUrl: "https://login.example.com/token", scopes } },
        },
      },
    });
    expect(converted).toEqual(["device-flow-converted components.securitySchemes.okta"]);
  });

  it("loses what describes tags, servers and discriminators", async () => {
    const { told: lost } = await convertValid(
      later(
        {
          servers: [{ url: "https://api.example.com", name: "N" }],
          tags: [{ name: "a", parent: "b" }],
          components: {
            schemas: {
              A: {
                type: "object",
                required: ["k"],
                discriminator: { propertyName: "k", defaultMapping: "A" },
              },
            },
          },
        },
        "3.2.0",
      ),
    );
    expect(lost.toSorted()).toEqual([
      "later-field-lost components.schemas.A.discriminator.defaultMapping",
      "later-field-lost servers.0.name",
      "later-field-lost tags.0.parent",
    ]);
  });

  it("has the data of an example as its value", async () => {
    const examples = { A: { dataValue: { a: 1 }, serializedValue: '{"a":1}' } };
    const { content } = await convertValid(later({ components: { examples } }, "3.2.0"));
    expect(content.components).toEqual({ examples: { A: { value: { a: 1 } } } });
  });
});
