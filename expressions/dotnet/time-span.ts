import { DotnetException } from "../exception.ts";
import { argumentException, formatException, required } from "./exceptions.ts";

/** Ticks of 100 nanoseconds in each unit. */
export const ticksPer = {
  millisecond: 10_000n,
  second: 10_000_000n,
  minute: 600_000_000n,
  hour: 36_000_000_000n,
  day: 864_000_000_000n,
} as const;

const mostTicks = 2n ** 63n - 1n;
const leastTicks = -(2n ** 63n);

function tooLong(): DotnetException {
  return new DotnetException(
    "System.OverflowException",
    "TimeSpan overflowed because the duration is too long.",
  );
}

function fractionOf(digits: string): bigint {
  return BigInt(digits.padEnd(7, "0").slice(0, 7));
}

/**
 * `System.TimeSpan`: a duration in ticks of 100 nanoseconds.
 *
 * @see https://learn.microsoft.com/dotnet/api/system.timespan
 */
export class TimeSpan {
  readonly ticks: bigint;

  /** Throws an `OverflowException` when 64 bits do not hold the ticks. */
  constructor(ticks: bigint) {
    if (ticks > mostTicks || ticks < leastTicks) throw tooLong();
    this.ticks = ticks;
  }

  /** Makes one of its parts. */
  static of(days: number, hours: number, minutes: number, seconds: number, milliseconds = 0): TimeSpan {
    const total =
      BigInt(days) * ticksPer.day +
      BigInt(hours) * ticksPer.hour +
      BigInt(minutes) * ticksPer.minute +
      BigInt(seconds) * ticksPer.second +
      BigInt(milliseconds) * ticksPer.millisecond;
    return new TimeSpan(total);
  }

  /** `TimeSpan.FromSeconds` and its like: rounded to the nearest millisecond, as .NET Framework does. */
  static from(value: number, unit: keyof typeof ticksPer): TimeSpan {
    if (Number.isNaN(value))
      throw argumentException("TimeSpan does not accept floating point Not-a-Number values.");
    const milliseconds = value * Number(ticksPer[unit] / ticksPer.millisecond) + (value >= 0 ? 0.5 : -0.5);
    if (Math.abs(milliseconds) > Number(mostTicks / ticksPer.millisecond)) throw tooLong();
    return new TimeSpan(BigInt(Math.trunc(milliseconds)) * ticksPer.millisecond);
  }

  /**
   * `TimeSpan.Parse`: `[-][d.]hh:mm[:ss[.fffffff]]`, or days alone.
   *
   * @throws `System.FormatException` when it is none, `System.OverflowException` when a part is out of its range.
   */
  static parse(text: string | null): TimeSpan {
    const read = required(text, "input").trim().slice(0, 100);
    const match =
      /^(-?)(?:(\d{1,8})|(?:(\d{1,8})[.:](?=\d+:\d+:))?(\d{1,8}):(\d{1,8})(?::(\d{1,8})(?:\.(\d{1,7}))?)?)$/.exec(
        read,
      );
    if (match === null) throw formatException("String was not recognized as a valid TimeSpan.");
    const [, sign, alone, days, hours = "0", minutes = "0", seconds = "0", fraction = ""] = match;
    if (Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) > 59) {
      throw new DotnetException(
        "System.OverflowException",
        "The TimeSpan could not be parsed because at least one of the numeric components is out of range or contains too many digits.",
      );
    }
    const span = TimeSpan.of(Number(alone ?? days ?? 0), Number(hours), Number(minutes), Number(seconds));
    const ticks = span.ticks + fractionOf(fraction);
    return new TimeSpan(sign === "-" ? -ticks : ticks);
  }

  /** The whole units, without the larger ones: 25 hours have 1 day and 1 hour. */
  part(unit: keyof typeof ticksPer): number {
    const wrap = { millisecond: 1000n, second: 60n, minute: 60n, hour: 24n, day: mostTicks };
    return Number((this.ticks / ticksPer[unit]) % wrap[unit]);
  }

  /** The whole duration in a unit: `TotalSeconds`. */
  total(unit: keyof typeof ticksPer): number {
    return Number(this.ticks) / Number(ticksPer[unit]);
  }

  private split() {
    const ticks = this.ticks < 0n ? -this.ticks : this.ticks;
    const two = (unit: bigint, wrap: bigint) => ((ticks / unit) % wrap).toString().padStart(2, "0");
    return {
      sign: this.ticks < 0n ? "-" : "",
      days: (ticks / ticksPer.day).toString(),
      hours: two(ticksPer.hour, 24n),
      minutes: two(ticksPer.minute, 60n),
      seconds: two(ticksPer.second, 60n),
      fraction: (ticks % ticksPer.second).toString().padStart(7, "0"),
    };
  }

  /** `ToString(format)`: `c` (also `t`, `T`), `g`, `G` or a custom format. */
  toString(format: string | null = null): string {
    const { sign, days, hours, minutes, seconds, fraction } = this.split();
    switch (format ?? "") {
      case "":
      case "c":
      case "t":
      case "T": {
        const front = days === "0" ? "" : `${days}.`;
        return `${sign}${front}${hours}:${minutes}:${seconds}${fraction === "0000000" ? "" : `.${fraction}`}`;
      }
      case "g": {
        const tail = fraction.replace(/0+$/, "");
        const front = days === "0" ? "" : `${days}:`;
        return `${sign}${front}${Number(hours)}:${minutes}:${seconds}${tail === "" ? "" : `.${tail}`}`;
      }
      case "G":
        return `${sign}${days}:${hours}:${minutes}:${seconds}.${fraction}`;
      default:
        return this.custom(format ?? "");
    }
  }

  private custom(format: string): string {
    if (format.length === 1) throw formatException();
    const { days, hours, minutes, seconds, fraction } = this.split();
    const units: Readonly<Record<string, string>> = { d: days, h: hours, m: minutes, s: seconds };
    const token = /'([^']*)'|"([^"]*)"|\\([\s\S])|%?(d{1,8}|h{1,2}|m{1,2}|s{1,2}|f{1,7}|F{1,7})|([\s\S])/g;
    return format.replace(token, (_all, quoted, doubleQuoted, escaped, field: string | undefined, other) => {
      if (other !== undefined) throw formatException();
      if (field === undefined) return quoted ?? doubleQuoted ?? escaped;
      const letter = field[0] ?? "";
      if (letter === "f") return fraction.slice(0, field.length);
      if (letter === "F") return fraction.slice(0, field.length).replace(/0+$/, "");
      return Number(units[letter]).toString().padStart(field.length, "0");
    });
  }
}
