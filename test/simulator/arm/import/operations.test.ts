/** What the local import makes of a document's operations. */
import { describe, expect, it } from "vitest";
import { importOpenApi } from "../../../../simulator/arm/import/open-api-import.ts";

type Part = Readonly<Record<string, unknown>>;

const ok = { responses: { "200": { description: "x" } } };
const importing = (more: Part, inputs: Part = {}) =>
  importOpenApi({
    conduct: "template",
    format: "openapi+json",
    value: JSON.stringify({ openapi: "3.0.3", info: { title: "T", version: "1" }, paths: {}, ...more }),
    ...inputs,
  });
const imported = (operation: Part, path = "/a", inputs: Part = {}) =>
  importing({ paths: { [path]: { post: { ...ok, ...operation } } } }, inputs).operations[0];
const required = (name: string, more: Part = {}) => ({ name, in: "query", required: true, ...more });

describe("an imported operation", () => {
  it.each([
    ["its summary", { summary: "S", operationId: "GetA" }, "S"],
    ["its id as it is written without one", { summary: "", operationId: "GetA" }, "GetA"],
    ["its method and path without both", {}, "Post - /a"],
  ])("is shown by %s", (_, operation, displayName) => {
    expect(imported(operation)?.displayName).toBe(displayName);
  });

  it("comes in the document's order, those of x-ms-paths last, and without TRACE", () => {
    const { operations } = importing({
      "x-ms-paths": { "/a?action=delete": { post: ok }, "x-note": {} },
      paths: { "/b": { put: ok, trace: ok, get: ok }, "/a": { post: ok }, "x-note": {} },
    });
    expect(operations.map(({ method, urlTemplate }) => `${method} ${urlTemplate}`)).toEqual([
      "PUT /b",
      "GET /b",
      "POST /a",
      "POST /a?action=delete",
    ]);
  });

  it("has its required query parameters in its template, or none of them by the API's setting", () => {
    const parameters = [
      required("q"),
      { name: "o", in: "query" },
      required("r", { schema: { type: "array" } }),
    ];
    expect(imported({ parameters })?.urlTemplate).toBe("/a?q={q}&r={r}");
    const inQuery = { conduct: "query" };
    expect(imported({ parameters }, "/a", inQuery)?.urlTemplate).toBe("/a");
  });

  it("keeps the query of an x-ms-path, with its parameters once", () => {
    const path = "/a/{id}?action={action}&comp=list";
    const parameters = [{ name: "id", in: "path", required: true }, required("action"), required("q")];
    const { operations } = importing({ "x-ms-paths": { [path]: { get: { ...ok, parameters } } } });
    expect(operations[0]?.urlTemplate).toBe(`${path}&q={q}`);
  });

  it("lets choose among the values of a schema's enum, and takes any value without one", () => {
    const query = (schema: Part) => ({ name: "q", in: "query", schema });
    const choices = (schema: Part) => imported({ parameters: [query(schema)] })?.parameters[0]?.choices;
    expect(choices({ enum: ["a b", 1, true, null] })).toEqual(["a b", "1", "true"]);
    expect(choices({ type: "array", items: { enum: ["a"] } })).toEqual([]);
  });

  it("has no cookie parameter, and no header that describes the message", () => {
    const header = (name: string) => ({ name, in: "header" });
    const parameters = [
      { name: "c", in: "cookie" },
      header("Authorization"),
      header("accept"),
      header("X-Tenant"),
    ];
    expect(imported({ parameters })?.parameters.map(({ name }) => name)).toEqual(["X-Tenant"]);
  });

  it.each([
    ["post", ["a/b"]],
    ["get", []],
    ["head", []],
    ["options", []],
    ["delete", ["a/b"]],
  ])("with the method %s has the media types %j of its body", (method, types) => {
    const requestBody = { content: { "a/b": {} } };
    const { operations } = importing({ paths: { "/a": { [method]: { ...ok, requestBody } } } });
    expect(operations[0]?.request.map(({ contentType }) => contentType)).toEqual(types);
  });

  it("has the responses that a status names, without a body where the status has none", () => {
    const response = { description: "x", content: { "a/b": { example: "e" } } };
    const names = ["200", "204", "205", "304", "2XX", "default"];
    const responses = Object.fromEntries(names.map((name) => [name, response]));
    expect(imported({ responses })?.responses).toEqual([
      { statusCode: 200, representations: [{ contentType: "a/b", example: "e" }] },
      { statusCode: 204, representations: [] },
      { statusCode: 205, representations: [] },
      { statusCode: 304, representations: [] },
    ]);
  });
});

describe("an imported API", () => {
  it.each([
    [
      "the first https server",
      [{ url: "http://a.example" }, { url: "/v1" }, { url: "https://b.example/v1" }],
      "https://b.example/v1",
    ],
    ["none without an https server", [{ url: "http://a.example" }], undefined],
    [
      "a server with its variables' defaults",
      [{ url: "https://{region}.example/{v}", variables: { region: { default: "eu" }, v: { default: 2 } } }],
      "https://eu.example/2",
    ],
    ["no server with a variable that is not described", [{ url: "https://{region}.example" }], undefined],
  ])("has as its backend %s", (_, servers, serviceUrl) => {
    expect(importing({ servers }).serviceUrl).toBe(serviceUrl);
  });

  it("is read once for one text and setting, whatever object it comes in", () => {
    const first = importing({});
    expect(importing({})).toBe(first);
    expect(importing({}, { conduct: "query" })).not.toBe(first);
    expect(importing({ info: { title: "U", version: "1" } })).not.toBe(first);
  });
});
