import type { Text } from "./expression.ts";
import { assertToken, checkLiteral, invalid } from "./values.ts";

/** Where a rate limit tells the caller, and the policies after it, how much is left. */
export interface LimitOutputArgs {
  /** @defaultValue Azure's: Retry-After */
  readonly retryAfterHeaderName?: string;
  readonly retryAfterVariableName?: string;
  readonly remainingCallsHeaderName?: string;
  readonly remainingCallsVariableName?: string;
  readonly totalCallsHeaderName?: string;
}

/** The attributes of {@link LimitOutputArgs}. @throws {PolicyError} `INVALID_VALUE` for what HTTP has no header of. */
export function limitOutputs(
  args: LimitOutputArgs,
  path: string,
): Readonly<Record<string, string | undefined>> {
  const header = (name: string | undefined, attribute: string) =>
    checkLiteral(name, `${path}/@${attribute}`, (text, place) => assertToken(text, place));
  return {
    "retry-after-header-name": header(args.retryAfterHeaderName, "retry-after-header-name"),
    "retry-after-variable-name": args.retryAfterVariableName,
    "remaining-calls-header-name": header(args.remainingCallsHeaderName, "remaining-calls-header-name"),
    "remaining-calls-variable-name": args.remainingCallsVariableName,
    "total-calls-header-name": header(args.totalCallsHeaderName, "total-calls-header-name"),
  };
}

// An int of .NET.
const mostCalls = 2_147_483_647;

/** Throws unless it is a whole number from `least` on that an int holds. */
export function assertCalls(calls: number, path: string, least = 1): void {
  if (Number.isInteger(calls) && calls >= least && calls <= mostCalls) return;
  throw invalid(
    path,
    `must be an integer from ${least} to ${mostCalls}; got ${calls}. Say how many calls are let in`,
  );
}

/** Throws unless it is a period that a rate limit may have. @see https://learn.microsoft.com/azure/api-management/rate-limit-policy */
export function assertRatePeriod(seconds: number, path: string): void {
  if (Number.isInteger(seconds) && seconds >= 1 && seconds <= 300) return;
  throw invalid(path, `must be an integer from 1 to 300; got ${seconds}. Use a quota for a longer period`);
}

/** Throws when a key is empty: all callers would be counted together. */
export function assertKey(key: Text, path: string): void {
  if (key === "")
    throw invalid(path, "is empty. Say by what the calls are counted, or write one text for all of them");
}
