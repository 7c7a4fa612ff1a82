/** What the imported document has otherwise than the one that was written, and why. */
import { describe, expect, it } from "vitest";
import { deriveDocument } from "../../openapi/derive/derive.ts";
import { type JsonObject, objectAt } from "../../openapi/json.ts";

const op: JsonObject = { responses: { "200": { description: "x" } } };
const id = { name: "id", in: "path", required: true, schema: { type: "integer" } };
const derived = (paths: JsonObject, more: JsonObject = {}) => {
  const { content, findings } = deriveDocument({ openapi: "3.0.3", paths, ...more });
  return { paths: objectAt(content.paths), found: findings.map(({ rule, place }) => [rule.code, place]) };
};

describe("a derived document", () => {
  it("is the same object when there is nothing to change", () => {
    const document = {
      paths: {
        "/a/{id}": { parameters: [id], get: op },
        "/b/*": { get: op },
        "x-a": 1,
      },
    };
    expect(deriveDocument(document)).toEqual({ content: document, findings: [] });
    expect(deriveDocument(document).content).toBe(document);
  });

  it("has no TRACE operation", () => {
    const { paths, found } = derived({ "/a": { trace: op, get: op } });
    expect([paths, found]).toEqual([{ "/a": { get: op } }, [["trace", "paths./a.trace"]]]);
  });

  it.each(["get", "head", "options"])("has no body for %s", (method) => {
    const { paths, found } = derived({ "/a": { [method]: { ...op, requestBody: {} } } });
    expect([paths, found]).toEqual([
      { "/a": { [method]: op } },
      [["request-body", `paths./a.${method}.requestBody`]],
    ]);
  });

  it("keeps the body of DELETE", () => {
    const paths = { "/a": { delete: { ...op, requestBody: {} } } };
    expect(derived(paths)).toEqual({ paths, found: [] });
  });

  it.each(["name", "*rest"])("declares the placeholder %s that no parameter describes", (name) => {
    const path = `/a/{id}/{${name}}`;
    const { paths, found } = derived({ [path]: { parameters: [id], get: op } });
    expect(objectAt(objectAt(paths[path]).get).parameters).toEqual([
      { name, in: "path", required: true, schema: { type: "string" } },
    ]);
    expect(found).toEqual([["path-parameter-undeclared", `paths.${path}.get`]]);
  });

  it("leaves out a path parameter that the path does not hold", () => {
    const { paths, found } = derived({
      "/a": { parameters: [id], get: { ...op, parameters: [{ name: "q", in: "query" }, id] } },
    });
    expect(paths).toEqual({
      "/a": { parameters: [], get: { ...op, parameters: [{ name: "q", in: "query" }] } },
    });
    expect(found).toEqual([
      ["path-parameter-not-in-path", "paths./a.parameters.0"],
      ["path-parameter-not-in-path", "paths./a.get.parameters.1"],
    ]);
  });

  it("says of a path parameter that it is required, also where it is defined elsewhere", () => {
    const optional = { name: "id", in: "path", schema: { type: "integer" } };
    const { paths, found } = derived(
      { "/a/{id}": { get: { ...op, parameters: [{ $ref: "#/components/parameters/id" }] } } },
      { components: { parameters: { id: optional } } },
    );
    expect(paths["/a/{id}"]).toEqual({ get: { ...op, parameters: [{ ...optional, required: true }] } });
    expect(found).toEqual([["path-parameter-optional", "paths./a/{id}.get.parameters.0"]]);
  });

  it("has x-ms-paths derived as well", () => {
    const { content } = deriveDocument({ "x-ms-paths": { "/a?x=1": { trace: op, get: op } } });
    expect(content).toEqual({ "x-ms-paths": { "/a?x=1": { get: op } } });
  });

  it("joins paths that differ in the names of parameters only", () => {
    const named = (name: string) => ({ ...id, name });
    const { paths, found } = derived(
      {
        "/a/{id}": { get: { ...op, parameters: [id] } },
        "/a/{key}": {
          parameters: [{ $ref: "#/components/parameters/key" }],
          post: { ...op, operationId: "P" },
        },
      },
      { components: { parameters: { key: named("key") } } },
    );
    expect(paths).toEqual({
      "/a/{id}": { get: { ...op, parameters: [id] }, post: { ...op, operationId: "P", parameters: [id] } },
    });
    expect(found).toEqual([["paths-joined", "paths./a/{key}"]]);
  });

  it("gives a joined path's operations no parameters of the other path", () => {
    const trace = { name: "trace", in: "header", schema: { type: "string" } };
    const lang = { name: "lang", in: "query", schema: { type: "string" } };
    const { paths } = derived({
      "/a/{id}": { summary: "A", parameters: [id, trace], get: { ...op, parameters: [lang] } },
      "/a/{key}": { parameters: [{ ...id, name: "key" }], post: op },
    });
    expect(paths).toEqual({
      "/a/{id}": {
        summary: "A",
        get: { ...op, parameters: [id, trace, lang] },
        post: { ...op, parameters: [id] },
      },
    });
  });

  it("does not join a path whose last segment stands for all that follows", () => {
    const rest = { name: "*rest", in: "path", required: true, schema: { type: "string" } };
    const paths = {
      "/a/{id}": { get: { ...op, parameters: [id] } },
      "/a/{*rest}": { post: { ...op, parameters: [rest] } },
    };
    expect(derived(paths)).toEqual({ paths, found: [] });
  });

  it("keeps both when they have a method in common", () => {
    const paths = {
      "/a/{id}": { get: { ...op, parameters: [id] } },
      "/a/{key}": { get: { ...op, parameters: [{ ...id, name: "key" }] } },
    };
    expect(derived(paths)).toEqual({ paths, found: [] });
  });
});
