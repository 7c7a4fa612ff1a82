import { describe, expect, it } from "vitest";
import {
  type IntegerType,
  parseBoolean,
  parseDecimal,
  parseDouble,
  parseInteger,
} from "../../../expressions/dotnet/number-parse.ts";

/*
 * Results are those of https://learn.microsoft.com/dotnet/api/system.int32.parse, system.double.parse, system.decimal.parse and
 * system.boolean.parse; messages those of .NET Framework.
 */

const format = "Input string was not in a correct format.";

const integers: readonly [string, IntegerType, bigint][] = [
  ["7", "int", 7n],
  [" +12 ", "int", 12n],
  ["-2147483648", "int", -2147483648n],
  ["0000123", "int", 123n],
  ["9223372036854775807", "long", 9223372036854775807n],
  ["255", "byte", 255n],
];

const refusedIntegers: readonly [string, IntegerType, string][] = [
  ["", "int", format],
  ["1,000", "int", format],
  ["1.0", "int", format],
  ["0x10", "int", format],
  ["- 1", "int", format],
  ["2147483648", "int", "Value was either too large or too small for an Int32."],
  ["99999999999999999999999999999", "int", "Value was either too large or too small for an Int32."],
  ["9223372036854775808", "long", "Value was either too large or too small for an Int64."],
  ["256", "byte", "Value was either too large or too small for an unsigned byte."],
  ["-1", "uint", "Value was either too large or too small for a UInt32."],
];

const doubles: readonly [string, number][] = [
  ["1.5", 1.5],
  [" -1,234.5e2 ", -123450],
  [".5", 0.5],
  ["5.", 5],
  ["Infinity", Number.POSITIVE_INFINITY],
  ["NaN", Number.NaN],
];

describe("numbers from text", () => {
  it.each(integers)("reads %j as %s", (text, type, value) => {
    expect(parseInteger(text, type)).toBe(value);
  });

  it.each(refusedIntegers)("refuses %j as %s: %s", (text, type, message) => {
    expect(() => parseInteger(text, type)).toThrow(message);
  });

  it.each(doubles)("reads the double %j", (text, value) => {
    expect(parseDouble(text)).toBe(value);
  });

  it.each(["", "1e", "--1", "1 2", "e5"])("refuses the double %j", (text) => {
    expect(() => parseDouble(text)).toThrow(format);
  });

  it("refuses a double that is too large", () => {
    expect(() => parseDouble("1e400")).toThrow("Value was either too large or too small for a Double.");
  });

  it("reads a decimal with its scale and a sign behind it, and refuses an exponent", () => {
    expect(parseDecimal("1,234.50-").toString()).toBe("-1234.50");
    expect(() => parseDecimal("1e2")).toThrow(format);
  });

  it("reads booleans in any case, and refuses a number", () => {
    expect(parseBoolean(" tRue ")).toBe(true);
    expect(() => parseBoolean("1")).toThrow("String was not recognized as a valid Boolean.");
  });

  it("names the parameter when the text is null", () => {
    expect(() => parseInteger(null, "int")).toThrow("Value cannot be null.\r\nParameter name: s");
  });
});
