import type { Clock } from "../../../kernel/clock.ts";

const defaultCapacity = 10_000;

interface Entry {
  readonly value: unknown;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

/**
 * Values that are forgotten after a time. Beyond its capacity the oldest ones go.
 *
 * Differs from Azure: the internal cache holds 10,000 entries; Azure's holds as many megabytes as the tier has.
 */
export class ExpiringValues {
  readonly #entries = new Map<string, Entry>();
  readonly #clock: Clock;
  readonly #capacity: number;

  constructor(clock: Clock, capacity = defaultCapacity) {
    this.#clock = clock;
    this.#capacity = capacity;
  }

  /** The value, `undefined` once its time is over. */
  get(key: string): unknown {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    if (this.#clock.now() < entry.expiresAt) return entry.value;
    this.#entries.delete(key);
    return undefined;
  }

  /** Keeps a value in place of the one before. */
  set(key: string, value: unknown, { milliseconds }: { milliseconds: number }): void {
    this.#entries.delete(key);
    const [oldest] = this.#entries.keys();
    if (this.#entries.size >= this.#capacity && oldest !== undefined) this.#entries.delete(oldest);
    this.#entries.set(key, { value, expiresAt: this.#clock.now() + milliseconds });
  }

  /** Forgets a value. */
  delete(key: string): void {
    this.#entries.delete(key);
  }
}
