/** The search among many URL templates, against a look at each of them. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RouteIndex } from "../../../../simulator/apim/gateway/template-index.ts";

function candidates(templates: readonly string[], path: string): readonly string[] {
  return new RouteIndex(templates, (template) => template).candidates(path);
}

/** As the gateway compares one template with a path. */
function fits(template: string, path: string): boolean {
  const wildcard = /\/(?:\*|\{\*[^}]*\})$/;
  const pattern = template
    .replace(wildcard, "/")
    .replace(/[.*]/g, "\\$&")
    .replace(/\{[^}]*\}/g, "[^/]+");
  return new RegExp(`^${pattern}${wildcard.test(template) ? ".*" : ""}$`).test(path);
}

describe("RouteIndex", () => {
  it.each<[string, string]>([
    ["/", "/"],
    ["/orders", "/orders"],
    ["/orders/", "/orders/"],
    ["/orders/{id}", "/orders/7"],
    ["/orders/{id}.json", "/orders/7.json"],
    ["/{a/b}/items", "/7/items"],
    ["/a{", "/a{"],
    ["/files/*", "/files/a/b"],
    ["/files/{*rest}", "/files/"],
    ["/*", "/"],
  ])("gives %s for %s", (template, path) => {
    expect(candidates([template], path)).toEqual([template]);
  });

  it.each<[string, string]>([
    ["/orders", "/orders/"],
    ["/orders/{id}", "/orders"],
    ["/orders/{id}", "/orders/7/items"],
    ["/orders/{id}", "/customers/7"],
    ["/orders/new", "/orders/7"],
    ["/files/*", "/files"],
    ["/files/*/a", "/files/x/a"],
  ])("does not give %s for %s", (template, path) => {
    expect(candidates([template], path)).toEqual([]);
  });

  it("gives templates in the order in which it got them, whichever is literal", () => {
    const templates = ["/{a}/{b}", "/x/{b}", "/y/z", "/{a}/y", "/x/y"];
    expect(candidates(templates, "/x/y")).toEqual(["/{a}/{b}", "/x/{b}", "/{a}/y", "/x/y"]);
  });

  it("gives each template that fits, for any templates and paths", () => {
    const segment = fc.constantFrom("a", "b", "a.b", "{x}", "{y}", "a{x}", "{x}.b", "", "*", "{*x}");
    const template = fc.array(segment, { maxLength: 4 }).map((segments) => `/${segments.join("/")}`);
    const part = fc.constantFrom("a", "b", "c", "a.b", "ac", "c.b", "");
    const path = fc.array(part, { maxLength: 4 }).map((parts) => `/${parts.join("/")}`);
    fc.assert(
      fc.property(fc.array(template), path, (templates, one) => {
        const found = candidates(templates, one).filter((candidate) => fits(candidate, one));
        expect(found).toEqual(templates.filter((each) => fits(each, one)));
      }),
    );
  });
});
