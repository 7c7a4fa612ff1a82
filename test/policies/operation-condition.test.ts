/** Which operations a branch of the API's policy is for: the condition is run by the local gateway's expressions. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compileExpression } from "../../expressions/compile.ts";
import { expressionEnd } from "../../expressions/span.ts";
import { policyDocument, policySizeLimitBytes, renderPolicyDocument } from "../../policies/document.ts";
import { choose } from "../../policies/elements/choose.ts";
import { mockResponse } from "../../policies/elements/mock-response.ts";
import { composedExpression, stringLiteral } from "../../policies/expression.ts";
import { isOperation, type OperationPlace } from "../../policies/operation-condition.ts";
import { expressionContextOf } from "../support/expression.ts";

const evaluate = (code: string, operation: OperationPlace) =>
  compileExpression(code, { form: "expression" }).evaluate(
    expressionContextOf({
      operation: { id: "any", name: "Any", method: operation.method, urlTemplate: operation.path },
    }),
  );
const get = (path: string): OperationPlace => ({ method: "GET", path });

describe("the condition of a branch", () => {
  const code = isOperation([get("/session/{id}"), { method: "POST", path: "/sessions" }]).text.slice(2, -1);

  it.each([get("/session/{id}"), { method: "POST", path: "/sessions" }, get("/session/{id}?q={q}")])(
    "is true for %o",
    (operation) => {
      expect(evaluate(code, operation)).toBe(true);
    },
  );

  it.each([
    get("/sessions"),
    get("/session"),
    get("/session/{id}/feedback"),
    get("/session/{ID}"),
    get(""),
    { method: "get", path: "/session/{id}" },
    { method: "POST", path: "/session/{id}" },
    { method: "", path: "GET /session/{id}" },
  ])("is false for %o", (operation) => {
    expect(evaluate(code, operation)).toBe(false);
  });

  it("tells operations apart that differ in their query alone, and takes none that it does not know", () => {
    const all = [get("/a"), get("/a?x=1"), get("/b")] as const;
    const [plain, query, other] = all.map((one) => isOperation([one], all).text.slice(2, -1));
    const asked = [get("/a"), get("/a?x=1"), get("/a?x=2"), get("/b?y={y}")];
    const answers = [plain, query, other].map((one) =>
      asked.map((operation) => evaluate(one ?? "", operation)),
    );
    expect(answers).toEqual([
      [true, false, false, false],
      [false, true, false, false],
      [false, false, false, true],
    ]);
    const both = isOperation([get("/a"), get("/b")], all).text.slice(2, -1);
    expect(asked.map((operation) => evaluate(both, operation))).toEqual([true, false, false, true]);
  });

  it("has a line for each operation", () => {
    expect(code.split("\n").slice(1, 3)).toEqual(['  "GET /session/{id}",', '  "POST /sessions"']);
  });
});

const nasty = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string({
    unit: fc.constantFrom('"', "'", "\\", "\n", "\r", "{", "}", "@", "(", ")", "<", "&", "\u2028", "a"),
  }),
  fc.constantFrom('") || true || ("', "\\u0022", "{{secret}}", "@(1)", "@{", "*/", "//", '$"{1}'),
);

describe("a text in an expression", () => {
  it("is that text and nothing else, whatever it is", () => {
    fc.assert(
      fc.property(nasty, (text) => {
        const literal = stringLiteral(text);
        expect(compileExpression(literal, { form: "expression" }).evaluate(expressionContextOf())).toBe(text);
        expect(literal).not.toMatch(/[<>&'\n\r]|@[({]|\{\{/);
        expect(expressionEnd(`@(${literal})`, 0)).toBe(literal.length + 3);
      }),
      { numRuns: 2000 },
    );
  });
});

describe("a choose", () => {
  const rendered = (code: string) =>
    renderPolicyDocument(
      policyDocument({
        inbound: [choose({ when: [{ condition: composedExpression(code), statements: [mockResponse()] }] })],
      }),
      policySizeLimitBytes("Developer"),
    );

  it.each([
    ["true", "<when condition='@(true)'>"],
    ['"a" == "b"', `<when condition='@("a" == "b")'>`],
    [
      `"a" == "b" && 'c' < 'd'`,
      `<when condition="@(&quot;a&quot; == &quot;b&quot; &amp;&amp; 'c' &lt; 'd')">`,
    ],
    ["a ||\n  b", "<when condition='@(a ||\n        b)'>"],
    ['@"a\n  b" == c', `<when condition='@(@"a&#xA;  b" == c)'>`],
  ])("writes the condition %j so that every tool reads it", (code, expected) => {
    expect(rendered(code)).toContain(expected);
  });

  it("says in which branch a mistake is", () => {
    const [first, second] = ["@(a)", "b"].map((text) => ({
      condition: composedExpression("true"),
      statements: [mockResponse({ contentType: text })],
    }));
    if (first === undefined || second === undefined) throw new Error("There must be two branches.");
    const document =
      (...args: Parameters<typeof choose>) =>
      () =>
        renderPolicyDocument(
          policyDocument({ inbound: [choose(...args) as ReturnType<typeof choose<never>>] }),
          policySizeLimitBytes("Developer"),
        );
    expect(document({ when: [second, first] })).toThrow(
      /^policies\/inbound\/choose\/when\[2\]\/mock-response\/@content-type must be a plain text/,
    );
    expect(document({ when: [second], otherwise: first.statements })).toThrow(
      /^policies\/inbound\/choose\/otherwise\/mock-response/,
    );
  });
});
