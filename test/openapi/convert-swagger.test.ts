/** How Swagger 2.0 is said in OpenAPI 3.0. Not proved here: that Azure takes the result. */
import { Validator } from "@seriousme/openapi-schema-validator";
import { describe, expect, it } from "vitest";
import { convertToOpenApi30 } from "../../openapi/convert/convert.ts";
import { objectAt } from "../../openapi/json.ts";

type Json = Readonly<Record<string, unknown>>;

const info = { title: "Orders", version: "1" };
const ok = { description: "Orders." };

async function convert(document: Json) {
  const { content, findings } = convertToOpenApi30({ swagger: "2.0", info, paths: {}, ...document });
  const copy = structuredClone(content) as Record<string, unknown>;
  expect(await new Validator().validate(copy)).toMatchObject({ valid: true });
  return {
    content,
    told: findings
      .map(({ rule, place }) => `${rule.code} ${place}`)
      .filter((one) => one !== "swagger-converted swagger"),
  };
}

async function convertOperation(operation: Json, document: Json = {}) {
  const { content, told } = await convert({
    consumes: ["application/json"],
    produces: ["application/json"],
    paths: { "/a/{id}": { post: { responses: { 200: ok }, ...operation } } },
    ...document,
  });
  return { operation: objectAt(objectAt(objectAt(content.paths)["/a/{id}"]).post), content, told };
}

describe("a Swagger document's servers", () => {
  it.each<[Json, readonly string[]]>([
    [
      { host: "a.example.com", basePath: "/v1", schemes: ["https", "http"] },
      ["https://a.example.com/v1", "http://a.example.com/v1"],
    ],
    [{ host: "a.example.com", basePath: "/", schemes: ["https"] }, ["https://a.example.com"]],
    [{ basePath: "/v1" }, ["/v1"]],
  ])("come from %j", async (document, urls) => {
    const { content, told } = await convert(document);
    expect(content.servers).toEqual(urls.map((url) => ({ url })));
    expect(told).toEqual([]);
  });

  it("are left out when there is neither a host nor a path", async () => {
    expect((await convert({})).content).toEqual({ openapi: "3.0.3", info, paths: {}, components: {} });
  });

  it("use HTTPS and say so when the document names no scheme", async () => {
    const { content, told } = await convert({ host: "a.example.com" });
    expect(content.servers).toEqual([{ url: "https://a.example.com" }]);
    expect(told).toEqual(["server-scheme-made-up host"]);
  });
});

describe("a Swagger document with a field of OpenAPI 3", () => {
  it.each<[string, Json]>([
    ["servers", { servers: [{ url: "https://a.example.com" }] }],
    ["components", { components: { schemas: { A: {} } } }],
  ])("loses %s, which is told", async (field, document) => {
    const { content, told } = await convert(document);
    expect(content).toEqual({ openapi: "3.0.3", info, paths: {}, components: {} });
    expect(told).toEqual([`later-field-lost ${field}`]);
  });

  it("keeps its own fields without a word", async () => {
    const { told } = await convert({ definitions: { A: {} }, tags: [{ name: "a" }], "x-servers": [] });
    expect(told).toEqual([]);
  });
});

