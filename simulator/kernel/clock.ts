import { SimulatorError } from "./error.ts";

/** Tells the time. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
}

/**
 * This machine's clock. It is for what meets the machine itself, such as a certificate that another program checks; all else in a
 * local cloud asks the cloud's {@link CloudClock}.
 */
export const machineClock: Clock = { now: () => Date.now() };

/** Milliseconds on this machine's monotonic clock, for bounding how long a computation takes. */
export const monotonicNow = (): number => performance.now();

// As far as a date can be written, with room for whatever lives longer than now.
const latest = Date.parse("9000-01-01T00:00:00Z");

/** The clock of one local cloud. It begins at the machine's time, goes on with it, and can be moved forward. */
export class CloudClock implements Clock {
  readonly #base: Clock;
  #aheadMilliseconds = 0;

  /** @param base What it goes with. */
  constructor(base: Clock = machineClock) {
    this.#base = base;
  }

  /** Milliseconds since 1970. */
  now(): number {
    return this.#base.now() + this.#aheadMilliseconds;
  }

  /** How many milliseconds it has been moved forward. */
  get aheadMilliseconds(): number {
    return this.#aheadMilliseconds;
  }

  /**
   * Moves it forward.
   *
   * @throws {SimulatorError} `ClockRefused` for anything that does not lead forward, or leads beyond the year 9000.
   */
  advance(milliseconds: number): void {
    if (!(milliseconds > 0))
      throw new SimulatorError(
        "ClockRefused",
        "The clock of the local cloud only goes forward: its tokens and codes would be from the future. Start the local cloud again, and it is at this machine's time.",
      );
    if (!(this.now() + milliseconds < latest))
      throw new SimulatorError(
        "ClockRefused",
        "The clock of the local cloud cannot go beyond the year 9000. Move it less.",
      );
    this.#aheadMilliseconds += milliseconds;
  }
}

/** The time of a clock as `2026-01-06T09:19:37.123Z`. */
export function isoTime(clock: Clock): string {
  return new Date(clock.now()).toISOString();
}

/** The time of a clock in whole seconds since 1970, as tokens have it. */
export function epochSeconds(clock: Clock): number {
  return Math.floor(clock.now() / 1000);
}
