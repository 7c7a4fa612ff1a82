import type { ReportedRefusal } from "../proof/run.ts";
import { describeRefusal, type RefusedRequest } from "../simulator/apim/gateway.ts";

// Callers of any kind decide what stands in a reason: it is one line, of a length to read, and nothing that a terminal obeys.
const maxLength = 1000;
const controls = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu;

/** The gateway's and Okta's reasons: kept by trace id while the matrix runs, printed as they come while a person tries things. */
export class RefusalLog {
  readonly #refusals = new Map<string, ReportedRefusal>();
  #print: ((line: string) => void) | undefined;

  /** Receives a line. */
  readonly add = (line: string): void => {
    this.#print?.(oneLine(line));
  };

  /** Receives a refusal of the gateway. The first of a request is the cause of those that follow in `on-error`. */
  readonly addRefusal = (refusal: RefusedRequest): void => {
    const { source, scope, reason, traceId } = refusal;
    if (this.#print !== undefined || traceId === undefined || this.#refusals.has(traceId)) return;
    this.#refusals.set(traceId, { source, scope, reason, text: oneLine(describeRefusal(refusal)) });
  };

  /** Who refused the request of a trace id. */
  readonly refusalOf = (traceId: string): ReportedRefusal | undefined => this.#refusals.get(traceId);

  /** Prints lines from now on, and keeps no more refusals. */
  follow(print: (line: string) => void): void {
    this.#print = print;
  }
}

function oneLine(text: string): string {
  return text.replace(controls, " ").slice(0, maxLength);
}