describe("a Swagger parameter", () => {
  it.each<[Json, Json]>([
    [
      { in: "query", type: "integer", minimum: 1, default: 2, description: "D" },
      { in: "query", description: "D", schema: { type: "integer", minimum: 1, default: 2 } },
    ],
    [
      { in: "query", type: "array", items: { type: "string" } },
      { in: "query", style: "form", explode: false, schema: { type: "array", items: { type: "string" } } },
    ],
    [
      { in: "query", type: "array", items: {}, collectionFormat: "multi" },
      { in: "query", style: "form", explode: true, schema: { type: "array", items: {} } },
    ],
    [
      { in: "query", type: "array", items: {}, collectionFormat: "pipes" },
      { in: "query", style: "pipeDelimited", explode: false, schema: { type: "array", items: {} } },
    ],
    [
      { in: "header", type: "array", items: {} },
      { in: "header", style: "simple", schema: { type: "array", items: {} } },
    ],
    [
      { in: "query", type: "string", "x-nullable": true, "x-example": "a", "x-more": 1 },
      { in: "query", schema: { type: "string", nullable: true }, example: "a", "x-more": 1 },
    ],
  ])("of %j has its schema apart", async (parameter, expected) => {
    const { operation, told } = await convertOperation({ parameters: [{ name: "q", ...parameter }] });
    expect(operation.parameters).toEqual([{ name: "q", ...expected }]);
    expect(told).toEqual([]);
  });

  it("names a format of lists that 3.0 does not have", async () => {
    const items = { type: "array", items: { type: "string" }, collectionFormat: "ssv" };
    const { told } = await convertOperation({
      parameters: [
        { name: "q", in: "query", type: "array", items: {}, collectionFormat: "tsv" },
        { name: "h", in: "header", type: "array", items: {}, collectionFormat: "multi" },
        { name: "i", in: "query", type: "array", items },
      ],
    });
    expect(told).toEqual([
      "collection-format-lost paths./a/{id}.post.parameters.0",
      "collection-format-lost paths./a/{id}.post.parameters.1",
      "collection-format-lost paths./a/{id}.post.parameters.2.schema.items",
    ]);
  });

  it("is reported at its place in the list, also behind a body", async () => {
    const body = { name: "b", in: "body", schema: {} };
    const list = (name: string) => ({
      name,
      in: "query",
      type: "array",
      items: {},
      collectionFormat: "tsv",
    });
    const { told } = await convert({
      consumes: ["application/json"],
      paths: {
        "/a": {
          parameters: [body, list("p")],
          post: { parameters: [body, list("q")], responses: { 200: ok } },
        },
      },
    });
    expect(told).toEqual([
      "collection-format-lost paths./a.parameters.1",
      "collection-format-lost paths./a.post.parameters.1",
    ]);
  });

  it("may be shared by a path and by name", async () => {
    const { content } = await convert({
      parameters: { Id: { name: "id", in: "path", required: true, type: "string" } },
      paths: { "/a/{id}": { parameters: [{ $ref: "#/parameters/Id" }], get: { responses: { 200: ok } } } },
    });
    expect(content).toMatchObject({
      paths: { "/a/{id}": { parameters: [{ $ref: "#/components/parameters/Id" }] } },
      components: {
        parameters: { Id: { name: "id", in: "path", required: true, schema: { type: "string" } } },
      },
    });
  });
});

