/** Who pays for the work of the library: the evaluation that runs. */
export interface Meter {
  /** Counts work; throws when there is no more to spend. */
  spend(steps: number): void;
  /** Counts characters and elements; throws when there are too many. */
  allocate(size: number): void;
  /** Throws when the time is over. */
  lookAtClock(): void;
}

const free: Meter = { spend: () => undefined, allocate: () => undefined, lookAtClock: () => undefined };

let current: Meter = free;

/** Runs something, whose work is charged to a meter. An evaluation never waits, so that no other one runs meanwhile. */
export function charging<T>(meter: Meter, run: () => T): T {
  const before = current;
  current = meter;
  try {
    return run();
  } finally {
    current = before;
  }
}

/**
 * Charges work to the evaluation that runs: one step for half a microsecond, which is a token of JSON or some dozen characters.
 * Outside of an evaluation work is free.
 */
export function spend(steps: number): void {
  current.spend(steps);
}

/** Charges memory, in characters or elements, to the evaluation that runs. */
export function allocate(size: number): void {
  current.allocate(size);
}

/** Ends the evaluation that runs when its time is over: before work whose length is not known. */
export function lookAtClock(): void {
  current.lookAtClock();
}

/** The elements, each of which is charged when it is taken; so is the beginning, for there can be many sequences without elements. */
export function chargedElements<T>(elements: Iterable<T>): Iterable<T> {
  return { [Symbol.iterator]: () => countedIterator(elements) };
}

function* countedIterator<T>(elements: Iterable<T>): Generator<T> {
  spend(1);
  for (const element of elements) {
    spend(1);
    yield element;
  }
}
