/** Which URL template a request fits, as API Management's documentation has it; no instance was asked. */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TemplateIndex } from "../../openapi/call/template-index.ts";

const indexOf = (paths: readonly string[], required: readonly string[] = []) => {
  const index = new TemplateIndex<string>();
  for (const path of paths) index.add(path, { method: "get", path, required });
  return index;
};

describe("a request's template", () => {
  it.each<[string, readonly string[], string]>([
    ["/a/new", ["/a/{id}", "/a/new"], "/a/new"],
    ["/A/NEW", ["/a/{id}", "/a/new"], "/a/new"],
    ["/a/1", ["/a/new", "/a/{id}"], "/a/{id}"],
    ["/v2/x", ["/v{version}/x", "/{any}/y"], "/v{version}/x"],
    ["/a/x.json", ["/a/{name}.json"], "/a/{name}.json"],
    ["/caf%C3%A9", ["/café"], "/café"],
    ["/a%20b", ["/a%20b"], "/a%20b"],
    ["/", ["/"], "/"],
    ["/a/", ["/a", "/a/"], "/a/"],
    ["/proxy/a/b", ["/proxy/*"], "/proxy/*"],
    ["/proxy/a/b", ["/proxy/{*path}"], "/proxy/{*path}"],
    ["/proxy/a", ["/proxy/*", "/proxy/{id}"], "/proxy/{id}"],
    ["/a?kind=x", ["/a", "/a?kind={kind}"], "/a?kind={kind}"],
    ["/a?kind=x", ["/a?kind=y", "/a?kind=x"], "/a?kind=x"],
  ])("of %s among %j is %s", (target, paths, template) => {
    expect(indexOf(paths).find("get", target)).toBe(template);
  });

  it.each<[string, readonly string[]]>([
    ["/a/b/c", ["/a/{id}"]],
    ["/a", ["/a/{id}"]],
    ["/a/", ["/a/{id}"]],
    ["/a", ["/a/"]],
    ["/a/b%2Fc", ["/a/{id}"]],
    ["/a/b;c", ["/a/{id}"]],
    ["/a//b", ["/a/{id}/b"]],
    ["/a/%2e%2e", ["/a/{id}"]],
    ["/a.b", ["/a{x}c"]],
    ["/axb", ["/a.b"]],
    ["/a?other=x", ["/a?kind={kind}"]],
    ["/a?kind=z", ["/a?kind=y"]],
    ["/proxy", ["/proxy/*"]],
  ])("of %s among %j is none", (target, paths) => {
    expect(indexOf(paths).find("get", target)).toBeUndefined();
  });

  it("is none of another method", () => {
    expect(indexOf(["/a"]).find("post", "/a")).toBeUndefined();
  });

  it("needs the required query parameters, in any order", () => {
    const index = indexOf(["/a"], ["x", "y"]);
    expect([index.find("get", "/a?y=1&x="), index.find("get", "/a?x=1")]).toEqual(["/a", undefined]);
  });

  it("is its own when the placeholders are filled with what no literal is", () => {
    const segment = fc.constantFrom("a", "b", "{x}", "{y}", "v{x}");
    const path = fc
      .array(segment, { minLength: 1, maxLength: 4 })
      .map((segments) => `/${segments.join("/")}`);
    const signature = (one: string) => one.replace(/\{\w\}/g, "{}");
    return fc.assert(
      fc.property(fc.uniqueArray(path, { minLength: 1, maxLength: 12, selector: signature }), (paths) => {
        const index = indexOf(paths);
        for (const one of paths) {
          const found = index.find("get", one.replace(/\{\w\}/g, "other")) ?? "";
          // A placeholder that is a whole segment takes what a part of one would take.
          expect(found.split("/")).toHaveLength(one.split("/").length);
          expect(found.split("{").length).toBeLessThanOrEqual(one.split("{").length);
        }
      }),
      { seed: 4 },
    );
  });

  it("is found among 5,000 templates of one shape without looking at each", () => {
    const paths = Array.from({ length: 5000 }, (_, at) => `/orders${at}/{id}`);
    const index = indexOf(paths);
    expect(paths.every((path) => index.find("get", path.replace("{id}", "1")) === path)).toBe(true);
  });
});
