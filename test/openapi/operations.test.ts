/** Which operations API Management can import and the proof can call. */
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../openapi/json.ts";
import type { ImportOptions } from "../../openapi/operations.ts";
import { readWithoutSecurity } from "./minimal-document.ts";

const ok = { "200": { description: "x" } };
const operation = (more: JsonObject = {}): JsonObject => ({ security: [], responses: ok, ...more });
const parameter = (name: string, more: JsonObject = {}): JsonObject => ({
  name,
  in: "path",
  required: true,
  schema: { type: "string" },
  ...more,
});
const reading = (paths: JsonObject, options: ImportOptions = {}, more: JsonObject = {}) =>
  readWithoutSecurity({ paths, ...more }, options);
const found = (paths: JsonObject, options: ImportOptions = {}) =>
  reading(paths, options).findings.map(({ rule, place }) => `${rule.code} ${place}`);
const calls = (paths: JsonObject) =>
  reading(paths).operations.map(({ method, example }) => `${method} ${example.path}`);

describe("an operation", () => {
  it("has the name that Azure gives it, and a text to be known by", () => {
    const paths = {
      "/a/{id}": {
        parameters: [parameter("id")],
        get: operation(),
        post: operation({ operationId: "Make A" }),
      },
    };
    expect(reading(paths).operations.map(({ name, operationId }) => [name, operationId])).toEqual([
      ["get-a-id", "GET /a/{id}"],
      ["make-a", "Make A"],
    ]);
  });

  it("is reported when its name gets a number, and when it does not", () => {
    const paths = {
      "/a": {
        get: operation({ operationId: "A" }),
        put: operation({ operationId: "a" }),
        post: operation({ operationId: "a-2" }),
      },
    };
    expect(found(paths)).toEqual(["operation-name-suffix paths./a.put.operationId"]);
  });

  it("is found in x-ms-paths as well", () => {
    const { operations, findings } = reading(
      { "/a": { post: operation() } },
      {},
      {
        "x-ms-paths": { "/a?action=stop": { post: operation({ operationId: "Stop" }) } },
      },
    );
    expect(operations.map(({ name, example }) => [name, example.path])).toEqual([
      ["post-a", "/a"],
      ["stop", "/a?action=stop"],
    ]);
    expect(findings).toEqual([]);
  });

  it("is refused when an import would give it the template of another one with the same path", () => {
    const query = (name: string) => ({ name, in: "query", required: true, example: "1" });
    const read = (more: JsonObject[], options = {}) =>
      reading({ "/x": { get: operation({ parameters: more }) } }, options, {
        "x-ms-paths": {
          "/x?admin={admin}": {
            get: operation({ operationId: "Open", parameters: [query("admin"), query("z")] }),
          },
          "/y": { get: operation({ operationId: "Other", parameters: [query("z")] }) },
        },
      }).findings.map(({ rule, place }) => `${rule.code} ${place}`);
    expect(read([query("admin")])).toEqual([
      "query-tells-apart paths./x.get.parameters.0",
      "query-tells-apart x-ms-paths./x?admin={admin}.get.parameters.1",
    ]);
    expect(read([], { translateRequiredQueryParametersConduct: "query" })).toEqual([]);
  });

  it("accepts any success, with a finding, when none is described", () => {
    const paths = {
      "/a": { get: operation({ responses: { "404": { description: "No." } } }), put: operation() },
    };
    const [undescribed, described] = reading(paths).operations;
    expect(undescribed).toMatchObject({
      expectedStatus: { from: 200, to: 299 },
      successStatus: 200,
      successHasBody: false,
    });
    expect(described).toMatchObject({ expectedStatus: { from: 200, to: 200 }, successStatus: 200 });
    expect(found(paths)).toEqual(["success-not-described paths./a.get.responses"]);
  });

  it("is refused when it lists a parameter twice, headers in any letter case", () => {
    const header = (name: string) => ({ name, in: "header", schema: {} });
    const paths = (second: string) => ({
      "/a": { get: operation({ parameters: [header("X-A"), header(second)] }) },
    });
    expect(found(paths("x-a"))).toEqual(["parameter-listed-twice paths./a.get.parameters.1"]);
    expect(found(paths("x-b"))).toEqual([]);
  });
});

describe("an example call", () => {
  it("is not another operation's, for a value that was made up", () => {
    const paths = {
      "/users/{id}": { get: operation({ parameters: [parameter("id", { schema: { type: "string" } })] }) },
      "/users/string": { get: operation() },
      "/users/{id}/{n}": {
        get: operation({ parameters: [parameter("id"), parameter("n", { schema: { enum: ["a", "b"] } })] }),
      },
      "/users/{id}/a": { get: operation({ parameters: [parameter("id")] }) },
    };
    expect(calls(paths)).toEqual([
      "GET /users/example",
      "GET /users/string",
      "GET /users/example/b",
      "GET /users/string/a",
    ]);
    expect(found(paths).filter((one) => one.startsWith("example-"))).toEqual([
      "example-led-elsewhere paths./users/{id}.get",
      "example-led-elsewhere paths./users/{id}/{n}.get",
    ]);
  });

  it("is refused when no value leads to the operation", () => {
    const only = parameter("kind", { schema: { enum: ["me"] } });
    const paths = { "/a/{kind}": { get: operation({ parameters: [only] }) }, "/a/me": { get: operation() } };
    expect(found(paths)).toEqual(["example-call-elsewhere paths./a/{kind}.get"]);
  });

  it.each<[string, string, JsonObject]>([
    [
      "an object under other names",
      "paths./a.get.parameters.0",
      { style: "deepObject", example: { color: "red" } },
    ],
    ["an object in its properties", "paths./a.get.parameters.0", { example: { color: "red" } }],
    ["an object without an example", "paths./a.get.parameters.0", { schema: { type: "object" } }],
    [
      "an object of properties without an example",
      "paths./a.get.parameters.0",
      { schema: { properties: {} } },
    ],
  ])("is refused when a required query parameter is %s", (_, place, more) => {
    const query = (required: boolean) => ({
      "/a": { get: operation({ parameters: [{ ...parameter("filter", more), in: "query", required }] }) },
    });
    expect(found(query(true))).toContain(`required-query-object ${place}`);
    expect(found(query(false))).toEqual([]);
    expect(found(query(true), { translateRequiredQueryParametersConduct: "query" }).join()).not.toContain(
      "required-query-object",
    );
  });

  it("is made in a moment for 2,000 operations whose paths look alike", () => {
    const paths = Object.fromEntries(
      Array.from({ length: 2000 }, (_, at) => [
        `/orders/{id}/part${at}`,
        { parameters: [parameter("id")], get: operation() },
      ]),
    );
    expect(reading(paths).operations.at(-1)?.example.path).toBe("/orders/string/part1999");
  });
});
