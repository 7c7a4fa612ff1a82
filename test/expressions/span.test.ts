/** Where a policy expression ends: at the bracket that closes it, and at none in a string, a character or a comment. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { expressionEnd } from "../../expressions/span.ts";

describe("expressionEnd", () => {
  it.each([
    ["a call", "@(context.Request.Headers.Count)"],
    ["brackets in brackets", "@((1 + (2)))"],
    ["a block", '@{ if (true) { return "a"; } return "b"; }'],
    ["a bracket in a string", '@("a)b")'],
    ["an escaped quote", String.raw`@("a\")b")`],
    ["an escaped backslash", String.raw`@("a\\" + b)`],
    ["a bracket in a verbatim string", String.raw`@(@"\)" + b)`],
    ["a doubled quote in a verbatim string", '@(@"a"")b")'],
    ["a bracket in an interpolated string", '@($"a){1}b)")'],
    ["a string in a hole", '@($"{context.Variables["a)"]}")'],
    ["an interpolated string in a hole", '@($"{$"{1})"})")'],
    ["a brace that is none, in an interpolated string", '@($"{{)}}")'],
    ["a verbatim interpolated string", String.raw`@($@"\{1}"")")`],
    ["a verbatim interpolated string, the other way around", String.raw`@(@$"\{1}"")")`],
    ["a format in a hole", `@($"{DateTime.UtcNow:yyyy-MM-dd'T'HH:mm})")`],
    ["a quote as a character", `@(a.Split('"')[0])`],
    ["a bracket as a character", "@(a.Split(')')[0])"],
    ["an apostrophe as a character", String.raw`@(a.Split('\'')[0])`],
    ["a bracket in a line comment", "@{ // }\n return 1; }"],
    ["an apostrophe in a line comment", "@{ // don't }\n return 1; }"],
    ["a bracket in a comment", "@{ /* } */ return 1; }"],
    ["a quote in a comment", '@{ /* " */ return 1; }'],
    ["a named value", "@({{limit}} > 1)"],
    ["other brackets, which do not count", "@(a])"],
  ])("ends past the closing bracket with %s", (_, text) => {
    expect(expressionEnd(`x${text}) } " ' */`, 1)).toBe(1 + text.length);
  });

  it.each([
    ["a missing bracket", "@((1)"],
    ["a missing quote", '@("a)'],
    ["a missing quote after an escape", String.raw`@("a\")`],
    ["a missing verbatim quote", '@(@"a"")'],
    ["a missing quote after a hole", '@($"{1})'],
    ["an open hole", '@($"{1")'],
    ["an open comment", "@{ /* }"],
    ["a line comment to the end", "@( // )"],
    ["nothing but its start", "@("],
  ])("has no end with %s", (_, text) => {
    expect(expressionEnd(text, 0)).toBeUndefined();
  });

  it.each(["", "@", "a(b)", "@a(b)", "@[b]"])("finds no expression in %j", (text) => {
    expect(expressionEnd(text, 0)).toBeUndefined();
  });

  it("ends where the text was put together, whatever stands in its strings", () => {
    const plain = fc.string().map((text) => JSON.stringify(text));
    const verbatim = fc.string().map((text) => `@"${text.replaceAll('"', '""')}"`);
    const holed = fc.string().map((text) => `$"${text.replace(/[\\"{}]/g, "")}{${JSON.stringify(text)}}"`);
    const comment = fc.string().map((text) => `/*${text.replaceAll("*/", "")}*/1`);
    const parts = fc.array(fc.oneof(plain, verbatim, holed, comment), { minLength: 1 });
    fc.assert(
      fc.property(parts, fc.string(), (written, after) => {
        const expression = `@(${written.join(" + ")})`;
        expect(expressionEnd(expression + after, 0)).toBe(expression.length);
      }),
    );
  });

  it.each([
    ["a megabyte of brackets", `@(${"(".repeat(500_000)}${")".repeat(500_000)})`],
    ["a megabyte in a string", `@("${"a".repeat(1_000_000)}")`],
    ["100,000 strings in holes", `@(${'$"{'.repeat(100_000)}1${'}"'.repeat(100_000)})`],
  ])("reads %s without deepening the stack", (_, text) => {
    expect(expressionEnd(text, 0)).toBe(text.length);
  });
});
