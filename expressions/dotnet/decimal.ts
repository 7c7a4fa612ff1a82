import { divideByZero, formatException, overflow } from "./exceptions.ts";

const largestCoefficient = (1n << 96n) - 1n;
const largestScale = 28;

function powerOfTen(exponent: number): bigint {
  return 10n ** BigInt(exponent);
}

function absolute(value: bigint): bigint {
  return value < 0n ? -value : value;
}

/** Divides and rounds half to even, as .NET's decimal arithmetic does. */
function divideToEven(dividend: bigint, divisor: bigint): bigint {
  const negative = dividend < 0n !== divisor < 0n;
  const [top, bottom] = [absolute(dividend), absolute(divisor)];
  const quotient = top / bottom;
  const twice = (top % bottom) * 2n;
  const up = twice > bottom || (twice === bottom && quotient % 2n === 1n);
  const result = up ? quotient + 1n : quotient;
  return negative ? -result : result;
}

/** How a value in the middle between two is rounded: `System.MidpointRounding`. */
export type MidpointRounding = "ToEven" | "AwayFromZero";

/**
 * `System.Decimal`: a whole number of at most 96 bits and a scale of 0 to 28, so that `1.0` stays `1.0`. Operations give the scale that
 * .NET gives.
 *
 * @see https://learn.microsoft.com/dotnet/api/system.decimal
 */
export class Decimal {
  readonly coefficient: bigint;
  readonly scale: number;

  private constructor(coefficient: bigint, scale: number) {
    this.coefficient = coefficient;
    this.scale = scale;
  }

  /** Gives coefficient × 10^-scale, rounded to what fits; throws an `OverflowException` when nothing does. */
  static of(coefficient: bigint, scale = 0): Decimal {
    let [value, places] = [coefficient, scale];
    if (places < 0) [value, places] = [value * powerOfTen(-places), 0];
    let drop = Math.max(0, places - largestScale);
    while (absolute(divideToEven(value, powerOfTen(drop))) > largestCoefficient) {
      drop += 1;
      if (drop > places) throw overflow("a Decimal");
    }
    return new Decimal(divideToEven(value, powerOfTen(drop)), places - drop);
  }

  /** Reads digits with an optional sign, point and exponent, already stripped of spaces and thousands separators. */
  static fromText(text: string): Decimal {
    const match = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,6}))?$/.exec(text);
    if (match === null) throw formatException();
    const [, sign = "", whole = "", fraction = "", exponent = "0"] = match;
    if (whole === "" && fraction === "") throw formatException();
    const scale = fraction.length - Number(exponent);
    const digits = (whole + fraction).replace(/^0+/, "");
    if (digits === "") return new Decimal(0n, Math.max(0, Math.min(scale, largestScale)));
    if (digits.length - scale > 29) throw overflow("a Decimal");
    if (scale - digits.length > largestScale + 1) return new Decimal(0n, largestScale);
    return Decimal.of(BigInt(sign === "-" ? `-${digits}` : digits), scale);
  }

  /** Converts a double with 15 significant digits, as .NET does; throws an `OverflowException` when it does not fit. */
  static fromDouble(value: number): Decimal {
    if (!Number.isFinite(value)) throw overflow("a Decimal");
    return Decimal.fromText(value.toPrecision(15)).trimmed();
  }

  private trimmed(): Decimal {
    let { coefficient, scale } = this;
    while (scale > 0 && coefficient % 10n === 0n) [coefficient, scale] = [coefficient / 10n, scale - 1];
    return new Decimal(coefficient, scale);
  }

  private atScale(scale: number): bigint {
    return this.coefficient * powerOfTen(scale - this.scale);
  }

  /** Adds. */
  plus(other: Decimal): Decimal {
    const scale = Math.max(this.scale, other.scale);
    return Decimal.of(this.atScale(scale) + other.atScale(scale), scale);
  }

  /** Subtracts. */
  minus(other: Decimal): Decimal {
    return this.plus(other.negated());
  }

  /** Multiplies. */
  times(other: Decimal): Decimal {
    return Decimal.of(this.coefficient * other.coefficient, this.scale + other.scale);
  }

  /** Divides: the fewest places that hold the exact quotient, else as many as fit. Throws a `DivideByZeroException`. */
  dividedBy(other: Decimal): Decimal {
    if (other.coefficient === 0n) throw divideByZero();
    const least = Math.max(0, this.scale - other.scale);
    for (let scale = least; scale <= largestScale; scale++) {
      const dividend = this.coefficient * powerOfTen(scale - this.scale + other.scale);
      if (dividend % other.coefficient === 0n) return Decimal.of(dividend / other.coefficient, scale);
    }
    const dividend = this.coefficient * powerOfTen(largestScale + 1 + other.scale - this.scale);
    // One digit more than fits, never a half by chance: the digit behind it says whether anything was left.
    const quotient = (dividend / other.coefficient) * 10n;
    const rest = dividend < 0n !== other.coefficient < 0n ? -1n : 1n;
    return Decimal.of(quotient + rest, largestScale + 2);
  }

  /** The remainder, with the sign of the dividend. */
  remainder(other: Decimal): Decimal {
    if (other.coefficient === 0n) throw divideByZero();
    const scale = Math.max(this.scale, other.scale);
    return Decimal.of(this.atScale(scale) % other.atScale(scale), scale);
  }

  /** The value with the other sign. */
  negated(): Decimal {
    return new Decimal(-this.coefficient, this.scale);
  }

  /** Negative, zero or positive as this is less than, equal to or greater than the other. */
  compareTo(other: Decimal): number {
    const scale = Math.max(this.scale, other.scale);
    const difference = this.atScale(scale) - other.atScale(scale);
    return difference < 0n ? -1 : difference > 0n ? 1 : 0;
  }

  /** `Math.Round(value, places)`. */
  rounded(places = 0, mode: MidpointRounding = "ToEven"): Decimal {
    if (this.scale <= places) return this;
    const unit = powerOfTen(this.scale - places);
    if (mode === "ToEven") return new Decimal(divideToEven(this.coefficient, unit), places);
    const half = this.coefficient < 0n ? -unit / 2n : unit / 2n;
    return new Decimal((this.coefficient + half) / unit, places);
  }

  /** The whole part: `decimal.Truncate`. */
  truncated(): Decimal {
    return new Decimal(this.coefficient / powerOfTen(this.scale), 0);
  }

  /** The largest whole number that is not greater: `Math.Floor`. */
  floored(): Decimal {
    const whole = this.truncated();
    return whole.compareTo(this) > 0 ? new Decimal(whole.coefficient - 1n, 0) : whole;
  }

  /** The whole part as an integer. */
  toBigInt(): bigint {
    return this.truncated().coefficient;
  }

  /** The nearest double. */
  toNumber(): number {
    return Number(this.toString());
  }

  /** Its text. */
  toString(): string {
    const digits = absolute(this.coefficient)
      .toString()
      .padStart(this.scale + 1, "0");
    const whole = digits.slice(0, digits.length - this.scale);
    const sign = this.coefficient < 0n ? "-" : "";
    return this.scale === 0 ? `${sign}${whole}` : `${sign}${whole}.${digits.slice(-this.scale)}`;
  }
}
