import { describe, expect, it } from "vitest";
import { compositeFormat } from "../../../expressions/dotnet/composite-format.ts";
import { DateTime } from "../../../expressions/dotnet/date-time.ts";
import { scalarText } from "../../../expressions/dotnet/scalar-text.ts";
import { NumberValue, type Value } from "../../../expressions/value.ts";

/* Results are those of https://learn.microsoft.com/dotnet/standard/base-types/composite-formatting. */

function format(pattern: string, ...values: Value[]): string {
  return compositeFormat(
    pattern,
    values.length,
    (index, style) => (values[index] === null ? "" : (scalarText(values[index], style) ?? "")),
    () => {},
  );
}

const rows: readonly [string, Value[], string][] = [
  ["Name = {0}, hours = {1:hh}", ["Fred", DateTime.of([2020, 1, 2, 15])], "Name = Fred, hours = 03"],
  [
    "0x{0:X} {0:E} {0:N}",
    [new NumberValue("long", 9223372036854775807n)],
    "0x7FFFFFFFFFFFFFFF 9.223372E+018 9,223,372,036,854,775,807.00",
  ],
  ["{0,10:N2}|{1,-5}|", [new NumberValue("double", 1234.5), "a"], "  1,234.50|a    |"],
  ["{0} {0:X} {0,-4:D3}|", [10], "10 A 010 |"],
  ["{{{0}}}", [1], "{1}"],
  ["{0:0.00}}}", [new NumberValue("double", 1.5)], "1.50}"],
  ["{1} {0}", ["a", null], " a"],
  ["{0:yyyy-MM-dd}", [DateTime.of([2020, 1, 2])], "2020-01-02"],
  ["{0 ,5 :D2}|", [1], "   01|"],
  ["no items", [], "no items"],
  ["{0:anything}", ["text"], "text"],
];

describe("compositeFormat", () => {
  it.each(rows)("writes %j", (pattern, values, text) => {
    expect(format(pattern, ...values)).toBe(text);
  });

  it.each(["{", "}", "{0", "{x}", "{0:", "{ 0}", "{0!}"])("refuses %j", (pattern) => {
    expect(() => format(pattern, 1)).toThrow("Input string was not in a correct format.");
  });

  it("refuses an index that is none of the arguments", () => {
    expect(() => format("{1}", 1)).toThrow(
      "Index (zero based) must be greater than or equal to zero and less than the size of the argument list.",
    );
  });

  it("asks for memory before it pads", () => {
    const ask = (size: number) => {
      if (size > 1000) throw new Error("too much");
    };
    expect(() => compositeFormat("{0,999999}", 1, () => "", ask)).toThrow("too much");
  });
});
