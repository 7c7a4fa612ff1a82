/** The calls that are made of a document's examples. That a backend takes them is proved with each backend. */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../openapi/json.ts";
import { readWithoutSecurity } from "./minimal-document.ts";

const reading = (paths: JsonObject, components: JsonObject = {}) => {
  const { operations, findings } = readWithoutSecurity({ paths, components });
  return {
    example: operations[0]?.example,
    found: findings.map(({ rule, place, detail }) => [rule.code, place, detail]),
    codes: findings.map(({ rule }) => rule.code),
  };
};
const operation = (more: JsonObject = {}): JsonObject => ({
  security: [],
  responses: { "204": { description: "x" } },
  ...more,
});
const posting = (more: JsonObject) => ({ "/a": { post: operation(more) } });
const parameter = (more: JsonObject) => ({ name: "q", in: "query", required: true, schema: {}, ...more });
const body = (content: JsonObject) => reading(posting({ requestBody: { required: true, content } }));
const inPath = (more: JsonObject, path = "/a/{id}") =>
  reading({ [path]: { get: operation({ parameters: [parameter({ name: "id", in: "path", ...more })] }) } });

describe("an example call", () => {
  it("fills required parameters of path, query, header and cookie, and the body", () => {
    const responses = { "201": { description: "Made.", content: { "application/json": {} } } };
    const parameters = [
      parameter({ examples: { one: { value: ["x", "y z"] } } }),
      parameter({ name: "optional", required: false, example: "no" }),
      parameter({ name: "X-Trace", in: "header", schema: { default: 7 } }),
      parameter({ name: "session", in: "cookie", schema: { example: "s;1" } }),
    ];
    const requestBody = { required: true, content: { "application/json": { example: { amount: 1 } } } };
    const { example, found } = reading({
      "/orders/{id}": {
        parameters: [parameter({ name: "id", in: "path", example: "a b" })],
        put: operation({ parameters, requestBody, responses }),
      },
    });
    expect(example).toEqual({
      path: "/orders/a%20b?q=x&q=y%20z",
      headers: {
        accept: "application/json",
        "x-trace": "7",
        cookie: "session=s%3B1",
        "content-type": "application/json",
      },
      body: '{"amount":1}',
    });
    expect(found).toEqual([]);
  });

  it("lets an operation's parameter stand for the path's of the same name", () => {
    const id = (example: number) => parameter({ name: "id", in: "path", example });
    const { example } = reading({
      "/a/{id}": { parameters: [id(1)], get: operation({ parameters: [id(2)] }) },
    });
    expect(example?.path).toBe("/a/2");
  });

  it.each<[string, JsonObject, string]>([
    ["example", { example: 1, schema: { example: 3, default: 4 } }, "1"],
    [
      "the first of examples that has a value",
      { examples: { a: { externalValue: "x:" }, b: { value: 2 } } },
      "2",
    ],
    ["an example that is defined elsewhere", { examples: { a: { $ref: "#/components/examples/a" } } }, "9"],
    ["the schema's example", { schema: { example: 3, default: 4 } }, "3"],
    ["the schema's default", { schema: { default: 4 } }, "4"],
    ["the schema's first enum value", { schema: { enum: [5, 6] } }, "5"],
    [
      "the schema of its content",
      { schema: undefined, content: { "application/json": { example: [1] } } },
      "%5B1%5D",
    ],
  ])("takes %s, which is not made up", (_, more, value) => {
    const { example, found } = reading(posting({ parameters: [parameter(more)] }), {
      examples: { a: { value: 9 } },
    });
    expect([example?.path, found]).toEqual([`/a?q=${value}`, []]);
  });

  it.each<[string, JsonObject, string]>([
    ["a format", { schema: { type: "string", format: "date" } }, "2019-08-24"],
    ["a minimum", { schema: { type: "integer", minimum: 3 } }, "3"],
    ["a list", { schema: { type: "array", items: { type: "integer" } } }, "0"],
    ["nothing", { schema: {} }, "example"],
    ["a list of nothing", { schema: { type: "array" } }, "example"],
    ["an example of null", { example: null }, "example"],
  ])("makes a value of %s, and says so", (_, more, value) => {
    const { example, found } = reading(posting({ parameters: [parameter(more)] }));
    expect(example?.path).toBe(`/a?q=${value}`);
    expect(found).toEqual([["parameter-made-up", "paths./a.post.parameters.0", `q: "q=${value}"`]]);
  });

  it.each(["a/b", "..", ".", "a\\b", "a;b", "%2f", "．．"])(
    "has another value when a path's example is %j",
    (example) => {
      const made = inPath({ example });
      expect([made.example?.path, made.codes]).toEqual(["/a/example", ["example-replaced"]]);
    },
  );

  it("keeps a path's example that is a segment", () => {
    expect(inPath({ example: "a.b:c,d" }).example?.path).toBe("/a/a.b%3Ac%2Cd");
    expect(inPath({ example: "a.b" }).codes).toEqual([]);
  });

  it.each<[string, string, string]>([
    ["/proxy/*", "none", "/proxy/example/rest"],
    ["/proxy/{*id}", "a/b c", "/proxy/a/b%20c"],
    ["/proxy/{*other}", "none", "/proxy/example/rest"],
    ["/a#b/{id}", "x", "/a%23b/x"],
    ["/v{id}/a b", "1", "/v1/a%20b"],
    ["/a%20b/{id}", "1", "/a%20b/1"],
    ["/a?id={id}&kind=x", "1", "/a?id=example&kind=x"],
  ])("of the template %s, given %j, is %s", (path, example, call) => {
    expect(inPath({ example }, path).example?.path).toBe(call);
  });

  it("has a query that the template names once", () => {
    const query = parameter({ name: "a", example: "1" });
    const { example } = reading({
      "/add?a={a}": { get: operation({ parameters: [query, parameter({ example: "2" })] }) },
    });
    expect(example?.path).toBe("/add?a=1&q=2");
  });

  it("sends a path parameter of matrix style as a plain value", () => {
    const made = inPath({ style: "matrix", example: "blue" });
    expect([made.example?.path, made.codes]).toEqual(["/a/blue", ["path-style-ignored"]]);
    expect(inPath({ style: "label", example: "blue" }).example?.path).toBe("/a/.blue");
  });

  it.each(["a\r\nb: c", "é", " x"])("has another value when a header's example is %j", (example) => {
    const made = reading(posting({ parameters: [parameter({ name: "x", in: "header", example })] }));
    expect([made.example?.headers, made.codes]).toEqual([{ x: "example" }, ["example-replaced"]]);
  });

  it("leaves Accept, Authorization and Content-Type to the client, as OpenAPI has it", () => {
    const parameters = ["Accept", "authorization", "Content-Type"].map((name) =>
      parameter({ name, in: "header" }),
    );
    expect(reading(posting({ parameters }))).toEqual({
      example: { path: "/a", headers: {} },
      found: [],
      codes: [],
    });
  });

  it.each(["Content-Length", "host", "bad name"])("leaves out the header %j, and says so", (name) => {
    const made = reading(posting({ parameters: [parameter({ name, in: "header", example: "1" })] }));
    expect([made.example?.headers, made.codes]).toEqual([{}, ["header-of-client"]]);
  });

  it("needs nothing for what is not required", () => {
    const text = posting({
      parameters: [parameter({ required: false })],
      requestBody: { content: { "application/json": {} } },
    });
    expect(reading(text)).toEqual({ example: { path: "/a", headers: {} }, found: [], codes: [] });
  });

  it("can be sent and read back, for any examples", () => {
    const values = fc.record({ id: fc.string(), q: fc.string(), header: fc.string() });
    return fc.assert(
      fc.property(values, ({ id, q, header }) => {
        const parameters = [
          parameter({ name: "id", in: "path", example: id }),
          parameter({ example: q }),
          parameter({ name: "x-a", in: "header", example: header }),
        ];
        const { example, codes } = reading({ "/a/{id}": { get: operation({ parameters }) } });
        const request = new Request(`https://gateway.example${example?.path}`, {
          headers: example?.headers ?? {},
        });
        expect(new URL(request.url).pathname.split("/")).toHaveLength(3);
        expect(codes).not.toContain("example-call-elsewhere");
        if (q !== "") expect(new URL(request.url).searchParams.get("q")).toBe(q.toWellFormed());
      }),
      { seed: 4 },
    );
  });
});

