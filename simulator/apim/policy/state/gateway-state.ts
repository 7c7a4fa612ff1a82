import type { Clock } from "../../../kernel/clock.ts";
import { CallCounters } from "./call-counters.ts";
import { ExpiringValues } from "./expiring-values.ts";

/** What the policies of one gateway keep from one request to the next, by the gateway's clock. */
export class GatewayState {
  readonly clock: Clock;
  /** Counters of rate limits and quotas. */
  readonly counters: CallCounters;
  /** The internal cache: responses and values. */
  readonly cache: ExpiringValues;
  readonly #own = new Map<string, unknown>();
  readonly #numbers = new WeakMap<symbol, number>();
  #numbered = 0;

  constructor(clock: Clock) {
    this.clock = clock;
    this.counters = new CallCounters(clock);
    this.cache = new ExpiringValues(clock);
  }

  /**
   * What one element keeps besides, made when it is first asked for.
   *
   * @param element Its name, for which the type is always the same.
   */
  of<T>(element: string, make: (clock: Clock) => T): T {
    if (!this.#own.has(element)) this.#own.set(element, make(this.clock));
    return this.#own.get(element) as T;
  }

  /** A number of this gateway for one policy as it was saved, for the keys of its counters. */
  numberOf(policy: symbol): number {
    const known = this.#numbers.get(policy);
    if (known !== undefined) return known;
    this.#numbered += 1;
    this.#numbers.set(policy, this.#numbered);
    return this.#numbered;
  }
}
