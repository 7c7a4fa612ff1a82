import { randomUUID } from "node:crypto";
import { type Clock, isoTime } from "../kernel/clock.ts";
import { ExpiringMap } from "../kernel/expiring-map.ts";
import type { ArmType } from "./arm-type.ts";

/** A change that Azure still works on, or worked on lately. */
export interface AsyncOperation {
  readonly operationId: string;
  readonly type: ArmType;
  /** Id of the resource. */
  readonly id: string;
  /** 200 or 201; 204 for a deletion. */
  readonly finalStatus: number;
  readonly startTime: string;
  /** Absent while it goes on. */
  endTime?: string;
}

// A client that asks later than this has given up long ago.
const keptMilliseconds = 24 * 60 * 60 * 1000;
const maxOperations = 10_000;

/** The operations that answers name in `Azure-AsyncOperation` and `Location`. */
export class AsyncOperations {
  readonly #operations: ExpiringMap<AsyncOperation>;
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#operations = new ExpiringMap(maxOperations, clock);
    this.#clock = clock;
  }

  /** Notes an operation until it is done. */
  begin(type: ArmType, id: string, { finalStatus, done }: { finalStatus: number; done: Promise<void> }) {
    const operationId = randomUUID();
    const operation: AsyncOperation = {
      operationId,
      type,
      id,
      finalStatus,
      startTime: isoTime(this.#clock),
    };
    this.#operations.set(operationId, operation, keptMilliseconds);
    void done.then(() => {
      operation.endTime = isoTime(this.#clock);
    });
    return operation;
  }

  /** The operation with an id. */
  get(operationId: string): AsyncOperation | undefined {
    return this.#operations.get(operationId);
  }
}
