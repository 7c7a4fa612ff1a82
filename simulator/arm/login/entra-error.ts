import { randomUUID } from "node:crypto";
import { type Clock, isoTime } from "../../kernel/clock.ts";

/** A refusal in Entra ID's words. */
export class EntraError extends Error {
  override readonly name = "EntraError";
  readonly status: number;
  readonly #error: string;
  readonly #number: number;

  /**
   * @param error OAuth's code.
   * @param number Entra's: `7000215` for `AADSTS7000215`.
   * @see https://learn.microsoft.com/entra/identity-platform/reference-error-codes
   */
  constructor(status: number, error: string, number: number, message: string) {
    super(message);
    this.status = status;
    this.#error = error;
    this.#number = number;
  }

  /** The answer's body. */
  body(clock: Clock): object {
    const [trace, correlation] = [randomUUID(), randomUUID()];
    const timestamp = `${isoTime(clock).slice(0, 19).replace("T", " ")}Z`;
    return {
      error: this.#error,
      error_description: `AADSTS${this.#number}: ${this.message} Trace ID: ${trace} Correlation ID: ${correlation} Timestamp: ${timestamp}`,
      error_codes: [this.#number],
      timestamp,
      trace_id: trace,
      correlation_id: correlation,
    };
  }
}