describe("a Swagger body", () => {
  const schema = { $ref: "#/definitions/Order" };
  const converted = { $ref: "#/components/schemas/Order" };
  const definitions = { Order: { type: "object" } };

  it("has the operation's media types, else the document's", async () => {
    const body = { name: "body", in: "body", required: true, description: "D", schema };
    const own = await convertOperation({ parameters: [body], consumes: ["text/xml"] }, { definitions });
    expect(own.operation).toEqual({
      responses: { 200: ok },
      requestBody: { required: true, description: "D", content: { "text/xml": { schema: converted } } },
    });
    const shared = await convertOperation({ parameters: [body] }, { definitions });
    expect(shared.operation.requestBody).toHaveProperty(["content", "application/json"], {
      schema: converted,
    });
  });

  it("is read as JSON, with a finding, when the document names no media type", async () => {
    const parameters = [{ name: "body", in: "body", schema }];
    const { operation, told } = await convertOperation({ parameters }, { definitions, consumes: undefined });
    expect(operation.requestBody).toEqual({ content: { "application/json": { schema: converted } } });
    expect(told).toEqual(["media-type-made-up paths./a/{id}.post"]);
  });

  it("may be shared by name or by the path, and replaced by the operation's own", async () => {
    const Body = { name: "body", in: "body", schema };
    const named = await convertOperation(
      { parameters: [{ $ref: "#/parameters/Body" }] },
      { definitions, parameters: { Body } },
    );
    expect(named.operation.requestBody).toEqual({ content: { "application/json": { schema: converted } } });
    expect(named.content.components).not.toHaveProperty("parameters");

    const post = { responses: { 200: ok } };
    const own = { ...post, parameters: [{ name: "own", in: "body", schema: { type: "string" } }] };
    const { content } = await convert({
      definitions,
      consumes: ["application/json"],
      paths: { "/a": { parameters: [Body], post, put: own } },
    });
    expect(content.paths).toMatchObject({
      "/a": {
        post: { requestBody: { content: { "application/json": { schema: converted } } } },
        put: { requestBody: { content: { "application/json": { schema: { type: "string" } } } } },
      },
    });
    expect(content.paths).not.toHaveProperty(["/a", "parameters"]);
  });

  const field = { name: "a", in: "formData", type: "string", required: true, description: "D" };

  it("of form fields is a form", async () => {
    const list = {
      name: "b",
      in: "formData",
      type: "array",
      items: { type: "string" },
      collectionFormat: "multi",
    };
    const { operation } = await convertOperation({ parameters: [field, list] });
    expect(operation.requestBody).toEqual({
      required: true,
      content: {
        "application/x-www-form-urlencoded": {
          schema: {
            type: "object",
            required: ["a"],
            properties: {
              a: { type: "string", description: "D" },
              b: { type: "array", items: { type: "string" } },
            },
          },
          encoding: { b: { style: "form", explode: true } },
        },
      },
    });
  });

  it("with a file is multipart", async () => {
    const { operation } = await convertOperation({
      parameters: [{ name: "f", in: "formData", type: "file" }],
    });
    expect(operation.requestBody).toEqual({
      content: {
        "multipart/form-data": {
          schema: { type: "object", properties: { f: { type: "string", format: "binary" } } },
        },
      },
    });
  });

  it("wins over form fields, with a finding", () => {
    const parameters = [{ name: "body", in: "body", schema: {} }, field];
    const { findings } = convertToOpenApi30({
      swagger: "2.0",
      info,
      consumes: ["application/json"],
      paths: { "/a": { post: { parameters, responses: { 200: ok } } } },
    });
    expect(findings.map(({ rule }) => rule.code)).toEqual(["swagger-converted", "form-beside-body"]);
  });
});

describe("a Swagger response", () => {
  const schema = { type: "string" };

  it("has content of the operation's media types, with examples and headers", async () => {
    const response = {
      ...ok,
      schema,
      examples: { "application/json": "a", "text/csv": "b" },
      headers: { "X-Count": { type: "integer", description: "D" } },
    };
    const { operation, told } = await convertOperation({ responses: { 200: response, "x-more": 1 } });
    expect(operation.responses).toEqual({
      200: {
        ...ok,
        headers: { "X-Count": { description: "D", schema: { type: "integer" } } },
        content: { "application/json": { schema, example: "a" }, "text/csv": { schema, example: "b" } },
      },
      "x-more": 1,
    });
    expect(told).toEqual([]);
  });

  it("keeps examples by other names", async () => {
    const { operation } = await convertOperation({
      responses: { 200: { ...ok, schema, examples: { A: "a" } } },
    });
    expect(operation.responses).toHaveProperty(["200", "content", "application/json"], {
      schema,
      examples: { A: { value: "a" } },
    });
  });

  it("of a file is binary", async () => {
    const responses = { 200: { ...ok, schema: { type: "file" } } };
    const { operation } = await convertOperation({ responses }, { produces: undefined });
    expect(operation.responses).toHaveProperty(["200", "content", "application/octet-stream", "schema"], {
      type: "string",
      format: "binary",
    });
  });

  it("is shared by name, unless the operation has media types of its own", async () => {
    const responses = { 200: { $ref: "#/responses/Text" } };
    const document = { responses: { Text: { ...ok, schema } } };
    const shared = await convertOperation({ responses }, document);
    expect(shared.operation.responses).toEqual({ 200: { $ref: "#/components/responses/Text" } });
    expect(shared.content.components).toEqual({
      responses: { Text: { ...ok, content: { "application/json": { schema } } } },
    });
    const own = await convertOperation({ responses, produces: ["text/plain"] }, document);
    expect(own.operation.responses).toEqual({ 200: { ...ok, content: { "text/plain": { schema } } } });
  });
});

