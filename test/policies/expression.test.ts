/** Typed expressions: what is checked when they are built, and that no value in one is ever code. */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { policyDocument, policySizeLimitBytes, renderPolicyDocument } from "../../policies/document.ts";
import { base } from "../../policies/elements/base.ts";
import { setBody } from "../../policies/elements/set-body.ts";
import { setHeader } from "../../policies/elements/set-header.ts";
import {
  type Expression,
  type ExpressionPart,
  expression,
  expressionBlock,
  isPolicyCode,
  namedValue,
  type Text,
} from "../../policies/expression.ts";
import { PolicyError } from "../../policies/policy-error.ts";
import { readPolicyXml } from "../../simulator/apim/policy/xml-reader.ts";
import { evaluated } from "../support/expression.ts";

/** What the gateway reads in an attribute-like and in a text position: the value of a header and a body. */
function readBack(text: Text): { readonly xml: string; readonly header: string; readonly body: string } {
  const xml = renderPolicyDocument(
    policyDocument({ outbound: [base(), setHeader({ name: "X-A", values: [text] }), setBody(text)] }),
    policySizeLimitBytes("Developer"),
  );
  const outbound = readPolicyXml(xml).children.find(({ name }) => name === "outbound");
  const [, header, body] = outbound?.children ?? [];
  return { xml, header: header?.children[0]?.text ?? "", body: body?.text ?? "" };
}

const resultOf = ({ text }: Expression) =>
  evaluated(text.startsWith("@(") ? text.slice(2, -1) : text.slice(1));

describe("expression", () => {
  it("writes its code between the brackets, and the gateway reads it back", () => {
    const one = expression`context.Request.Headers.GetValueOrDefault("X-Id", "") == "42" && 1 < 2`;
    expect(one.text).toBe('@(context.Request.Headers.GetValueOrDefault("X-Id", "") == "42" && 1 < 2)');
    const { header, body, xml } = readBack(one);
    expect([header, body]).toEqual([one.text, one.text]);
    expect(xml).toContain("1 &lt; 2)");
    expect(resultOf(one)).toBe(true);
  });

  it("keeps the escapes of C#, and line ends of a block", () => {
    const one = expressionBlock`
      var parts = "a\tb".Split('\t');
      return parts.Length + "\\";`;
    expect(resultOf(one)).toBe("2\\");
    expect(readBack(one).body).toBe(one.text);
  });

  it.each<[string, ExpressionPart, unknown]>([
    ["a text", 'it\'s "quoted" @(x) {{y}} <&> \\', 'it\'s "quoted" @(x) {{y}} <&> \\'],
    ["a boolean", true, true],
    ["an empty text", "", ""],
  ])("takes %s as a literal", (_, part, value) => {
    expect(resultOf(expression`${part}`)).toBe(value);
  });

  it.each<[string, ExpressionPart, string]>([
    ["a whole number", 5, "5"],
    ["a number below zero", -5, "-5"],
    ["a number beyond an int", 4_294_967_296, "4294967296"],
    ["a fraction", 2.5, "2.5"],
  ])("takes %s as a literal, which writes itself so", (_, part, text) => {
    expect(resultOf(expression`(${part}).ToString()`)).toBe(text);
  });

  it("takes a list of texts, an empty one too", () => {
    expect(resultOf(expression`${["a", 'b"']}.Contains("b\"")`)).toBe(true);
    expect(resultOf(expression`${[]}.Contains("a")`)).toBe(false);
  });

  it("takes another expression in brackets", () => {
    const sum = expression`1 + 2`;
    expect(expression`${sum} * 2`.text).toBe("@((1 + 2) * 2)");
  });

  it("gives each text back letter by letter, and the XML reads the same", () => {
    const anything = fc.oneof(
      fc.string({ unit: "binary", maxLength: 40 }),
      fc.string({ unit: fc.constantFrom(..."\"\\@({})';/*$<>&\n\r\t\u2028\uD800 ax"), maxLength: 12 }),
      fc.constantFrom('")', '" + context.RequestId + "', "*/", "{{x}}", "]]>", "\\u0022", "&quot;"),
    );
    return fc.assert(
      fc.property(anything, (text) => {
        const one = expression`${text}`;
        expect(resultOf(one)).toBe(text);
        const { header, body } = readBack(one);
        expect([header, body]).toEqual([one.text, one.text]);
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ["a string", () => expression`"a ${"b"}"`],
    ["a verbatim string", () => expression`@"${"b"}"`],
    ["an interpolated string", () => expression`$"a {${"b"}}"`],
    ["a comment", () => expression`1 /* ${"b"} */`],
    ["a name", () => expression`context.Request${1}.Method`],
  ])("refuses a value inside %s", (_, build) => {
    expect(build).toThrow(PolicyError);
  });

  it("never lets a text end the string that it stands in", () => {
    const text = ") + context.RequestId + (";
    expect(() => expression`"${text}"`).toThrow("must have its values outside of strings");
    expect(expression`${text}`.text).not.toContain("RequestId + (");
  });

  it.each([
    ["an unknown member", () => expression`context.Request.Nothing`, /line 1, column \d+/],
    ["a missing bracket", () => expression`(1 + 2`, /cannot be compiled/],
    ["what would end the expression", () => expression`1) + (2`, /cannot be compiled/],
    ["a double brace", () => expression`"{{x}}"`, /named value/],
    ["a number without end", () => expression`${Number.POSITIVE_INFINITY}`, /Infinity/],
    ["a block inside", () => expression`${expressionBlock`return 1;`}`, /no blocks/],
    ["a named value inside", () => expression`${namedValue("x") as unknown as Expression}`, /become code/],
    ["an object", () => expression`${{} as unknown as string}`, /takes texts, numbers/],
  ])("refuses %s", (_, build, message) => {
    expect(build).toThrow(message);
  });
});

describe("namedValue", () => {
  it("is written in double braces and read back", () => {
    expect(readBack(namedValue("api-key")).header).toBe("{{api-key}}");
  });

  it.each(["", "a b", "a}}{{b", "@(x)"])("refuses the name %j", (name) => {
    expect(() => namedValue(name)).toThrow("must name a named value");
  });
});

describe("what was read from a file", () => {
  it("is never an expression, whatever its form", () => {
    const forged: unknown = JSON.parse(JSON.stringify(expression`1`));
    expect(isPolicyCode(forged)).toBe(false);
    expect(isPolicyCode(expression`1`)).toBe(true);
  });
});
