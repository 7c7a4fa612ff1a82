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

/** The operation's id decides who gets in where policies ask for `context.Operation.Id`. */
describe("a request that a lenient backend could take for another operation", () => {
  it.each([
    ["a slash at its end", "/open/secret/"],
    ["an escaped question mark", "/open/secret%3Fx"],
    ["an escaped number sign", "/open/secret%23x"],
    ["a dot at its end", "/open/secret."],
    ["an escaped dot at its end", "/open/secret%2e"],
    ["a space at its end", "/open/secret%20"],
    ["a space at its begin", "/open/%20secret"],
    ["a letter as wide as two", "/open/%EF%BC%B3ecret"],
    ["a long s", "/open/%C5%BFecret"],
  ])("matches none with %s: %s", (_, target) => {
    expect(matchedBy(target, "/open/*", "/open/secret")).toBeUndefined();
    expect(matchedBy(target.replace(/\/$/, "."), "/open/{id}", "/open/secret")).toBeUndefined();
    expect(matchedBy(target, "/open/*")).toBe("/open/*");
  });

  it.each([
    ["a name in another letter case", "/things?ADMIN=1"],
    ["a semicolon for a separator", "/things?a;admin=1"],
  ])("matches none with %s: %s", (_, target) => {
    expect(matchedBy(target, "/things", "/things?admin={admin}")).toBeUndefined();
    expect(matchedBy(target, "/things")).toBe("/things");
  });

  it("matches none where a parameter that tells two apart stands there twice", () => {
    const templates = ["/things", "/things?action=read", "/things?action=delete"];
    expect(matchedBy("/things?action=read&action=delete", ...templates)).toBeUndefined();
    expect(matchedBy("/things?action=read&action=read", ...templates)).toBe("/things?action=read");
  });

  it("matches the one whose template says it: with a slash at its end, or with a dot", () => {
    expect(matchedBy("/slash/", "/slash", "/slash/")).toBe("/slash/");
    expect(matchedBy("/a.", "/a.")).toBe("/a.");
  });

  it("says so in the log", () => {
    expect(routesOf("/open/*", "/open/secret").explainMiss("GET", "/v1/open/secret/")).toBe(
      "A lenient backend could read it as a request for another operation than GET /open/*.",
    );
  });
});

describe("the more specific template", () => {
  it.each([
    ["/items/x.json", ["/items/{id}", "/items/{id}.json"], "/items/{id}.json"],
    ["/items/new", ["/{kind}/new", "/items/{id}"], "/items/{id}"],
    ["/items/ab", ["/items/{id}b", "/items/a{id}b", "/items/{id}"], "/items/{id}b"],
    ["/items/axb", ["/items/{id}b", "/items/a{id}b", "/items/{id}"], "/items/a{id}b"],
    ["/items/NEW", ["/items/{id}", "/items/new"], "/items/new"],
    ["/items/n%65w", ["/items/{id}", "/items/new"], "/items/new"],
  ])("wins for %s, in whichever order the operations stand", (target, templates, expected) => {
    expect(matchedBy(target, ...templates)).toBe(expected);
    expect(matchedBy(target, ...templates.toReversed())).toBe(expected);
  });
});

describe("a method", () => {
  it.each(["HEAD", "OPTIONS", "TRACE", "get", "POST"])("%s matches no operation of GET", (method) => {
    expect(routesOf("/things", "/*").match(method, "/v1/things")).toBeUndefined();
  });
});
