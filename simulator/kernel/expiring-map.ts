import type { Clock } from "./clock.ts";

/** Values by key, each for some time. There are never more than a number of them: the one that was kept first goes first. */
export class ExpiringMap<Value> {
  readonly #entries = new Map<string, { readonly value: Value; readonly expires: number }>();
  readonly #maxEntries: number;
  readonly #clock: Clock;

  /** @param maxEntries How many are kept at most. */
  constructor(maxEntries: number, clock: Clock) {
    this.#maxEntries = maxEntries;
    this.#clock = clock;
  }

  /** How many are kept; those that have expired are dropped with the next one that comes. */
  get size(): number {
    return this.#entries.size;
  }

  /** Keeps a value for some milliseconds, in the place of an earlier one with its key. */
  set(key: string, value: Value, milliseconds: number): void {
    const now = this.#clock.now();
    for (const [known, { expires }] of this.#entries) if (expires <= now) this.#entries.delete(known);
    this.#entries.delete(key);
    for (const known of this.#entries.keys()) {
      if (this.#entries.size < this.#maxEntries) break;
      this.#entries.delete(known);
    }
    this.#entries.set(key, { value, expires: now + milliseconds });
  }

  /** The value of a key, while it is there. */
  get(key: string): Value | undefined {
    const entry = this.#entries.get(key);
    return entry !== undefined && entry.expires > this.#clock.now() ? entry.value : undefined;
  }

  /** Every value that is there, with its key. */
  *entries(): Generator<[key: string, value: Value], void> {
    const now = this.#clock.now();
    for (const [key, { value, expires }] of this.#entries) if (expires > now) yield [key, value];
  }

  /** Hands over a value, which is gone then. */
  take(key: string): Value | undefined {
    const value = this.get(key);
    this.delete(key);
    return value;
  }

  /** Forgets a value. */
  delete(key: string): void {
    this.#entries.delete(key);
  }
}
