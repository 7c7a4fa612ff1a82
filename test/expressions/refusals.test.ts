/** What is refused when an expression is compiled: by Azure, or because it is not simulated; and what its limits stop. */
import { describe, expect, it } from "vitest";
import { compileExpression } from "../../expressions/compile.ts";
import { defaultLimits } from "../../expressions/evaluation.ts";
import { EvaluationError, ExpressionError } from "../../expressions/expression-error.ts";
import { evaluated, expressionContextOf, outcome, refusalOf } from "../support/expression.ts";

const rows: readonly (readonly [source: string, refusal: string])[] = [
  ["context.Foo", "refused: 'IProxyRequestContext' does not contain a definition for 'Foo'. (CS1061)"],
  ['context.Variables["a"].Length', "refused: 'object' does not contain a definition for 'Length'. (CS1061)"],
  ['"a".constructor', "not-simulated: System.String.constructor is not simulated here."],
  ["((int?)1).Length", "refused: 'int?' does not contain a definition for 'Length'. (CS1061)"],
  [
    "context.Variables.Select(c => c.Type)",
    "refused: 'KeyValuePair<string,object>' does not contain a definition for 'Type'. (CS1061)",
  ],
  [
    "context.__proto__",
    "refused: 'IProxyRequestContext' does not contain a definition for '__proto__'. (CS1061)",
  ],
  [
    "context.Request.constructor",
    "refused: 'IRequest' does not contain a definition for 'constructor'. (CS1061)",
  ],
  [
    "new { a = 1 }.hasOwnProperty",
    "refused: '<anonymous type: int a>' does not contain a definition for 'hasOwnProperty'. (CS1061)",
  ],
  ["process.exit()", "refused: The name 'process' does not exist in the current context. (CS0103)"],
  ["globalThis", "refused: The name 'globalThis' does not exist in the current context. (CS0103)"],
  [
    'System.IO.File.ReadAllText("a")',
    "refused: Usage of type 'System.IO.File' is not supported within expressions.",
  ],
  ["Environment.MachineName", "refused: Usage of type 'Environment' is not supported within expressions."],
  [
    "new System.Net.WebClient()",
    "refused: Usage of type 'System.Net.WebClient' is not supported within expressions.",
  ],
  [
    '{ throw new ArgumentException("a"); }',
    "refused: Usage of type 'System.ArgumentException' is not supported within expressions.",
  ],
  [
    "DateTime.UtcNow.ToUniversalTime()",
    "refused: Usage of member 'ToUniversalTime' of type 'System.DateTime' is not supported within expressions.",
  ],
  ["(string)1", "refused: Cannot convert type 'int' to 'string'. (CS0030)"],
  [
    '{ string s = context.Variables["a"]; return s; }',
    "refused: Cannot implicitly convert type 'object' to 'string'. An explicit conversion exists (are you missing a cast?) (CS0266)",
  ],
  ['{ int a = "a"; return a; }', "refused: Cannot implicitly convert type 'string' to 'int'. (CS0029)"],
  [
    "{ int a = 1.5; return a; }",
    "refused: Cannot implicitly convert type 'double' to 'int'. An explicit conversion exists (are you missing a cast?) (CS0266)",
  ],
  [
    "{ byte b = 300; return b; }",
    "refused: Cannot implicitly convert type 'int' to 'byte'. An explicit conversion exists (are you missing a cast?) (CS0266)",
  ],
  ["{ string s = 'a'; return s; }", "refused: Cannot implicitly convert type 'char' to 'string'. (CS0029)"],
  ['"a" - 1', "refused: Operator '-' cannot be applied to operands of type 'string' and 'int'. (CS0019)"],
  [
    'context.Variables["flag"] == true',
    "refused: Operator '==' cannot be applied to operands of type 'object' and 'bool'. (CS0019)",
  ],
  ["1 && true", "refused: Operator '&&' cannot be applied to an operand of type 'int'. (CS0019)"],
  ["!1", "refused: Operator '!' cannot be applied to operand of type 'int'. (CS0023)"],
  ["1 ? 2 : 3", "refused: Cannot implicitly convert type 'int' to 'bool'. (CS0029)"],
  [
    'true ? 1 : "a"',
    "refused: Type of conditional expression cannot be determined because there is no implicit conversion between 'int' and 'string'. (CS0173)",
  ],
  ["1 ?? 2", "refused: Operator '??' cannot be applied to an operand of type 'int'. (CS0019)"],
  ['"a".Substring()', "refused: No overload of 'string.Substring' takes the arguments (). (CS1503)"],
  [
    '"a".Substring(1, 2, 3)',
    "refused: No overload for method 'string.Substring' takes 3 arguments. (CS1501)",
  ],
  ['"a".Substring("b")', "refused: No overload of 'string.Substring' takes the arguments (string). (CS1503)"],
  ['"a".Length()', "refused: Method name expected: a value of type 'int' cannot be called. (CS0149)"],
  [
    '"a".ToString',
    "refused: Cannot convert method group 'ToString' to a value; it has to be called. (CS0428)",
  ],
  ["1[0]", "refused: Cannot apply indexing with [] to an expression of type 'int'. (CS0021)"],
  ['"a"?.Length.Foo', "not-simulated: System.Int32.Foo is not simulated here."],
  ["{ var a = null; return a; }", "refused: Cannot assign <null> to an implicitly-typed variable. (CS0815)"],
  ["{ var a; return 1; }", "refused: Implicitly-typed variables must be initialized. (CS0818)"],
  [
    "{ var a = 1; var a = 2; return a; }",
    "refused: A local variable named 'a' is already defined in this scope. (CS0128)",
  ],
  ["{ return b; }", "refused: The name 'b' does not exist in the current context. (CS0103)"],
  ["{ { var a = 1; } return a; }", "refused: The name 'a' does not exist in the current context. (CS0103)"],
  ["{ if (true) return 1; }", "refused: Not all code paths return a value. (CS0161)"],
  ["{ }", "refused: Not all code paths return a value. (CS0161)"],
  ["{ while (1 > 2) return 1; }", "refused: Not all code paths return a value. (CS0161)"],
  ["{ switch (1) { case 1: return 1; } }", "refused: Not all code paths return a value. (CS0161)"],
  [
    "{ switch (1) { case 1: var x = 1; default: return 2; } }",
    "refused: Control cannot fall through from one case label to another. (CS0163)",
  ],
  [
    "{ 1 + 1; return 1; }",
    "refused: Only assignment, call, increment, decrement, and new object expressions can be used as a statement. (CS0201)",
  ],
  [
    '{ context.Request.Method = "PUT"; return 1; }',
    "refused: Property or indexer 'IRequest.Method' cannot be assigned to -- it is read only. (CS0200)",
  ],
  [
    '{ context.Variables["a"] = 1; return 1; }',
    "refused: Property or indexer 'IReadOnlyDictionary<string,object>.this' cannot be assigned to -- it is read only. (CS0200)",
  ],
  [
    "{ foreach (var a in 1) return a; return 0; }",
    "refused: foreach statement cannot operate on variables of type 'int'. (CS1579)",
  ],
  [
    "{ var f = x => x; return 1; }",
    "refused: Cannot assign lambda expression to an implicitly-typed variable. (CS0815)",
  ],
  ["{ try { return 1; } }", "refused: Expected catch or finally. (CS1524)"],
  ["{ return 1 }", "refused: ';' expected. (CS1002)"],
  ["(1", "refused: ')' expected. (CS1026)"],
  ["", "refused: Expected expression. (CS1733)"],
  ["1 +", "refused: Expected expression. (CS1733)"],
  ["1 2", "refused: ')' expected. (CS1026)"],
  ['"a', "refused: Newline in constant. (CS1010)"],
  ['@"a', "refused: Unterminated string literal. (CS1039)"],
  ["'ab'", "refused: Too many characters in character literal. (CS1012)"],
  ["''", "refused: Empty character literal. (CS1011)"],
  ['"\\q"', "refused: Unrecognized escape sequence. (CS1009)"],
  ['$"{1"', "refused: Newline in constant. (CS1010)"],
  ['$"{1', "refused: The hole of the interpolated string does not end. (CS1002)"],
  ['$"}"', "refused: A '}' character must be escaped (by doubling) in an interpolated string. (CS8086)"],
  ["1 # 2", "refused: Unexpected character '#'. (CS1056)"],
  ["99999999999999999999", "refused: Integral constant is too large. (CS1021)"],
  ["/* a", "refused: The comment does not end. (CS1035)"],
  ["int", "refused: Invalid expression term. (CS1525)"],
  ["String", "refused: 'string' is a type, which is not valid in the given context. (CS0119)"],
  ['context.Trace("a")', "refused: Cannot implicitly convert type 'void' to 'object'. (CS0029)"],
  ["new IList<int>()", "refused: Cannot create an instance of the interface 'IList<int>'. (CS0144)"],
  [
    'DateTimeOffset.Parse("a").NoSuchMember',
    "not-simulated: System.DateTimeOffset.NoSuchMember is not simulated here.",
  ],
  ["new int[1, 2]", "not-simulated: An array of several dimensions is not simulated here."],
  ["{ goto a; }", "not-simulated: goto is not simulated here."],
  ["context is { Request: null }", "not-simulated: A property pattern is not simulated here."],
];

