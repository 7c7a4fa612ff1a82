import { describe, expect, it } from "vitest";
import { Decimal } from "../../../expressions/dotnet/decimal.ts";
import {
  formatDecimal,
  formatDouble,
  formatInteger,
  formatSingle,
} from "../../../expressions/dotnet/number-format.ts";

/*
 * Results are those of https://learn.microsoft.com/dotnet/standard/base-types/standard-numeric-format-strings and
 * custom-numeric-format-strings in the culture en-US, and of .NET Framework's corlib where these pages give none.
 */

const doubles: readonly [number, string, string][] = [
  [123.456, "C2", "$123.46"],
  [-123.456, "C3", "($123.456)"],
  [1052.0329112756, "E", "1.052033E+003"],
  [1052.0329112756, "e", "1.052033e+003"],
  [-1052.0329112756, "e2", "-1.05e+003"],
  [1234.567, "F", "1234.57"],
  [1234, "F1", "1234.0"],
  [-1234.56, "F4", "-1234.5600"],
  [-123.456, "G", "-123.456"],
  [123.4546, "G4", "123.5"],
  [-1.23456789e-25, "G", "-1.23456789E-25"],
  [1234.567, "N", "1,234.57"],
  [1234, "N1", "1,234.0"],
  [-1234.56, "N3", "-1,234.560"],
  [1, "P", "100.00 %"],
  [-0.39678, "P1", "-39.7 %"],
  [0.2468013, "P4", "24.6801 %"],
  [123456789.12345678, "R", "123456789.12345678"],
  [-1234567890.1234567, "R", "-1234567890.1234567"],
  [0.1 + 0.2, "", "0.3"],
  [0.1 + 0.2, "R", "0.30000000000000004"],
  [1e15, "", "1E+15"],
  [123456789012345, "", "123456789012345"],
  [1.5e-5, "", "1.5E-05"],
  [0.0001, "", "0.0001"],
  [Number.NaN, "N2", "NaN"],
  [Number.NEGATIVE_INFINITY, "", "-Infinity"],
  [-0, "", "0"],
  [-0.004, "F2", "0.00"],
  [2.5, "F0", "3"],
  [1234.5678, "00000", "01235"],
  [0.45678, "0.00", "0.46"],
  [1234.5678, "#####", "1235"],
  [0.45678, "#.##", ".46"],
  [2147483647, "##,#", "2,147,483,647"],
  [2147483647, "#,#,,", "2,147"],
  [0.3697, "#0.00%", "36.97%"],
  [0.03697, "#0.00\u2030", "36.97\u2030"],
  [987654, "#0.0e0", "98.8e4"],
  [1503.92311, "0.0##e+00", "1.504e+03"],
  [1.8901385e-16, "0.0e+00", "1.9e-16"],
  [68, "# 'degrees'", "68 degrees"],
  [12.345, "#0.0#;(#0.0#);-\\0-", "12.35"],
  [0, "#0.0#;(#0.0#);-\\0-", "-0-"],
  [-12.345, "#0.0#;(#0.0#);-\\0-", "(12.35)"],
  [987654, "\\###00\\#", "#987654#"],
  [1234567890, "(###) ###-####", "(123) 456-7890"],
  [0, "#", ""],
  [-1234.5, "#,##0.00;(#,##0.00)", "(1,234.50)"],
];

const integers: readonly [bigint, 8 | 32 | 64, string, string][] = [
  [1234n, 32, "D", "1234"],
  [-1234n, 32, "D6", "-001234"],
  [255n, 32, "X", "FF"],
  [-1n, 32, "x", "ffffffff"],
  [255n, 32, "x4", "00ff"],
  [-1n, 32, "X4", "FFFFFFFF"],
  [-1n, 8, "X", "FF"],
  [-1n, 64, "X", "FFFFFFFFFFFFFFFF"],
  [123456n, 32, "G3", "1.23E+05"],
  [1234567n, 32, "N0", "1,234,567"],
  [42n, 32, "000000000", "000000042"],
  [-2147483648n, 32, "", "-2147483648"],
];

const decimals: readonly [string, string, string][] = [
  ["1.0", "", "1.0"],
  ["0.00", "", "0.00"],
  ["-1.50", "G", "-1.50"],
  ["123456.7890", "N2", "123,456.79"],
  ["0.0000001", "", "0.0000001"],
  ["0.0000001", "G3", "1E-07"],
  ["79228162514264337593543950335", "F1", "79228162514264337593543950335.0"],
];

describe("numbers as text", () => {
  it.each(doubles)("writes the double %s as %j → %j", (value, format, text) => {
    expect(formatDouble(value, format)).toBe(text);
  });

  it.each(integers)("writes the integer %s of %s bits as %j → %j", (value, bits, format, text) => {
    expect(formatInteger(value, bits, format)).toBe(text);
  });

  it.each(decimals)("writes the decimal %s as %j → %j", (value, format, text) => {
    expect(formatDecimal(Decimal.fromText(value), format)).toBe(text);
  });

  it("writes a float with seven digits, with nine when it is asked to keep the value", () => {
    expect(formatSingle(Math.fround(0.1), null)).toBe("0.1");
    expect(formatSingle(Math.fround(16777217.5), "R")).toBe("16777218");
  });

  it.each(["D", "X", "Q"])("refuses the format %s of a double", (format) => {
    expect(() => formatDouble(1.5, format)).toThrow("Format specifier was invalid.");
  });

  it("refuses the round-trip format of a whole number", () => {
    expect(() => formatInteger(1n, 32, "R")).toThrow("Format specifier was invalid.");
  });
});
