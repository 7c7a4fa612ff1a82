import { describe, expect, it } from "vitest";
import { Regex, unescapeRegex } from "../../../expressions/dotnet/regex.ts";
import { regexOptions } from "../../../expressions/dotnet/regex-pattern.ts";
import { charging } from "../../../expressions/meter.ts";

/*
 * Results are those of https://learn.microsoft.com/dotnet/standard/base-types/regular-expression-language-quick-reference,
 * substitutions-in-regular-expressions, grouping-constructs-in-regular-expressions, and of .NET Framework's engine.
 */

const groups: readonly [string, string, string][] = [
  ["max-age=(?<maxAge>\\d+)", "public, max-age=3600", "0=max-age=3600 maxAge=3600"],
  ["(a)(?<n>b)(c)", "xabcx", "0=abc 1=a 2=c n=b"],
  ["(?'year'\\d{4})-(\\d\\d)", "2020-05", "0=2020-05 1=05 year=2020"],
  ["[\\w.-]+@[\\w.-]+", "me@x.org!", "0=me@x.org"],
  ["é\\w", "éà", "0=éà"],
  ["\\d+", "x\u0663\u0664", "0=\u0663\u0664"],
  ["^a{2}$", "aa", "0=aa"],
  ["a{", "a{", "0=a{"],
  ["(?i)abc", "xABC", "0=ABC"],
  ["(x)?y", "y", "0=y 1="],
];

const replaced: readonly [string, string, string, string][] = [
  ["(\\d+)-(\\d+)", "1-2 33-44", "$2-$1", "2-1 44-33"],
  ["(?<y>\\d{4})-(?<m>\\d\\d)", "2020-05", "\u0024{m}/\u0024{y}", "05/2020"],
  ["b", "abc", "[$&$`$']", "a[bac]c"],
  ["a|b", "ab", "$$", "$$"],
  ["x*", "abc", "-", "-a-b-c-"],
  ["(b)", "abc", "$9\u0024{no}", "a$9\u0024{no}c"],
  ["\\s+", "a  b c", "-", "a-b-c"],
  ["$", "a", "z", "az"],
];

describe("Regex", () => {
  it.each(groups)("matches %s in %j", (pattern, text, result) => {
    const { groups: found } = new Regex(pattern).match(text);
    expect(found.map(({ name, value }) => `${name}=${value}`).join(" ")).toBe(result);
  });

  it.each(replaced)("replaces %s in %j by %j", (pattern, text, replacement, result) => {
    expect(new Regex(pattern).replace(text, replacement)).toBe(result);
  });

  it("replaces as often as it is told, and by a function", () => {
    expect(new Regex("a").replace("aaa", "b", 2)).toBe("bba");
    expect(new Regex("\\d").replace("1 2", (match) => String(Number(match.value) * 2))).toBe("2 4");
  });

  it("splits, with what the groups matched", () => {
    expect(new Regex(",\\s*").split("a, b,c")).toEqual(["a", "b", "c"]);
    expect(new Regex("(-)").split("a-b")).toEqual(["a", "-", "b"]);
    expect(new Regex("x").split("abc")).toEqual(["abc"]);
  });

  it("finds every match, and none behind the last", () => {
    expect([...new Regex("a.").matches("abacad")].map(({ index }) => index)).toEqual([0, 2, 4]);
    expect(new Regex("a").match("b").success).toBe(false);
    expect(new Regex("a").match("a").next().success).toBe(false);
  });

  it.each([
    ["IgnoreCase", "ABC", "abc", true],
    ["None", "ABC", "abc", false],
    ["Multiline", "^b$", "a\nb", true],
    ["None", "^b$", "a\nb", false],
    ["Singleline", "a.b", "a\nb", true],
    ["None", "a.b", "a\nb", false],
    ["IgnorePatternWhitespace", "a b # comment", "ab", true],
    ["ECMAScript", "\\d", "\u0663", false],
  ] as const)("honours RegexOptions.%s for %s", (option, pattern, text, result) => {
    expect(new Regex(pattern, regexOptions[option]).isMatch(text)).toBe(result);
  });

  it("captures named groups only with ExplicitCapture", () => {
    const found = new Regex("(a)(?<n>b)", regexOptions.ExplicitCapture).match("ab").groups;
    expect(found.map(({ name }) => name)).toEqual(["0", "n"]);
  });

  it("lets $ stand in front of a last line feed, and \\z not", () => {
    expect(new Regex("^a$").isMatch("a\n")).toBe(true);
    expect(new Regex("^a\\z").isMatch("a\n")).toBe(false);
    expect(new Regex("a$").replace("a\n", "b")).toBe("b\n");
  });

  it.each([
    ["(?=x)", "look-around"],
    ["(?<!x)", "look-around"],
    ["(a)\\1", "a back-reference"],
    ["(?>a)", "an atomic group"],
    ["[a-z-[aeiou]]", "the subtraction of classes"],
  ])("says of %s that it is not simulated", (pattern, what) => {
    expect(() => new Regex(pattern)).toThrow(`The local gateway does not simulate ${what}`);
  });

  it.each([
    ["(", 'parsing "(" - Not enough )\'s.'],
    [")", "Too many )'s."],
    ["[a", 'parsing "[a" - Unterminated [] set.'],
    ["*", "Quantifier {x,y} following nothing."],
    ["\\", "Illegal \\ at end of pattern."],
    ["\\y", "Unrecognized escape sequence \\y."],
  ])("refuses the pattern %s as .NET does", (pattern, message) => {
    expect(() => new Regex(pattern)).toThrow(message);
  });

  it("takes time in proportion to the text for a pattern that would backtrack without end", () => {
    const text = `${"a".repeat(20_000)}!`;
    expect(new Regex("^(a+)+$").isMatch(text)).toBe(false);
  });

  it("counts its work", () => {
    let steps = 0;
    const spend = (more: number) => {
      steps += more;
    };
    const meter = { spend, allocate: () => undefined, lookAtClock: () => undefined };
    const found = charging(meter, () => [...new Regex("a").matches("a".repeat(1000))]);
    expect(found).toHaveLength(1000);
    expect(steps).toBeGreaterThan(1000);
    expect(steps).toBeLessThan(3000);
  });

  it("undoes escapes", () => {
    expect(unescapeRegex("\\.\\t\\u0041\\x42")).toBe(".\tAB");
  });
});
