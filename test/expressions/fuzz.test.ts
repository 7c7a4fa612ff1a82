/** No text hangs the compiler, crashes it, or reaches a value of JavaScript's. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compileExpression } from "../../expressions/compile.ts";
import { EvaluationError, ExpressionError } from "../../expressions/expression-error.ts";
import { valueText } from "../../expressions/value-text.ts";
import { expressionContextOf } from "../support/expression.ts";

const limits = { steps: 20_000, memory: 1_000_000, size: 200_000, milliseconds: 60_000 };

const words =
  `context . Request Response Variables Headers Body As < string > ( ) [ ] { } "a" 'b' 1 2.5 3L 4m null true false + - * / % == != < <=
  && || ! ? : ?? ?. , ; var int string object new List Dictionary JObject JProperty JArray => x y return if else for foreach in while do
  switch case default break continue try catch finally throw using is as out ref nameof typeof default(int) $"{1}" @"v" // /* */ = += ++
  -- & | ^ ~ << >> GetValueOrDefault ToString Select Where constructor __proto__ prototype toString valueOf hasOwnProperty Length DateTime
  UtcNow Guid NewGuid Convert Regex Match "(a+)+$" .Add( .Parse( (string) (int) (JObject)`.split(/\s+/);

const soup = fc.array(fc.constantFrom(...words), { maxLength: 40 }).map((list) => list.join(" "));

const real = [
  'context.Request.Headers.GetValueOrDefault("x", "").Split(\',\').Select(s => s.Trim()).Where(s => s.Length > 2).FirstOrDefault() ?? "none"',
  'var body = context.Request.Body.As<JObject>(preserveContent: true); foreach (var p in body.Properties()) { if (p.Name == "a") return p.Value.ToString(); } return "";',
  'string[] value; if (context.Request.Headers.TryGetValue("Authorization", out value)) { return Encoding.UTF8.GetString(Convert.FromBase64String(value[0])); } return null;',
  'var d = new Dictionary<string, object> { { "a", 1 }, { "b", new[] { 1, 2 } } }; return JsonConvert.SerializeObject(d);',
  'try { return Regex.Match(context.Request.Url.Path, @"/orders/(?<id>\\d+)").Groups["id"]?.Value; } catch (Exception e) { return e.Message; }',
  'var n = 0; for (int i = 0; i < 10; i++) { n += i; } while (n > 3) { n--; } return $"{n:D4}|{DateTime.UtcNow:yyyy}";',
];

/** A real expression with pieces of it taken out, doubled or exchanged. */
const mutated = fc
  .tuple(
    fc.constantFrom(...real),
    fc.array(
      fc.tuple(
        fc.nat(400),
        fc.nat(12),
        fc.constantFrom("", "(", ")", '"', "{", ";", ".", "x", "0", "=>", "?", "null"),
      ),
      {
        minLength: 1,
        maxLength: 4,
      },
    ),
  )
  .map(([source, edits]) =>
    edits.reduce((text, [at, count, insert]) => text.slice(0, at) + insert + text.slice(at + count), source),
  );

/** What happens to a source: nothing but a value, a refusal or a failure. */
function survives(source: string, form: "expression" | "block"): void {
  try {
    const value = compileExpression(source, { form }).evaluate(expressionContextOf(), limits);
    expect(typeof valueText(value)).toBe("string");
    expect(value).not.toBe(globalThis);
    expect(value === Object || value === Function || value === Object.prototype).toBe(false);
  } catch (error) {
    if (!(error instanceof ExpressionError) && !(error instanceof EvaluationError)) throw error;
  }
}

describe("the compiler", () => {
  it("survives words in any order", () => {
    fc.assert(fc.property(soup, fc.constantFrom("expression" as const, "block" as const), survives), {
      numRuns: 3000,
    });
  });

  it("survives real expressions that are broken", () => {
    fc.assert(fc.property(mutated, fc.constantFrom("expression" as const, "block" as const), survives), {
      numRuns: 3000,
    });
  });

  it("survives any text", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 60, unit: "binary" }), fc.constant("block" as const), survives),
      { numRuns: 1000 },
    );
  });

  const reaching = [
    "constructor",
    "__proto__",
    "prototype",
    "toString",
    "valueOf",
    "hasOwnProperty",
    "then",
    "call",
    "apply",
  ];
  const targets = [
    "context",
    "context.Request",
    "context.Variables",
    '"a"',
    "1",
    "new[] { 1 }",
    "new { a = 1 }",
    "context.Request.Headers",
    "(1, 2)",
  ];
  it.each(targets.flatMap((target) => reaching.map((name) => [target, name] as const)))(
    "gives nothing of JavaScript's for %s.%s",
    (target, name) => {
      for (const source of [`${target}.${name}`, `${target}.${name}()`, `${target}?.${name}`])
        expect(() => compileExpression(source, { form: "expression" })).toThrow(ExpressionError);
    },
  );
});
