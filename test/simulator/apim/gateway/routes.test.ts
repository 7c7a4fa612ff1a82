/** Which operation of an API a request is for. Azure's own choice among templates is assumed where the comments say so. */
import { describe, expect, it } from "vitest";
import { Routes } from "../../../../simulator/apim/gateway/routes.ts";

const routesOf = (...templates: readonly string[]) =>
  new Routes({
    name: "apim-test",
    backends: new Map(),
    apis: [
      {
        id: "test",
        path: "v1",
        operations: templates.map((urlTemplate) => ({
          id: urlTemplate,
          method: "GET",
          urlTemplate,
          responses: [],
        })),
      },
    ],
  });
const matchedBy = (target: string, ...templates: readonly string[]) =>
  routesOf(...templates).match("GET", `/v1${target}`)?.route.operation.id;

describe("a wildcard", () => {
  it.each(["/proxy/*", "/proxy/{*path}", "/proxy/{*}"])(
    "matches with %s any rest of several segments",
    (template) => {
      const matched = ["/proxy/a", "/proxy/a/b/c", "/PROXY/a.b/", "/proxy/", "/proxy/a?q=1"];
      for (const target of matched) expect([target, matchedBy(target, template)]).toEqual([target, template]);
      for (const target of ["/proxy", "/proxys/a", "/other/a", "/"])
        expect([target, matchedBy(target, template)]).toEqual([target, undefined]);
    },
  );

  it("matches everything at the root, and no path that could be read in two ways", () => {
    expect(matchedBy("/a/b", "/*")).toBe("/*");
    for (const target of ["/a/../b", "/a/%2e%2e/b", "/a//b", "/a%2fb"])
      expect(matchedBy(target, "/*")).toBeUndefined();
  });

  it("forwards the rest as it came", () => {
    expect(routesOf("/proxy/*").match("GET", "/v1/proxy/Caf%C3%A9/b?x=%2f")?.rest).toBe(
      "/proxy/Caf%C3%A9/b?x=%2f",
    );
  });

  it("yields to every other template that fits, and a short wildcard to a longer one", () => {
    const templates = ["/*", "/a/*", "/a/{id}", "/a/b/*", "/a/b"];
    expect(
      ["/a/b", "/a/x", "/a/b/c", "/a/x/y", "/z"].map((target) => matchedBy(target, ...templates)),
    ).toEqual(["/a/b", "/a/{id}", "/a/b/*", "/a/*", "/*"]);
  });

  it("is an asterisk elsewhere", () => {
    expect(matchedBy("/a/*/b", "/a/*/b")).toBe("/a/*/b");
    expect(matchedBy("/a/x/b", "/a/*/b")).toBeUndefined();
    expect(matchedBy("/ax", "/a*")).toBeUndefined();
  });
});

describe("a template's query", () => {
  it.each([
    ["/things?action=delete", "/things?action=delete"],
    ["/things?x=1&action=delete", "/things?action=delete"],
    ["/things?action=Delete", "/things?action={a}&id={id}", "&id=1"],
    ["/things?action=other", "/things"],
    ["/things", "/things"],
  ])("matches %s by %s: a fixed value by itself, a parameter by any value", (target, template, more = "") => {
    const templates = ["/things", "/things?action=delete", "/things?action={a}&id={id}"];
    expect(matchedBy(target + more, ...templates)).toBe(template);
  });

  it("is named in the log where the request lacks it", () => {
    expect(routesOf("/things?action=delete&q={q}").explainMiss("GET", "/v1/things?action=x")).toBe(
      'API "test" requires a query parameter: action=delete, q of GET /things?action=delete&q={q}.',
    );
  });
});
