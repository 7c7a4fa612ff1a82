import type { ElementReader } from "./element-reader.ts";
import {
  type Exchange,
  type FailureCause,
  PolicyFailure,
  type PolicyRequest,
  withoutHeader,
} from "./exchange.ts";
import { anyText, type PolicyValue } from "./policy-value.ts";
import type { CountingPeriod } from "./state/call-counters.ts";

/** Where a limit tells the caller, and the policies after it, how much is left. */
export interface LimitOutputs {
  readonly retryAfterHeader?: string | undefined;
  readonly retryAfterVariable?: string | undefined;
  readonly remainingHeader?: string | undefined;
  readonly remainingVariable?: string | undefined;
  readonly totalHeader?: string | undefined;
}

/** Reads the attributes of `rate-limit` and `rate-limit-by-key` that name headers and variables. */
export function readLimitOutputs(reader: ElementReader): LimitOutputs {
  return {
    retryAfterHeader: reader.text("retry-after-header-name"),
    retryAfterVariable: reader.text("retry-after-variable-name"),
    remainingHeader: reader.text("remaining-calls-header-name"),
    remainingVariable: reader.text("remaining-calls-variable-name"),
    totalHeader: reader.text("total-calls-header-name"),
  };
}

/** Which calls count, and how much. */
export interface CountRule {
  readonly condition?: PolicyValue<boolean> | undefined;
  readonly amount?: PolicyValue<number> | undefined;
}

/** A limit as it is for one request. */
export interface CallLimit {
  readonly key: string;
  readonly calls: number;
  readonly period: CountingPeriod;
  readonly outputs: LimitOutputs;
  /** A request counts once for the key, however many policies name it. @defaultValue each policy counts it */
  readonly countsOnce?: boolean;
  /** Why, for a wait of so many seconds. */
  readonly refusal: (seconds: number) => { readonly failure: FailureCause; readonly statusCode: number };
}

/**
 * Refuses the call when the limit is reached, else counts it: at once, or when the answer is known where a rule is an expression.
 *
 * @throws {PolicyFailure} when the limit is reached.
 */
export function limitCalls(
  exchange: Exchange,
  limit: CallLimit,
  { condition, amount }: CountRule = {},
): void {
  const { key, period, calls, outputs } = limit;
  const reading = exchange.state.counters.read(key, period);
  // What this request itself has counted already refuses it nowhere.
  const own = limit.countsOnce ? (countedKeys.get(exchange.request)?.get(key) ?? 0) : 0;
  const before = { ...reading, count: reading.count - own };
  if (before.count >= calls) refuseCall(exchange, limit, before.resetsInMilliseconds);
  // The policies' pages: an expression defers evaluation and increment to the end of the outbound pipeline.
  const isCountedNow = [condition, amount].every(
    (value) => value === undefined || value.literal !== undefined,
  );
  const count = () =>
    (condition?.(exchange) ?? true) ? counted(exchange, limit, amount?.(exchange) ?? 1) : before.count;
  const countNow = isCountedNow ? count() : before.count;
  if (outputs.remainingVariable !== undefined)
    exchange.variables.set(outputs.remainingVariable, Math.max(0, calls - countNow));
  if (isCountedNow && outputs.remainingHeader === undefined && outputs.totalHeader === undefined) return;
  exchange.afterwards.push({
    statement: exchange.current,
    run: () => {
      const after = isCountedNow ? countNow : count();
      setAnswerHeader(exchange, outputs.remainingHeader, Math.max(0, calls - after));
      setAnswerHeader(exchange, outputs.totalHeader, calls);
    },
  });
}

/** How much a request has counted, by key. */
const countedKeys = new WeakMap<PolicyRequest, Map<string, number>>();

/** Counts the call, and reads the counter. */
function counted(exchange: Exchange, { key, period, countsOnce = false }: CallLimit, amount: number): number {
  const { counters } = exchange.state;
  if (!countsOnce) return counters.add(key, period, amount).count;
  const keys = countedKeys.get(exchange.request) ?? new Map<string, number>();
  countedKeys.set(exchange.request, keys);
  if (keys.has(key)) return counters.read(key, period).count;
  keys.set(key, amount);
  return counters.add(key, period, amount).count;
}

// Assumed of Azure: a quota without end tells the longest time that an int holds.
const maxSeconds = 2_147_483_647;

/** Refuses a call, and tells when there is room again. @throws {PolicyFailure} always. */
export function refuseCall(exchange: Exchange, { outputs, refusal }: CallLimit, milliseconds: number): never {
  // A counter that never begins anew has no time to name: .NET's longest one stands for it.
  const seconds = Number.isFinite(milliseconds) ? Math.max(1, Math.ceil(milliseconds / 1000)) : maxSeconds;
  if (outputs.retryAfterVariable !== undefined) exchange.variables.set(outputs.retryAfterVariable, seconds);
  if (outputs.remainingVariable !== undefined) exchange.variables.set(outputs.remainingVariable, 0);
  const { failure, statusCode } = refusal(seconds);
  throw new PolicyFailure(failure, {
    statusCode,
    message: failure.message,
    headers: [outputs.retryAfterHeader ?? "Retry-After", String(seconds)],
  });
}

function setAnswerHeader({ response }: Exchange, name: string | undefined, value: number): void {
  if (name === undefined || response === undefined) return;
  response.headers = [...withoutHeader(response.headers, name), name, String(value)];
}

/** The key of a counter, which may be an expression. */
export function readCounterKey(reader: ElementReader): PolicyValue<string> | undefined {
  return reader.requiredValue("counter-key", anyText);
}

/**
 * The period of a quota. "When renewal-period is set to 0, the period is set to infinite."
 *
 * @param startsAt Milliseconds since 1970.
 */
export function quotaPeriod(seconds: number, startsAt: number): CountingPeriod {
  return { kind: "fixed", milliseconds: seconds === 0 ? Number.POSITIVE_INFINITY : seconds * 1000, startsAt };
}

/** What a limit refuses with. */
type LimitRefusal = ReturnType<CallLimit["refusal"]>;

/**
 * Why a rate limit refuses.
 *
 * @see https://learn.microsoft.com/azure/api-management/rate-limit-policy
 */
export function tooManyCalls(source: string, seconds: number): LimitRefusal {
  const message = `Rate limit is exceeded. Try again in ${seconds} seconds.`;
  return { failure: { source, reason: "RateLimitExceeded", message }, statusCode: 429 };
}

/**
 * Why a quota refuses.
 *
 * @see https://learn.microsoft.com/azure/api-management/api-management-error-handling-policies#predefined-errors-for-policies
 */
export function outOfQuota(
  source: string,
  quota: "call volume" | "bandwidth",
  seconds: number,
): LimitRefusal {
  const message = `Out of ${quota} quota. Quota will be replenished in ${hoursMinutesSeconds(seconds)}.`;
  return { failure: { source, reason: "QuotaExceeded", message }, statusCode: 403 };
}

/** `01:02:03`, and `2.01:02:03` from a day on, as .NET writes a TimeSpan. */
function hoursMinutesSeconds(seconds: number): string {
  const two = (value: number) => String(Math.floor(value)).padStart(2, "0");
  const time = [two((seconds / 3600) % 24), two((seconds / 60) % 60), two(seconds % 60)].join(":");
  return seconds < 86_400 ? time : `${Math.floor(seconds / 86_400)}.${time}`;
}