describe("an example call's body", () => {
  it.each<[string, unknown, string]>([
    ["application/merge-patch+json", "text", '"text"'],
    ["application/json", '{"a":1}', '{"a":1}'],
    ["text/csv", "a,b", "a,b"],
    ["application/x-www-form-urlencoded", { a: "x y", b: [1] }, "a=x%20y&b=1"],
    ["application/xml; charset=utf-8", "<a/>", "<a/>"],
    ["application/x-msgpack", "x", "x"],
    ["image/png", "x", "x"],
  ])("of %s, given %j, is %s", (mediaType, example, text) => {
    expect(body({ [mediaType]: { example } })).toMatchObject({
      example: { headers: { "content-type": mediaType }, body: text },
      found: [],
    });
  });

  it.each<[string, JsonObject, string, RegExp]>([
    [
      "JSON",
      { "application/json": { schema: { type: "object", properties: { a: { type: "integer" } } } } },
      "application/json",
      /^\{"a":0\}$/,
    ],
    ["nothing", { "application/json": {} }, "application/json", /^\{\}$/],
    [
      "XML",
      {
        "application/xml": {
          schema: { type: "object", xml: { name: "order" }, properties: { a: { type: "integer" } } },
        },
      },
      "application/xml",
      /^<order>\s*<a>0<\/a>\s*<\/order>$/,
    ],
    ["text", { "text/plain": { schema: { type: "string" } } }, "text/plain", /^string$/],
    [
      "bytes",
      { "application/octet-stream": { schema: { type: "string", format: "binary" } } },
      "application/octet-stream",
      /^string$/,
    ],
    ["any type", { "*/*": { schema: { type: "integer" } } }, "application/json", /^0$/],
    ["any image", { "image/*": {} }, "image/png", /^example$/],
    [
      "a form",
      { "application/x-www-form-urlencoded": { schema: { properties: { a: { type: "string" } } } } },
      "application/x-www-form-urlencoded",
      /^a=string$/,
    ],
    [
      "a multipart form",
      { "multipart/form-data": { schema: { properties: { f: { type: "string", format: "binary" } } } } },
      "multipart/form-data; boundary=example-boundary",
      /name="f"; filename="example.bin"/,
    ],
    [
      "a multipart form of nothing",
      { "multipart/form-data": {} },
      "multipart/form-data; boundary=example-boundary",
      /name="example"/,
    ],
  ])("is made of a schema for %s, and that is said", (_, content, contentType, text) => {
    const made = body(content);
    expect(made.example).toMatchObject({
      headers: { "content-type": contentType },
      body: expect.stringMatching(text),
    });
    expect(made.found).toEqual([
      ["body-made-up", "paths./a.post.requestBody", expect.stringMatching(/^[a-z]+\/[-a-z]+: .+$/)],
    ]);
  });

  it("is of the first media type that can be written", () => {
    const types = ["*/*", "application/x-msgpack", "text/plain", "application/json"];
    const content = (from: number) =>
      Object.fromEntries(types.slice(from).map((type) => [type, { example: "x" }]));
    expect(body(content(0)).example?.headers["content-type"]).toBe("text/plain");
    expect(body(content(3)).example?.headers["content-type"]).toBe("application/json");
  });

  it("is made of an example's properties in XML", () => {
    const schema = { $ref: "#/components/schemas/Order" };
    const Order = { type: "object", xml: { name: "order" }, properties: { id: { type: "integer" } } };
    const requestBody = { required: true, content: { "text/xml": { schema, example: { id: 5 } } } };
    const made = reading(posting({ requestBody }), { schemas: { Order } });
    expect(made.example?.body).toMatch(/^<order>\s*<id>5<\/id>\s*<\/order>$/);
  });

  it("is none when it is required and not described, and that is said", () => {
    expect(body({})).toMatchObject({ example: { path: "/a", headers: {} }, codes: ["body-not-described"] });
  });

  it("is none for GET", () => {
    const requestBody = { required: true, content: { "text/plain": { example: "x" } } };
    expect(reading({ "/a": { get: operation({ requestBody }) } }).example).toEqual({
      path: "/a",
      headers: {},
    });
  });
});
