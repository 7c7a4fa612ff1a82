/** Liquid templates: their own text is code, and no value in them ever is. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { policyDocument, renderPolicyDocument } from "../../policies/document.ts";
import { setBody } from "../../policies/elements/set-body.ts";
import { liquid } from "../../policies/liquid.ts";
import { PolicyError } from "../../policies/policy-error.ts";

const render = (...args: Parameters<typeof setBody>) =>
  renderPolicyDocument(policyDocument({ inbound: [setBody(...args)] }), Number.POSITIVE_INFINITY);

describe("a Liquid template", () => {
  it("is written with what it says of nil and of dates", () => {
    expect(render(liquid`<a>{{body.b}}</a>`, { xsiNil: "null", parseDate: false, id: "c" })).toContain(
      '<set-body template="liquid" xsi-nil="null" parse-date="false" id="c">&lt;a&gt;{{body.b}}&lt;/a&gt;</set-body>',
    );
  });

  it("takes texts and numbers as values", () => {
    expect(liquid`{"a": "${"x @ y"}", "b": ${1}, "c": "{{body.c}}"}`.text).toBe(
      '{"a": "x @ y", "b": 1, "c": "{{body.c}}"}',
    );
  });

  it.each(["{{body.a}}", "{% raw %}", "a{", "}", "50%", "@(context)", "a@"])(
    "refuses %j as a value, or writes no code of it",
    (value) => {
      expect(() => liquid`a ${value}(b)`).toThrow(PolicyError);
    },
  );

  it("refuses a value inside of its code, or right behind a brace", () => {
    expect(() => liquid`{{ ${"body"} }}`).toThrow("must have its values outside of {{ }} and {% %}");
    expect(() => liquid`{% if ${"body"} %}{% endif %}`).toThrow("outside of {{ }} and {% %}");
    expect(() => liquid`{${"a"}`).toThrow("not right behind a brace");
    expect(liquid`{{ body }} ${"a"} {% if body %}${"b"}{% endif %}`.text).toBe(
      "{{ body }} a {% if body %}b{% endif %}",
    );
  });

  it("refuses a policy expression", () => {
    expect(() => liquid`@(context.RequestId)`).toThrow("must hold no policy expression");
    expect(() => liquid`@{return 1;}`).toThrow("must hold no policy expression");
  });

  it("has no more code than its author wrote, whatever the value", () => {
    const code = /\{\{|\}\}|\{%|%\}|@[({]/g;
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(..."{}%@( a") }), (value) => {
        let text: string;
        try {
          text = liquid`({{body}} ${value}{{body}} ${value}(`.text;
        } catch (error) {
          expect(error).toBeInstanceOf(PolicyError);
          return;
        }
        expect(text.match(code)).toEqual(["{{", "}}", "{{", "}}"]);
      }),
    );
  });
});
