/** What .NET does with boxed values, defaults and null arrays, and what runs after an expression was ended. */
import { describe, expect, it } from "vitest";
import { EvaluationError } from "../../expressions/expression-error.ts";
import { evaluated, expressionContextOf, outcome, refusalOf } from "../support/expression.ts";

describe("== of two objects", () => {
  it.each([
    ["(object)1 == (object)1", "False"],
    ["(object)true != (object)true", "True"],
    ["(object)'a' == (object)'a'", "False"],
    ["((object)1).Equals(1)", "True"],
    ['(object)"a" == (object)"a"', "True"],
    ["(object)null == (object)null", "True"],
    ["1 == 1", "True"],
  ])("of %s gives %s, since each value type has a box of its own", (source, result) => {
    expect(outcome(source)).toBe(result);
  });
});

describe("the default of a type", () => {
  it.each([
    ["new List<KeyValuePair<string, int>>().FirstOrDefault().Value", "0"],
    ["new Dictionary<string, string>().FirstOrDefault().Key", "null"],
    ["new Dictionary<string, string>().FirstOrDefault(x => x.Value == null).Value ?? null", "null"],
    ["default((int, string)).Item1", "0"],
    ["default((int, string)).Item2", "null"],
    ["default(KeyValuePair<int, bool>).Value", "False"],
    ["default(int?)", "null"],
  ])("of %s is %s", (source, result) => {
    expect(outcome(source)).toBe(result);
  });
});

describe("an array of a nullable type", () => {
  it.each([
    ["new int?[] { 1, null }.Length", "2"],
    ["new int?[] { 1, null }[1] == null", "True"],
    ["new int?[2][0].HasValue", "False"],
    ["new int?[] { 1, null, 3 }.Sum()", "4"],
  ])("is made by %s", (source, result) => {
    expect(outcome(source)).toBe(result);
  });
});

describe("null in the place of an array", () => {
  it.each([
    ['new JProperty("a", null).ToString()', '""a": null"'],
    ["new JObject(null).Count", "0"],
    ['"a".IndexOfAny(null)', "System.ArgumentNullException: Value cannot be null.\r\nParameter name: anyOf"],
  ])("gives for %s what .NET gives", (source, result) => {
    expect(outcome(source)).toBe(result);
  });

  it("refuses a key of an initializer that no indexer takes", () => {
    expect(outcome('new JObject { [-1] = "x" }')).toBe(
      "System.ArgumentException: Set JObject values with invalid key value: -1. Object property name expected.",
    );
    expect(refusalOf('new Dictionary<int, string> { ["a"] = "b" }')).toContain("CS0200");
    expect(outcome('new Dictionary<int, string> { [1] = "b" }.Count')).toBe("1");
  });
});

describe("a member of the context that Azure documents", () => {
  it.each([
    ["context.GraphQL", "IProxyRequestContext.GraphQL is not simulated here"],
    ["context.Request.PrivateEndpointConnection", "IRequest.PrivateEndpointConnection is not simulated here"],
  ])("is called not simulated for %s", (source, message) => {
    expect(refusalOf(source)).toMatch(/^not-simulated: /);
    expect(refusalOf(source)).toContain(message);
  });

  it("is refused when Azure does not document it", () => {
    expect(refusalOf("context.Foo")).toMatch(/^refused: /);
  });
});

describe("finally", () => {
  function traced(body: string): readonly string[] {
    const said: string[] = [];
    const context = expressionContextOf({ trace: (message) => said.push(message) });
    let ended: unknown;
    try {
      evaluated(`{ try { ${body} } finally { context.Trace("finally"); } }`, context);
    } catch (error) {
      ended = error;
    }
    expect(ended).toBeInstanceOf(EvaluationError);
    return said;
  }

  it("runs after an exception of .NET's", () => {
    expect(traced("return int.Parse(context.RequestId.ToString());")).toEqual(["finally"]);
  });

  it.each([
    ["a limit", "while (true) { }"],
    ["what is not simulated", 'var p = "(?=a)" + ""; return Regex.IsMatch("a", p);'],
  ])("does not run after %s", (_name, body) => {
    expect(traced(body)).toEqual([]);
  });
});
