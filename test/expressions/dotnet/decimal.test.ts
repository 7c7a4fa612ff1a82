import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Decimal } from "../../../expressions/dotnet/decimal.ts";

/* Results are those of https://learn.microsoft.com/dotnet/api/system.decimal and of .NET Framework's corlib. */

const of = (text: string) => Decimal.fromText(text);

const operations: readonly [
  string,
  "plus" | "minus" | "times" | "dividedBy" | "remainder",
  string,
  string,
][] = [
  ["1.0", "plus", "2", "3.0"],
  ["0.1", "plus", "0.2", "0.3"],
  ["1.50", "minus", "1.5", "0.00"],
  ["1.50", "times", "2.0", "3.000"],
  ["1.00", "dividedBy", "3", "0.3333333333333333333333333333"],
  ["6.0", "dividedBy", "2", "3.0"],
  ["2", "dividedBy", "3", "0.6666666666666666666666666667"],
  ["10", "dividedBy", "4", "2.5"],
  ["-7", "remainder", "3", "-1"],
  ["5.5", "remainder", "2", "1.5"],
];

describe("Decimal", () => {
  it.each(operations)("computes %s %s %s = %s", (left, operation, right, result) => {
    expect(of(left)[operation](of(right)).toString()).toBe(result);
  });

  it("rounds a half to the even neighbour, and away from zero when asked", () => {
    expect(of("2.5").rounded().toString()).toBe("2");
    expect(of("3.5").rounded().toString()).toBe("4");
    expect(of("2.345").rounded(2).toString()).toBe("2.34");
    expect(of("2.345").rounded(2, "AwayFromZero").toString()).toBe("2.35");
    expect(of("-2.5").rounded(0, "AwayFromZero").toString()).toBe("-3");
  });

  it("throws .NET's exceptions when a result does not fit or the divisor is zero", () => {
    expect(() => of("79228162514264337593543950335").plus(of("1"))).toThrow(
      "Value was either too large or too small for a Decimal.",
    );
    expect(() => of("1").dividedBy(of("0"))).toThrow("Attempted to divide by zero.");
    expect(of("79228162514264337593543950334").plus(of("1")).toString()).toBe(
      "79228162514264337593543950335",
    );
  });

  it("keeps 15 digits of a double", () => {
    expect(Decimal.fromDouble(0.1 + 0.2).toString()).toBe("0.3");
    expect(Decimal.fromDouble(1e20).toString()).toBe("100000000000000000000");
  });

  it("gives back what was added to it", () => {
    const cents = fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n });
    fc.assert(
      fc.property(cents, cents, (left, right) => {
        const [first, second] = [Decimal.of(left, 2), Decimal.of(right, 2)];
        return first.plus(second).minus(second).compareTo(first) === 0;
      }),
    );
  });
});
