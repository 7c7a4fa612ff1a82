/** Values by key that are there for some time, once. What has expired is dropped with the next one that comes. */
export class ExpiringMap<Value> {
  readonly #entries = new Map<string, { readonly value: Value; readonly expires: number }>();
  readonly #milliseconds: number;

  /** @param milliseconds How long each value is there. */
  constructor(milliseconds: number) {
    this.#milliseconds = milliseconds;
  }

  /** How many are kept. */
  get size(): number {
    return this.#entries.size;
  }

  /** Keeps a value. */
  set(key: string, value: Value): void {
    for (const [known, { expires }] of this.#entries) if (expires <= Date.now()) this.#entries.delete(known);
    this.#entries.set(key, { value, expires: Date.now() + this.#milliseconds });
  }

  /** The value of a key, while it is there. */
  get(key: string): Value | undefined {
    const entry = this.#entries.get(key);
    return entry !== undefined && entry.expires > Date.now() ? entry.value : undefined;
  }

  /** Hands over a value, which is gone then. */
  take(key: string): Value | undefined {
    const value = this.get(key);
    this.#entries.delete(key);
    return value;
  }
}