describe("an expression", () => {
  it.each(rows)("is refused: %s", (source, refusal) => {
    expect(refusalOf(source)).toBe(refusal);
  });

  it("is refused with its line and column", () => {
    let error: unknown;
    try {
      compileExpression("\n  var a = 1;\n  return a.Foo;", { form: "block" });
    } catch (caught) {
      error = caught;
    }
    expect(error).toMatchObject({ line: 3, column: 12, kind: "not-simulated", subject: "System.Int32.Foo" });
  });

  it("fails with its line and column", () => {
    const source = "{\n  string a = null;\n  return a.Length;}";
    let error: unknown;
    try {
      evaluated(source);
    } catch (caught) {
      error = caught;
    }
    expect(error).toMatchObject({ line: 3, column: 12, exception: "System.NullReferenceException" });
  });
});

describe("limits", () => {
  const endless: readonly (readonly [title: string, source: string])[] = [
    ["an endless loop", "{ while (true) { } return 1; }"],
    ["an endless for", "{ for (;;) { var x = 1; } }"],
    ["a text that doubles", '{ var s = "x"; while (true) { s += s; } return s; }'],
    ["a list that grows", "{ var l = new List<int>(); while (true) { l.Add(1); } return l; }"],
    ["a large array", "new int[2000000000]"],
    ["a large repetition", "Enumerable.Range(0, 2000000000).Select(x => x + 1).Sum()"],
    ["a large list", 'Enumerable.Repeat("x", 2000000000).ToList()'],
    ["a text of one char", "new string('x', 2000000000)"],
    ["a padded text", '"x".PadLeft(2000000000)'],
    ["a catch around an endless loop", "{ try { while (true) { } } catch { return 1; } return 2; }"],
    [
      "a finally around an endless loop",
      "{ try { while (true) { } } finally { while (true) { } } return 2; }",
    ],
  ];
  it.each(endless)("stop %s", (_title, source) => {
    expect(() => evaluated(source)).toThrow(EvaluationError);
  });

  it("stop a function that calls itself for ever, which a catch may catch", () => {
    expect(outcome("{ int F(int x) => F(x + 1); return F(0); }")).toMatch(
      /^System\.InsufficientExecutionStackException/,
    );
    expect(
      outcome("{ int F(int x) => F(x + 1); try { return F(0); } catch (Exception) { return 7; } }"),
    ).toBe("7");
  });

  const hostile: readonly (readonly [title: string, source: string])[] = [
    ["10,000 nested brackets", `${"(".repeat(10_000)}1${")".repeat(10_000)}`],
    ["100,000 brackets that never close", "(".repeat(100_000)],
    ["10,000 nested casts", `${"(int)".repeat(10_000)}1`],
    ["10,000 signs", `${"-".repeat(10_000)}1`],
    ["10,000 nots", `${"!".repeat(10_000)}true`],
    ["10,000 nested conditions", `${"true ? ".repeat(10_000)}1`],
    ["10,000 lambdas", `${"x => ".repeat(10_000)}1`],
    ["10,000 type arguments", `${"a<".repeat(10_000)}`],
    ["10,000 indexes", `a${"[0]".repeat(10_000)}`],
    ["10,000 members", `context${".Request".repeat(10_000)}`],
    ["10,000 sums of texts", `"a"${" + 1".repeat(10_000)}`],
    ["10,000 coalesces", `null${" ?? null".repeat(10_000)}`],
    ["interpolations inside each other", `${'$"{'.repeat(5_000)}`],
    ["a source of 1 MB", "1 + ".repeat(262_144)],
    ["a number of 200,000 digits", "9".repeat(200_000)],
    ["a decimal of 250,000 digits", `${"9".repeat(250_000)}m`],
  ];
  it.each(hostile)("refuse %s", (_title, source) => {
    expect(() => compileExpression(source, { form: "expression" })).toThrow(ExpressionError);
  });

  it("take 100 nested brackets and 200 sums", () => {
    expect(outcome(`${"(".repeat(100)}1${")".repeat(100)}`)).toBe("1");
    expect(outcome(`1${" + 1".repeat(200)}`)).toBe("201");
  });

  it("refuse a decimal that does not fit, and take the largest", () => {
    expect(outcome("79228162514264337593543950335m")).toBe("79228162514264337593543950335");
    for (const source of ["1e40m", "79228162514264337593543950336m", "1e9999999m"])
      expect(refusalOf(source)).toBe("refused: The number is too large for the type 'decimal'. (CS0594)");
  });

  it("turn a fault of the language's own into a failure of the expression, with its place", () => {
    const context = expressionContextOf({
      now: () => {
        throw new TypeError("no clock");
      },
    });
    let error: unknown;
    try {
      evaluated("1 +\n  new[] { 1 }.Select(x => DateTime.UtcNow.Year).Sum()", context);
    } catch (caught) {
      error = caught;
    }
    expect(error).toBeInstanceOf(EvaluationError);
    expect(error).toMatchObject({
      exception: "NotSimulated",
      line: 2,
      message: "The local gateway could not compute this expression: no clock",
    });
  });

  it("end a loop whose time is over, though it has steps left", () => {
    const loop = "{ var i = 0; while (i < 1000) i += 1; return i; }";
    const within = evaluated(loop, expressionContextOf(), { ...defaultLimits, milliseconds: 60_000 });
    expect(within).toBe(1000);
    const over = { ...defaultLimits, milliseconds: 0 };
    expect(() => evaluated(loop, expressionContextOf(), over)).toThrow("more time than one expression may");
  });

  const copies: readonly (readonly [title: string, source: string])[] = [
    ["List.ToArray", "{ var l = Enumerable.Range(0, 1000).ToList(); FOR l.ToArray(); return 1; }"],
    ["List.GetRange", "{ var l = Enumerable.Range(0, 1000).ToList(); FOR l.GetRange(0, 1000); return 1; }"],
    ["Array.Clone", "{ var a = new int[1000]; FOR a.Clone(); return 1; }"],
    ["Match.Result", '{ var m = Regex.Match(new string(\'x\', 1000), "x"); FOR m.Result("$_"); return 1; }'],
  ];
  it.each(copies)("count the memory of %s", (_title, source) => {
    const repeated = (count: number) => source.replace("FOR", `for (var i = 0; i < ${count}; i++)`);
    const limits = { ...defaultLimits, memory: 20_000 };
    const within = evaluated(repeated(10), expressionContextOf(), limits);
    expect(within).toBe(1);
    expect(() => evaluated(repeated(100), expressionContextOf(), limits)).toThrow(
      "more memory than one expression may",
    );
  });

  it("refuse a result of a match that is too large before it is built", () => {
    const source = 'Regex.Match(new string(\'x\', 1000), "x").Result("$_$_$_")';
    const within = evaluated(source, expressionContextOf(), { ...defaultLimits, size: 3000 });
    expect(within).toBe("x".repeat(3000));
    expect(() => evaluated(source, expressionContextOf(), { ...defaultLimits, size: 2999 })).toThrow(
      "larger than one expression may hold",
    );
  });

  it("take 5 steps and refuse the sixth", () => {
    const limits = { steps: 5, memory: 100, size: 100, milliseconds: 60_000 };
    const loop = (count: number) => `{ var i = 0; while (i < ${count}) i += 1; return i; }`;
    const within = evaluated(loop(2), expressionContextOf(), limits);
    expect(within).toBe(2);
    expect(() => evaluated(loop(3), expressionContextOf(), limits)).toThrow(
      "more steps than one expression may",
    );
  });
});
