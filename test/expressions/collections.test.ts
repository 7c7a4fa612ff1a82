/**
 * LINQ, collections, tuples and anonymous types against what .NET's documentation says of them.
 *
 * @see https://learn.microsoft.com/dotnet/api/system.linq.enumerable
 * @see https://learn.microsoft.com/dotnet/api/system.collections.generic
 */
import { describe, expect, it } from "vitest";
import { outcome } from "../support/expression.ts";

const noElements = "System.InvalidOperationException: Sequence contains no elements";
const noMatch = "System.InvalidOperationException: Sequence contains no matching element";

const tables: Readonly<Record<string, readonly (readonly [source: string, result: string])[]>> = {
  LINQ: [
    ['string.Join(",", new[] { 1, 2, 3 }.Select(x => x * 2))', '"2,4,6"'],
    ['string.Join(",", new[] { "a", "b" }.Select((x, i) => x + i))', '"a0,b1"'],
    ['string.Join(",", new[] { 1, 2, 3, 4 }.Where(x => x % 2 == 0))', '"2,4"'],
    ['string.Join(",", new[] { 5, 6, 7 }.Where((x, i) => i != 1))', '"5,7"'],
    ['string.Join(",", new[] { "ab", "c" }.SelectMany(x => x.ToCharArray()))', '"a,b,c"'],
    ['string.Join(",", new[] { 1, 2, 3 }.Skip(1).Take(1))', '"2"'],
    ['string.Join(",", new[] { 1, 2, 3, 1 }.TakeWhile(x => x < 3))', '"1,2"'],
    ['string.Join(",", new[] { 1, 2, 3, 1 }.SkipWhile(x => x < 3))', '"3,1"'],
    ['string.Join(",", new[] { 1 }.Concat(new[] { 2 }).Append(3).Prepend(0))', '"0,1,2,3"'],
    ['string.Join(",", new[] { 1, 2, 1 }.Distinct())', '"1,2"'],
    ['string.Join(",", new[] { 1, 2 }.Union(new[] { 2, 3 }))', '"1,2,3"'],
    ['string.Join(",", new[] { 1, 2 }.Intersect(new[] { 2, 3 }))', '"2"'],
    ['string.Join(",", new[] { 1, 2 }.Except(new[] { 2, 3 }))', '"1"'],
    ['string.Join(",", new[] { 1, 2 }.Zip(new[] { "a", "b" }, (n, s) => s + n))', '"a1,b2"'],
    ['string.Join(",", new List<int> { 1, 2 }.AsEnumerable().Reverse())', '"2,1"'],
    ['string.Join(",", new int[0].DefaultIfEmpty(7))', '"7"'],
    ["new[] { 1, 2 }.First()", "1"],
    ["new int[0].First()", noElements],
    ["new[] { 1, 2 }.First(x => x > 1)", "2"],
    ["new[] { 1 }.First(x => x > 1)", noMatch],
    ["new int[0].FirstOrDefault()", "0"],
    ["new string[0].FirstOrDefault()", "null"],
    ["new[] { 1 }.FirstOrDefault(x => x > 1)", "0"],
    ["new[] { 1, 2 }.Last()", "2"],
    ["new[] { 1, 2 }.LastOrDefault(x => x < 2)", "1"],
    ["new[] { 1 }.Single()", "1"],
    ["new[] { 1, 2 }.Single()", "System.InvalidOperationException: Sequence contains more than one element"],
    [
      "new[] { 1, 2 }.Single(x => x > 0)",
      "System.InvalidOperationException: Sequence contains more than one matching element",
    ],
    ["new int[0].SingleOrDefault()", "0"],
    ["new[] { 1, 2 }.Any()", "True"],
    ["new int[0].Any()", "False"],
    ["new[] { 1, 2 }.Any(x => x > 1)", "True"],
    ["new[] { 1, 2 }.All(x => x > 1)", "False"],
    ["new int[0].All(x => x > 1)", "True"],
    ['new[] { "a" }.Contains("a")', "True"],
    ['new[] { "a" }.Contains("A")', "False"],
    ['new[] { "a" }.Contains("A", StringComparer.OrdinalIgnoreCase)', "True"],
    ["new[] { 1, 2 }.SequenceEqual(new List<int> { 1, 2 })", "True"],
    ["new[] { 1, 2 }.Count()", "2"],
    ["new[] { 1, 2 }.Count(x => x > 1)", "1"],
    ["new[] { 1, 2 }.ElementAt(1)", "2"],
    ["new[] { 1, 2 }.ElementAtOrDefault(5)", "0"],
    ["new[] { 1, 2, 3 }.Sum()", "6"],
    ['new[] { "a", "bc" }.Sum(x => x.Length)', "3"],
    ["new[] { 1.5, 2 }.Sum()", "3.5"],
    ["new[] { 1.5m, 2m }.Sum()", "3.5"],
    ["new int[0].Sum()", "0"],
    ["new[] { 1, 2 }.Average()", "1.5"],
    ["new int[0].Average()", noElements],
    ["new[] { 3, 1 }.Max()", "3"],
    ['new[] { "b", "abc" }.Min(x => x.Length)', "1"],
    ["new int[0].Max()", noElements],
    ["new[] { 1, 2, 3 }.Aggregate((a, b) => a * b)", "6"],
    ['new[] { 1, 2 }.Aggregate("x", (a, b) => a + b)', '"x12"'],
    ['new[] { 1, 2 }.Aggregate("x", (a, b) => a + b, a => a.Length)', "3"],
    ['string.Join(",", new[] { "b", "C", "a" }.OrderBy(x => x))', '"a,b,C"'],
    ['string.Join(",", new[] { 1, 3, 2 }.OrderByDescending(x => x))', '"3,2,1"'],
    [
      'string.Join(",", new[] { "bb", "a", "cc" }.OrderBy(x => x.Length).ThenByDescending(x => x))',
      '"a,cc,bb"',
    ],
    [
      'string.Join(",", new[] { "a", "bb", "c" }.GroupBy(x => x.Length).Select(g => g.Key + ":" + g.Count()))',
      '"1:2,2:1"',
    ],
    ['new[] { "a", "bb" }.ToDictionary(x => x, x => x.Length)["bb"]', "2"],
    ['new[] { "a", "bb" }.ToDictionary(x => x.Length)[1]', '"a"'],
    [
      'new[] { "a", "a" }.ToDictionary(x => x)',
      "System.ArgumentException: An item with the same key has already been added.",
    ],
    ["new[] { 1 }.ToList().Count", "1"],
    ["new[] { 1, 1 }.ToHashSet().Count", "1"],
    ['new object[] { 1, "a" }.OfType<string>().Single()', '"a"'],
    ['new object[] { "a" }.Cast<string>().First().Length', "1"],
    [
      "new object[] { 1 }.Cast<string>().First()",
      "System.InvalidCastException: Unable to cast object of type 'System.Int32' to type 'System.String'.",
    ],
    ['string.Join(",", Enumerable.Range(3, 3))', '"3,4,5"'],
    ['string.Concat(Enumerable.Repeat("x", 3))', '"xxx"'],
    ["Enumerable.Empty<int>().Count()", "0"],
    ["\"hello\".Where(c => c == 'l').Count()", "2"],
    ['new string("abc".Reverse().ToArray())', '"cba"'],
    ["{ var n = 0; var q = new[] { 1, 2 }.Select(x => n++); return n; }", "0"],
    [
      "{ IEnumerable<int> none = null; return none.Count(); }",
      "System.ArgumentNullException: Value cannot be null.\r\nParameter name: source",
    ],
  ],
  collections: [
    ["new List<int> { 1, 2 }.Count", "2"],
    ["new List<int>(new[] { 1, 2 })[1]", "2"],
    [
      "new List<int>()[0]",
      "System.ArgumentOutOfRangeException: Index was out of range. Must be non-negative and less than the size of the collection.\r\nParameter name: index",
    ],
    [
      '{ var l = new List<string>(); l.Add("a"); l.AddRange(new[] { "b", "c" }); l.Remove("b"); l.Insert(0, "z"); return string.Join("", l); }',
      '"zac"',
    ],
    ['{ var l = new List<int> { 3, 1, 2 }; l.Sort(); l.Reverse(); return string.Join("", l); }', '"321"'],
    ['{ var l = new List<int> { 1, 2, 3 }; return l.RemoveAll(x => x > 1) + ":" + l.Count; }', '"2:1"'],
    ["new List<int> { 1, 2 }.Find(x => x > 1)", "2"],
    ['new List<string> { "a" }.Exists(x => x == "a")', "True"],
    ['new List<string> { "a" }.IndexOf("b")', "-1"],
    ['new List<string> { "a" }.Contains("a")', "True"],
    ["{ var s = 0; new List<int> { 1, 2 }.ForEach(x => s += x); return s; }", "3"],
    ['new HashSet<string> { "a", "a" }.Count', "1"],
    ["new HashSet<int>().Add(1)", "True"],
    ["{ var q = new Queue<int>(); q.Enqueue(1); q.Enqueue(2); return q.Dequeue(); }", "1"],
    ["{ var q = new Stack<int>(); q.Push(1); q.Push(2); return q.Pop() + q.Peek(); }", "3"],
    ['new Dictionary<string, int> { { "a", 1 } }["a"]', "1"],
    ['new Dictionary<string, int> { ["a"] = 1 }["a"]', "1"],
    [
      'new Dictionary<string, int>()["a"]',
      "System.Collections.Generic.KeyNotFoundException: The given key was not present in the dictionary.",
    ],
    [
      'new Dictionary<string, int> { { "a", 1 }, { "a", 2 } }',
      "System.ArgumentException: An item with the same key has already been added.",
    ],
    ['new Dictionary<string, int> { { "a", 1 } }.ContainsKey("A")', "False"],
    ['new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase) { { "a", 1 } }["A"]', "1"],
    ['{ int v; return new Dictionary<string, int> { { "a", 1 } }.TryGetValue("a", out v) ? v : 9; }', "1"],
    ['new Dictionary<string, int>().TryGetValue("a", out var v)', "False"],
    ['string.Join(",", new Dictionary<string, int> { { "a", 1 }, { "b", 2 } }.Keys)', '"a,b"'],
    ['new Dictionary<string, int> { { "a", 1 }, { "b", 2 } }.Values.Sum()', "3"],
    ['new Dictionary<int, string> { { 1, "a" } }.First().ToString()', '"[1, a]"'],
    ["new Dictionary<Guid, int> { { Guid.Empty, 1 } }[Guid.Empty]", "1"],
    ['{ var d = new Dictionary<string, int> { { "a", 1 } }; d.Remove("a"); return d.Count; }', "0"],
    ["new[] { 1, 2 }.Length", "2"],
    ["new string[2][0]", "null"],
    ["new int[2][0]", "0"],
    ['new[] { "a", "b" }[1]', '"b"'],
    ["new byte[] { 1, 255 }[1]", "255"],
    ["{ var b = new byte[2]; b[0] = 7; b[1] = (byte)(b[0] + 1); return b[1]; }", "8"],
    ["{ int[] a = { 1, 2 }; return a.Length; }", "2"],
    ['Array.IndexOf(new[] { "a", "b" }, "b")', "1"],
    ["{ var a = new[] { 3, 1 }; Array.Sort(a); return a[0]; }", "1"],
    ["{ var a = new[] { 1, 2 }; Array.Reverse(a); return a[0]; }", "2"],
    [
      "{ var a = new byte[] { 1, 2, 3 }; var b = new byte[2]; Array.Copy(a, 1, b, 0, 2); return b[0] + b[1]; }",
      "5",
    ],
    ["new byte[] { 1, 2, 3 }.Take(2).ToArray().Length", "2"],
    ["BitConverter.ToString(new byte[] { 1, 2 }.Concat(new byte[] { 3 }).ToArray())", '"01-02-03"'],
  ],
  "tuples and anonymous types": [
    ['(1, "a").Item2', '"a"'],
    ['(1, "a") == (1, "a")', "True"],
    ['(1, "a").ToString()', '"(1, a)"'],
    ['Tuple.Create(1, "a").Item1', "1"],
    ['new Tuple<int, string>(1, "a").Item2', '"a"'],
    ['new { A = 1, B = "b" }.B', '"b"'],
    ['new { A = 1, B = "b" }.ToString()', '"{ A = 1, B = b }"'],
    ['{ var name = "x"; return new { name, "abc".Length }.Length; }', "3"],
    ["new { A = 1 }.Equals(new { A = 1 })", "True"],
    ["new[] { new { A = 2 }, new { A = 1 } }.OrderBy(x => x.A).First().A", "1"],
    ['new[] { (1, "a"), (2, "b") }.Where(t => t.Item1 > 1).Select(t => t.Item2).First()', '"b"'],
  ],
};

describe("collections", () => {
  for (const [title, rows] of Object.entries(tables))
    describe(title, () => {
      it.each(rows)("gives %s → %s", (source, result) => {
        expect(outcome(source)).toBe(result);
      });
    });
});
