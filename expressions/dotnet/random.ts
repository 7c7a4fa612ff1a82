import { randomInt } from "node:crypto";
import { argumentOutOfRange } from "./exceptions.ts";

const big = 2_147_483_647;
const seedBase = 161_803_398;

/**
 * `System.Random`: the subtractive generator of .NET, so that one seed gives the numbers that it gives there.
 *
 * @see https://learn.microsoft.com/dotnet/api/system.random
 */
export class Random {
  private readonly seeds = new Int32Array(56);
  private first = 0;
  private second = 21;

  constructor(seed: number = randomInt(big)) {
    const subtraction = seed === -2_147_483_648 ? big : Math.abs(seed);
    let last = seedBase - subtraction;
    this.seeds[55] = last;
    let next = 1;
    for (let index = 1; index < 55; index++) {
      const place = (21 * index) % 55;
      this.seeds[place] = next;
      next = last - next;
      if (next < 0) next += big;
      last = this.seeds[place] ?? 0;
    }
    for (let round = 1; round < 5; round++) {
      for (let index = 1; index < 56; index++) {
        const other = this.seeds[1 + ((index + 30) % 55)] ?? 0;
        let value = ((this.seeds[index] ?? 0) - other) | 0;
        if (value < 0) value += big;
        this.seeds[index] = value;
      }
    }
  }

  private sample(): number {
    this.first = this.first >= 55 ? 1 : this.first + 1;
    this.second = this.second >= 55 ? 1 : this.second + 1;
    let value = (this.seeds[this.first] ?? 0) - (this.seeds[this.second] ?? 0);
    if (value === big) value -= 1;
    if (value < 0) value += big;
    this.seeds[this.first] = value;
    return value;
  }

  /** `Next()`: 0 to 2,147,483,646. */
  next(): number {
    return this.sample();
  }

  /** `Next(most)`: less than `most`, or 0. */
  nextBelow(most: number): number {
    if (most < 0) throw argumentOutOfRange("maxValue", "'maxValue' must be greater than zero.");
    return Math.trunc(this.nextDouble() * most);
  }

  /** `Next(least, most)`: at least `least`, less than `most`. */
  nextBetween(least: number, most: number): number {
    if (least > most) throw argumentOutOfRange("minValue", "'minValue' cannot be greater than maxValue.");
    const range = most - least;
    if (range <= big) return Math.trunc(this.nextDouble() * range) + least;
    return Math.trunc(this.largeSample() * range) + least;
  }

  private largeSample(): number {
    const value = this.sample();
    const signed = this.sample() % 2 === 0 ? -value : value;
    return (signed + (big - 1)) / (2 * (big - 1) + 1);
  }

  /** `NextDouble()`: at least 0, less than 1. */
  nextDouble(): number {
    return this.sample() * (1 / big);
  }

  /** `NextBytes(buffer)`. */
  fill(bytes: Uint8Array): void {
    for (let index = 0; index < bytes.length; index++) bytes[index] = this.sample() % 256;
  }
}
