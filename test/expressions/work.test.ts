/** Whatever an expression does costs steps or memory in proportion to the time it takes, so that its limits hold. */
import { describe, expect, it } from "vitest";
import type { Limits } from "../../expressions/evaluation.ts";
import { EvaluationError } from "../../expressions/expression-error.ts";
import { evaluated, expressionContextOf } from "../support/expression.ts";

// Time never decides here: what ends, ends by what it counted.
const limits: Limits = { steps: 60_000, memory: 4_000_000, size: 2_000_000, milliseconds: 600_000 };

function ends(source: string, values: Readonly<Record<string, unknown>> = {}): string {
  try {
    evaluated(source, expressionContextOf({ variables: new Map(Object.entries(values)) }), limits);
    return "a value";
  } catch (error) {
    if (error instanceof EvaluationError) return error.message;
    throw error;
  }
}

const stopped = /more (?:steps|memory)|larger than one expression may hold/;

/** Doubles a value, again and again. */
function doubled(start: string, next: string, end: string): string {
  return `{ var v = ${start}; for (var i = 0; i < 40; i++) { v = ${next}; } return ${end}; }`;
}

/** Does something with a text of a hundred thousand characters, a thousand times. */
function often(call: string): string {
  return `{ var s = new string('a', 100000); var n = 0; for (var i = 0; i < 1000; i++) { ${call} } return n; }`;
}

describe("an expression that doubles a value", () => {
  it.each([
    ["a text", doubled('"ab"', "v + v", "v.Length")],
    ["an interpolated text", doubled('"ab"', '$"{v}{v}"', "v.Length")],
    ["a joined text", doubled('"ab"', 'string.Join(",", v, v)', "v.Length")],
    ["a formatted text", doubled('"ab"', 'string.Format("{0}{0}", v)', "v.Length")],
    ["a replaced text", doubled('"aa"', 'v.Replace("a", "aa")', "v.Length")],
    ["a text that a pattern replaces", doubled('"aa"', 'Regex.Replace(v, "a", "aa")', "v.Length")],
    ["a StringBuilder", doubled('new StringBuilder("aa")', 'v.Replace("a", "aa")', "v.Length")],
    ["a list", doubled("new List<int> { 1 }", "v.Concat(v).ToList()", "v.Count")],
    ["a sequence", doubled("new[] { 1 }.AsEnumerable()", "v.Concat(v)", "v.Count()")],
    [
      "a sequence that is asked for its last",
      doubled("new[] { 1 }.AsEnumerable()", "v.Concat(v)", "v.Last()"),
    ],
    ["a sequence that is joined", doubled("new[] { 1 }.AsEnumerable()", "v.Concat(v)", 'string.Join("", v)')],
    ["a JSON array", doubled("new JArray(1)", "new JArray(v.DeepClone(), v.DeepClone())", "v.Count")],
    [
      "a JSON array within an object",
      doubled("new JArray(1)", 'new JArray(new JObject(new JProperty("a", v)), v)', "v.Count"),
    ],
    ["the elements of a JSON array", doubled("new JArray(1)", "new JArray(v.Concat(v))", "v.Count")],
    ["a merged JSON array", doubled("new JArray(1)", "v; v.Merge(v.DeepClone())", "v.Count")],
    ["an XML element", doubled('new XElement("a", 1)', 'new XElement("a", v, v)', "v.Value.Length")],
    [
      "an XML element by its copies",
      doubled('new XElement("a", 1)', 'new XElement("a", new XElement(v), new XElement(v))', "1"),
    ],
    [
      "a JSON path",
      `new JArray(Enumerable.Range(0, 200).Select(x => new JArray(1))).SelectTokens("$[*][${"0,".repeat(1500)}0]").Count()`,
    ],
  ])("ends when it is %s", (_name, source) => {
    expect(ends(source)).toMatch(stopped);
  });

  it("ends when it is a tuple that is written", () => {
    const tuples = Array.from({ length: 24 }, (_, index) => `var t${index + 1} = (t${index}, t${index});`);
    expect(ends(`{ var t0 = (1, 2); ${tuples.join(" ")} return t24.ToString(); }`)).toMatch(stopped);
  });

  it("ends when it is a tuple that is compared", () => {
    const tuples = Array.from({ length: 24 }, (_, index) => `var t${index + 1} = (t${index}, t${index});`);
    expect(ends(`{ var t0 = (1, 2); ${tuples.join(" ")} return t24.Equals(t23); }`)).toMatch(stopped);
  });
});

