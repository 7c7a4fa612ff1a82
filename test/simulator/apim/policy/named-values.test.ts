/** Where a named value stands, and where the letters of its value are said to be. */

import { describe, expect, it } from "vitest";
import { PolicyProblems } from "../../../../simulator/apim/policy/element-reader.ts";
import {
  namedValuesIn,
  withNamedValues,
  withRenamed,
} from "../../../../simulator/apim/policy/named-values.ts";
import { readPolicyXml } from "../../../../simulator/apim/policy/xml-reader.ts";

function read(xml: string, values: Readonly<Record<string, string>>) {
  const problems = new PolicyProblems();
  const root = withNamedValues(readPolicyXml(xml), { valueOf: (name) => values[name], problems });
  return { root, problems: problems.lines };
}

describe("a reference to a named value", () => {
  it("is replaced in attributes, texts and expressions, at every depth", () => {
    const { root } = read('<a b="{{x}}/{{y}}"><c>@("{{x}}")</c></a>', { x: "1", y: "22" });
    expect([root.attributes.b, root.children[0]?.text]).toEqual(["1/22", '@("1")']);
  });

  it.each(["{{ x }}", "{x}", "{{}}", "{{x y}}", "{{x"])("is not what %s is", (text) => {
    const { root, problems } = read(`<a>${text}</a>`, {});
    expect([root.text, problems]).toEqual([text, []]);
  });

  it("is left to Liquid in a Liquid template, where no named value has its name", () => {
    const { root, problems } = read('<set-body template="liquid">{{x}} {{body.name}}</set-body>', { x: "1" });
    expect([root.text, problems]).toEqual(["1 {{body.name}}", []]);
    expect(read("<set-body>{{body.name}}</set-body>", {}).problems).toHaveLength(1);
  });

  it("gives the letters of its value its own place, and those behind it theirs", () => {
    const { root } = read("<a>\n{{x}} @(y) {{z}} @(w)</a>", { x: "long value", z: "" });
    const at = (text: string) => root.placeAt(undefined, root.text.indexOf(text));
    expect([at("long"), at("value"), at("@(y)"), at("@(w)")]).toEqual([
      { line: 2, column: 1 },
      { line: 2, column: 1 },
      { line: 2, column: 7 },
      { line: 2, column: 18 },
    ]);
  });

  it("is found and renamed in a whole document", () => {
    const xml = '<a b="{{x}}">{{y}}</a>';
    expect([...namedValuesIn(xml)]).toEqual(["x", "y"]);
    expect(withRenamed(xml, "x", "$&")).toBe('<a b="{{$&}}">{{y}}</a>');
  });
});
