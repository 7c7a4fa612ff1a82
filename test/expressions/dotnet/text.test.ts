import { describe, expect, it } from "vitest";
import {
  compareText,
  equalText,
  indexOfText,
  inserted,
  isWhiteSpace,
  lowerInvariant,
  removed,
  replaced,
  splitText,
  stringComparisons,
  substring,
  textHashCode,
  trimmedText,
  upperInvariant,
} from "../../../expressions/dotnet/text.ts";

/* Results are those of https://learn.microsoft.com/dotnet/api/system.string and its members' pages; messages are .NET Framework's. */

const keep = { count: null, removeEmpty: false, trim: false };

describe("texts", () => {
  it.each<[string, readonly string[], { count?: number; removeEmpty?: boolean }, string[]]>([
    ["a,b,,c", [","], {}, ["a", "b", "", "c"]],
    ["a,b,,c", [","], { removeEmpty: true }, ["a", "b", "c"]],
    ["a,b;c", [",", ";"], {}, ["a", "b", "c"]],
    ["a b\tc", [], {}, ["a", "b", "c"]],
    ["a;;b;;c", [";;"], {}, ["a", "b", "c"]],
    ["a,b,c", [","], { count: 2 }, ["a", "b,c"]],
    [",a,,b,c", [","], { count: 2, removeEmpty: true }, ["a", "b,c"]],
    ["abc", [","], {}, ["abc"]],
    ["", [","], {}, [""]],
    ["", [","], { removeEmpty: true }, []],
    ["a,b", [","], { count: 0 }, []],
    [",", [","], {}, ["", ""]],
    [",", [","], { removeEmpty: true }, []],
    ["ab", [""], {}, ["ab"]],
  ])("splits %j by %j", (text, separators, rules, parts) => {
    expect(splitText(text, separators, { ...keep, ...rules })).toEqual(parts);
  });

  it("refuses a negative count", () => {
    expect(() => splitText("a", [","], { ...keep, count: -1 })).toThrow("Count cannot be less than zero.");
  });

  it.each([
    [1, null, "bc"],
    [1, 1, "b"],
    [3, null, ""],
    [0, 0, ""],
  ])("takes the part from %s of length %s", (start, length, part) => {
    expect(substring("abc", start, length)).toBe(part);
  });

  it.each([
    [-1, null, "StartIndex cannot be less than zero.\r\nParameter name: startIndex"],
    [4, null, "startIndex cannot be larger than length of string.\r\nParameter name: startIndex"],
    [1, -1, "Length cannot be less than zero.\r\nParameter name: length"],
    [1, 3, "Index and length must refer to a location within the string.\r\nParameter name: length"],
  ])("refuses the part from %s of length %s", (start, length, message) => {
    expect(() => substring("abc", start, length)).toThrow(message);
  });

  it("removes, inserts and replaces, and refuses what is outside", () => {
    expect(removed("abcd", 1, 2)).toBe("ad");
    expect(removed("abcd", 1)).toBe("a");
    expect(() => removed("abcd", 4)).toThrow("startIndex must be less than length of string.");
    expect(() => removed("abcd", 3, 2)).toThrow(
      "Index and count must refer to a location within the string.",
    );
    expect(inserted("ad", 1, "bc")).toBe("abcd");
    expect(() => inserted("ad", 3, "x")).toThrow("Parameter name: startIndex");
    expect(replaced("aaa", "aa", "b")).toBe("ba");
    expect(replaced("a$b", "$", "$&")).toBe("a$&b");
    expect(replaced("abc", "b", null)).toBe("ac");
    expect(() => replaced("abc", "", "x")).toThrow(
      "String cannot be of zero length.\r\nParameter name: oldValue",
    );
  });

  it("trims white space, or the characters that are named", () => {
    expect(trimmedText("\u00a0 a \t", "", "both")).toBe("a");
    expect(trimmedText("xxaxx", "x", "start")).toBe("axx");
    expect(trimmedText("xxaxx", "x", "end")).toBe("xxa");
    expect(trimmedText("\u200ba", "", "both")).toBe("\u200ba");
  });

  it("knows .NET's white space", () => {
    expect(isWhiteSpace(" \t\r\n\u0085\u3000")).toBe(true);
    expect(isWhiteSpace("\ufeff")).toBe(false);
  });

  it("changes case without changing the length", () => {
    expect(upperInvariant("straße")).toBe("STRAßE");
    expect(lowerInvariant("ÀÉ")).toBe("àé");
  });

  it.each([
    ["a", "B", "CurrentCulture", -1],
    ["a", "B", "Ordinal", 1],
    ["a", "A", "CurrentCulture", -1],
    ["a", "A", "OrdinalIgnoreCase", 0],
    ["a", "A", "InvariantCultureIgnoreCase", 0],
    [null, "a", "Ordinal", -1],
    ["a", null, "Ordinal", 1],
    [null, null, "Ordinal", 0],
  ] as const)("compares %j with %j by %s", (left, right, comparison, result) => {
    expect(compareText(left, right, stringComparisons[comparison])).toBe(result);
  });

  it("finds and equals under a comparison", () => {
    expect(equalText("Bearer", "bearer", stringComparisons.OrdinalIgnoreCase)).toBe(true);
    expect(equalText("Bearer", "bearer", stringComparisons.Ordinal)).toBe(false);
    expect(equalText(null, "", stringComparisons.Ordinal)).toBe(false);
    expect(indexOfText("aBc", "b", stringComparisons.OrdinalIgnoreCase, 0)).toBe(1);
    expect(indexOfText("abab", "ab", stringComparisons.Ordinal, 4, true)).toBe(2);
  });

  it("gives one hash code for one text", () => {
    expect(textHashCode("hello")).toBe(textHashCode("hello"));
    expect(textHashCode("hello")).not.toBe(textHashCode("hellp"));
  });
});