describe("an expression that goes through a long text again and again", () => {
  it.each([
    "n += s.IndexOf('b');",
    'n += s.IndexOf("b");',
    'n += s.LastIndexOf("b");',
    "n += s.IndexOfAny(new[] { 'b', 'c' });",
    "n += s.LastIndexOfAny(new[] { 'b', 'c' });",
    'if (s.Contains("b")) n++;',
    'if (s.EndsWith(s + "")) n++;',
    "n += s.GetHashCode();",
    "if (string.IsNullOrWhiteSpace(s)) n++;",
    "n += s.ToLower().Length;",
    "n += s.ToUpperInvariant().Length;",
    'n += s.Replace("b", "c").Length;',
    "n += s.Replace('b', 'c').Length;",
    "n += s.Split(',').Length;",
    "n += s.Trim('a').Length;",
    "n += s.TrimEnd('a').Length;",
    'n += s.CompareTo(s + "");',
    'if (s.Equals("x" + s, StringComparison.OrdinalIgnoreCase)) n++;',
    "n += s.Substring(1).Length;",
    "n += s.Normalize().Length;",
    "n += Encoding.UTF8.GetBytes(s).Length;",
    "n += Convert.FromBase64String(s).Length;",
    "n += Uri.EscapeDataString(s).Length;",
    "n += System.Net.WebUtility.HtmlEncode(s).Length;",
    "n += System.Net.WebUtility.UrlDecode(s).Length;",
    'if (Regex.IsMatch(s, "b")) n++;',
    "int x; if (int.TryParse(s, out x)) n++;",
    "Guid g; if (Guid.TryParse(s, out g)) n++;",
    'n += JsonConvert.SerializeObject(new { s = s + "" }).Length;',
  ])("ends in %s", (call) => {
    expect(ends(often(call))).toMatch(stopped);
  });
});

describe("an expression that goes through many elements again and again", () => {
  const lists = `var items = Enumerable.Range(0, 2000).ToList(); var array = items.ToArray(); var bytes = new byte[20000];
    var json = new JArray(items); var queue = new Queue<int>(items); var map = items.ToDictionary(x => x); var n = 0;`;
  it.each([
    "items.Insert(0, 1);",
    "items.RemoveAt(0); items.Insert(0, 1);",
    "n += items.IndexOf(-1);",
    "if (items.Contains(-1)) n++;",
    "items.Reverse();",
    "items.Sort();",
    "n += Array.IndexOf(array, -1);",
    "Array.Reverse(bytes);",
    "Array.Copy(array, 0, array, 0, 2000);",
    "if (map.ContainsValue(-1)) n++;",
    "n += map.Keys.Count();",
    "n += array.Count();",
    "n += array.Last();",
    "if (array.Contains(-1)) n++;",
    "n += json.IndexOf(new JValue(1));",
    "n += json.Children().Count();",
    "n += json.DeepClone().Count();",
    "n += json.ToString().Length;",
    "n += json.Last().Path.Length;",
    'n += json.SelectTokens("$[?(@ > 5)]").Count();',
    "if (JToken.DeepEquals(json, json.DeepClone())) n++;",
    "n += BitConverter.ToString(bytes).Length;",
    "n += Convert.ToBase64String(bytes).Length;",
    "n += SHA256.Create().ComputeHash(bytes).Length;",
    "if (bytes.SequenceEqual(bytes)) n++;",
  ])("ends in %s", (call) => {
    const source = `{ ${lists} for (var i = 0; i < 100000; i++) { ${call} } return n; }`;
    const wide = { ...limits, steps: 100_000 };
    expect(() => evaluated(source, expressionContextOf(), wide)).toThrow(stopped);
  });

  it("does not end where the same is done once", () => {
    const source = `{ ${lists} items.Insert(0, 1); items.RemoveAt(5); items.Reverse(); items.Sort(); return items.IndexOf(1999); }`;
    const wide = { ...limits, steps: 100_000 };
    expect(evaluated(source, expressionContextOf(), wide)).toBe(1999);
  });
});

describe("an expression whose work grows with the product of two lengths", () => {
  it.each([
    [
      "a long part that is nearly there",
      `{ var s = new string('a', 500000); var p = new string('a', 100000) + "b"; return s.IndexOf(p); }`,
      -1,
    ],
    [
      "a long part, from the end",
      `{ var s = new string('a', 500000); var p = "b" + new string('a', 100000); return s.LastIndexOf(p); }`,
      -1,
    ],
    [
      "a long part that is replaced",
      `{ var s = new string('a', 500000); var p = new string('a', 100000) + "b"; return s.Replace(p, "").Length; }`,
      500000,
    ],
    [
      "many characters to divide at",
      `{ var by = Enumerable.Range(1000, 20000).Select(x => (char)x).ToArray(); return new string('a', 200000).Split(by).Length; }`,
      1,
    ],
    [
      "many characters to trim",
      `{ var by = Enumerable.Range(1000, 20000).Select(x => (char)x).ToArray(); return (new string('a', 200000) + "\\u2000").Trim(by).Length; }`,
      200000,
    ],
    [
      "many characters to look for",
      `{ var by = Enumerable.Range(1000, 20000).Select(x => (char)x).ToArray(); return new string('a', 200000).IndexOfAny(by); }`,
      -1,
    ],
  ])("takes %s in proportion to their sum", (_name, source, value) => {
    const wide = { ...limits, steps: 400_000, memory: 10_000_000 };
    expect(evaluated(source, expressionContextOf(), wide)).toBe(value);
  });

  it("ends at a large pattern on a long text before it begins", () => {
    const text = "a".repeat(100_000);
    expect(
      ends('Regex.IsMatch((string)context.Variables["t"], "(a{0,500})(a{0,500})[xy]")', { t: text }),
    ).toMatch(/more steps/);
    expect(ends('Regex.IsMatch((string)context.Variables["t"], "[xy]")', { t: text })).toBe("a value");
  });

  it("looks at the clock between two matches", () => {
    const source = 'Regex.Matches("aaaa", "a").Count';
    expect(() => evaluated(source, expressionContextOf(), { ...limits, milliseconds: 0 })).toThrow(
      /more time/,
    );
    expect(evaluated(source, expressionContextOf(), limits)).toBe(4);
  });
});
