/** Styles of parameters, after the table of OpenAPI 3.0.3 and, where that contradicts it, RFC 6570. */
import { describe, expect, it } from "vitest";
import { parameterText } from "../../openapi/call/parameter-text.ts";

const blue = "blue";
const list = ["blue", "black"];
const object = { R: 100, G: 200 };

describe("a parameter's text", () => {
  it.each<[string, string, boolean | undefined, unknown, string]>([
    ["path", "simple", undefined, blue, "blue"],
    ["path", "simple", undefined, list, "blue,black"],
    ["path", "simple", undefined, object, "R,100,G,200"],
    ["path", "simple", true, object, "R=100,G=200"],
    ["path", "label", undefined, blue, ".blue"],
    ["path", "label", false, list, ".blue,black"],
    ["path", "label", true, list, ".blue.black"],
    ["path", "label", true, object, ".R=100.G=200"],
    ["path", "matrix", undefined, blue, ";color=blue"],
    ["path", "matrix", false, list, ";color=blue,black"],
    ["path", "matrix", true, list, ";color=blue;color=black"],
    ["path", "matrix", true, object, ";R=100;G=200"],
    ["query", "form", undefined, blue, "color=blue"],
    ["query", "form", undefined, list, "color=blue&color=black"],
    ["query", "form", false, list, "color=blue,black"],
    ["query", "form", undefined, object, "R=100&G=200"],
    ["query", "form", false, object, "color=R,100,G,200"],
    ["query", "spaceDelimited", undefined, list, "color=blue%20black"],
    ["query", "pipeDelimited", undefined, list, "color=blue%7Cblack"],
    ["query", "deepObject", undefined, object, "color%5BR%5D=100&color%5BG%5D=200"],
    ["header", "simple", undefined, list, "blue,black"],
    ["header", "simple", true, object, "R=100,G=200"],
    ["cookie", "form", undefined, list, "color=blue; color=black"],
    ["cookie", "form", false, list, "color=blue,black"],
  ])("in %s, style %s, explode %s, of %j is %j", (location, style, explode, value, text) => {
    const definition = { style, ...(explode === undefined ? {} : { explode }) };
    expect(parameterText({ name: "color", in: location, definition }, value)).toBe(text);
  });

  it.each([
    ["path", "blue,black"],
    ["query", "color=blue&color=black"],
    ["header", "blue,black"],
    ["cookie", "color=blue; color=black"],
  ])("in %s has a style of its own when none is named", (location, text) => {
    expect(parameterText({ name: "color", in: location, definition: {} }, list)).toBe(text);
  });

  it("is encoded, except in a header", () => {
    const text = (location: string) => parameterText({ name: "a b", in: location, definition: {} }, "x/&y");
    expect([text("path"), text("query"), text("header")]).toEqual(["x%2F%26y", "a%20b=x%2F%26y", "x/&y"]);
  });

  it("is JSON when the parameter is described by content", () => {
    const definition = { content: { "application/json": {} } };
    expect(parameterText({ name: "q", in: "query", definition }, [1])).toBe("q=%5B1%5D");
  });
});
