import type { Clock } from "../../../kernel/clock.ts";

/**
 * The time over which a counter counts.
 *
 * `sliding`: the last so many milliseconds, whenever it is asked. `fixed`: one period after the other, the first one from `startsAt`,
 * else from the first count.
 */
export interface CountingPeriod {
  readonly kind: "sliding" | "fixed";
  /** `Infinity` for a counter that never begins anew. */
  readonly milliseconds: number;
  /** Milliseconds since 1970; of a `fixed` period. */
  readonly startsAt?: number;
}

/** What a counter says now. */
export interface CounterReading {
  readonly count: number;
  /** Until it says less, or its period ends; 0 when it counts nothing and no time begins its periods. */
  readonly resetsInMilliseconds: number;
}

interface CountEntry {
  readonly at: number;
  amount: number;
}

interface CounterState {
  readonly entries: CountEntry[];
  /** Milliseconds of the longest period that anybody asked for. */
  longest: number;
  /** Whether anybody asked for a sliding period, which needs to know when each call was. */
  isSliding: boolean;
  /** When its newest entry is out of every period. */
  expiresAt: number;
}

/** A sweep costs as much as the map is long, so that each count pays for a few entries. */
const sweepFrom = 1024;

/** Counters by key. Those that count nothing any more are forgotten. */
export class CallCounters {
  readonly #counters = new Map<string, CounterState>();
  readonly #clock: Clock;
  #sweepAt = sweepFrom;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Reads a counter without counting. */
  read(key: string, period: CountingPeriod): CounterReading {
    const counter = this.#counters.get(key);
    const now = this.#clock.now();
    if (counter === undefined) return { count: 0, resetsInMilliseconds: restOf(period, now) };
    const since = beginOf(period, counter, now);
    // Policies with other periods may read the same counter.
    counter.longest = Math.max(counter.longest, period.milliseconds);
    counter.isSliding ||= period.kind === "sliding";
    while (counter.entries.length > 0 && (counter.entries[0] as CountEntry).at < now - counter.longest)
      counter.entries.shift();
    const counted = counter.entries.filter(({ at }) => at >= since);
    const count = counted.reduce((sum, { amount }) => sum + amount, 0);
    const [first] = counted;
    if (first === undefined) return { count: 0, resetsInMilliseconds: restOf(period, now) };
    const isAligned = period.kind === "fixed" && since > Number.NEGATIVE_INFINITY;
    const end = (isAligned ? since : first.at) + period.milliseconds;
    return { count, resetsInMilliseconds: end - now };
  }

  /** Counts, and reads. */
  add(key: string, period: CountingPeriod, amount = 1): CounterReading {
    const now = this.#clock.now();
    this.#sweep(now);
    const counter = this.#counters.get(key) ?? { entries: [], longest: 0, isSliding: false, expiresAt: 0 };
    this.#counters.set(key, counter);
    this.read(key, period);
    const last = counter.entries.at(-1);
    // A fixed period needs no more than the sum; a sliding one as many as there are different times.
    const isSummed = !counter.isSliding && last !== undefined && last.at >= beginOf(period, counter, now);
    if (last !== undefined && (isSummed || last.at === now)) last.amount += amount;
    else counter.entries.push({ at: now, amount });
    counter.expiresAt = Math.max(counter.expiresAt, now + period.milliseconds);
    return this.read(key, period);
  }

  #sweep(now: number): void {
    if (this.#counters.size < this.#sweepAt) return;
    for (const [key, { expiresAt }] of this.#counters) if (expiresAt < now) this.#counters.delete(key);
    this.#sweepAt = Math.max(sweepFrom, 2 * this.#counters.size);
  }
}

/** What is left of the period that is under way though nobody has counted. */
function restOf({ kind, milliseconds, startsAt }: CountingPeriod, now: number): number {
  if (kind === "sliding" || startsAt === undefined) return 0;
  if (milliseconds === Number.POSITIVE_INFINITY) return milliseconds;
  return milliseconds - ((((now - startsAt) % milliseconds) + milliseconds) % milliseconds);
}

/** Since when entries count. */
function beginOf(
  { kind, milliseconds, startsAt }: CountingPeriod,
  { entries }: CounterState,
  now: number,
): number {
  if (milliseconds === Number.POSITIVE_INFINITY) return Number.NEGATIVE_INFINITY;
  // What is as old as the period is out of it.
  if (kind === "sliding") return now - milliseconds + 1;
  const first = startsAt ?? entries[0]?.at ?? now;
  return first + Math.floor((now - first) / milliseconds) * milliseconds;
}