describe("a Swagger document's components", () => {
  it("have security schemes of 3.0", async () => {
    const authorizationUrl = "https://login.example.com/authorize";
    const tokenUrl = "https://login.example.com/token";
    const scopes = { "orders.read": "Read orders.", "x-more": 1 };
    const { content } = await convert({
      securityDefinitions: {
        basic: { type: "basic", description: "D" },
        key: { type: "apiKey", in: "header", name: "X-Key" },
        code: { type: "oauth2", flow: "accessCode", authorizationUrl, tokenUrl, scopes },
        app: { type: "oauth2", flow: "application", tokenUrl, scopes },
        password: { type: "oauth2", flow: "password", tokenUrl, scopes },
        implicit: { type: "oauth2", flow: "implicit", authorizationUrl, scopes, "x-a": 1 },
      },
    });
    const read = { "orders.read": "Read orders." };
    expect(content.components).toEqual({
      securitySchemes: {
        basic: { type: "http", scheme: "basic", description: "D" },
        key: { type: "apiKey", in: "header", name: "X-Key" },
        code: { type: "oauth2", flows: { authorizationCode: { authorizationUrl, tokenUrl, scopes: read } } },
        app: { type: "oauth2", flows: { clientCredentials: { tokenUrl, scopes: read } } },
        password: { type: "oauth2", flows: { password: { tokenUrl, scopes: read } } },
        implicit: { type: "oauth2", flows: { implicit: { authorizationUrl, scopes: read } }, "x-a": 1 },
      },
    });
  });

  it("have schemas of 3.0", async () => {
    const { content } = await convert({
      definitions: {
        Pet: {
          type: "object",
          required: ["kind"],
          discriminator: "kind",
          properties: { kind: { type: "string" }, tag: { type: "string", "x-nullable": true } },
        },
        Cat: { allOf: [{ $ref: "#/definitions/Pet" }] },
      },
    });
    expect(content.components).toEqual({
      schemas: {
        Pet: {
          type: "object",
          required: ["kind"],
          discriminator: { propertyName: "kind" },
          properties: { kind: { type: "string" }, tag: { type: "string", nullable: true } },
        },
        Cat: { allOf: [{ $ref: "#/components/schemas/Pet" }] },
      },
    });
  });

  it("get names that 3.0 allows, and references and requirements follow", async () => {
    const { content, told } = await convert({
      definitions: {
        "List«Pet»": { type: "array", items: { $ref: "#/definitions/a~1b" } },
        "a/b": {},
        a_b: {},
      },
      securityDefinitions: { "my login": { type: "basic" } },
      security: [{ "my login": [] }],
      paths: { "/a": { get: { security: [{ "my login": [] }], responses: { 200: ok } } } },
    });
    expect(content).toMatchObject({
      security: [{ my_login: [] }],
      paths: { "/a": { get: { security: [{ my_login: [] }] } } },
      components: {
        schemas: { List_Pet_: { items: { $ref: "#/components/schemas/a_b-2" } }, "a_b-2": {}, a_b: {} },
        securitySchemes: { my_login: { type: "http" } },
      },
    });
    expect(told).toEqual([
      "component-renamed definitions.List«Pet»",
      "component-renamed definitions.a/b",
      "component-renamed securityDefinitions.my login",
    ]);
  });

  it("hold what a reference into another definition names", async () => {
    const { content, told } = await convert({
      definitions: {
        Order: { type: "object", properties: { no: { type: "string" } } },
        No: { $ref: "#/definitions/Order/properties/no" },
      },
    });
    expect(content.components).toMatchObject({
      schemas: { No: { $ref: "#/components/schemas/Order-no" }, "Order-no": { type: "string" } },
    });
    expect(told).toEqual(["reference-lifted definitions.No"]);
  });
});
