import { readCounterKey } from "../call-limit.ts";
import type { ElementReader } from "../element-reader.ts";
import { type Exchange, type PendingResponse, PolicyFailure, withoutHeader } from "../exchange.ts";
import { integerFrom, oneOf, type PolicyValue } from "../policy-value.ts";
import type { CountingPeriod } from "../state/call-counters.ts";
import type { ElementDefinition } from "../statement.ts";
import { isEventStream, observeUsage, readModelRequest } from "./token-usage.ts";

const quotaPeriods = ["Indefinite", "Hourly", "Daily", "Weekly", "Monthly", "Yearly"] as const;
type QuotaPeriod = (typeof quotaPeriods)[number];

interface TokenLimitSettings {
  readonly key: PolicyValue<string> | undefined;
  readonly perMinute: PolicyValue<number> | undefined;
  readonly quota: PolicyValue<number> | undefined;
  readonly quotaPeriod: PolicyValue<QuotaPeriod> | undefined;
  readonly estimates: boolean;
  readonly headers: Readonly<Record<OutputName, string | undefined>>;
  readonly variables: Readonly<Record<OutputName, string | undefined>>;
}

type OutputName = "retry-after" | "remaining-tokens" | "remaining-quota-tokens" | "tokens-consumed";

/** One of the two limits, as it is for one request. */
interface TokenBudget {
  readonly key: string;
  readonly allowed: number;
  readonly period: CountingPeriod;
  readonly output: "remaining-tokens" | "remaining-quota-tokens";
}

/**
 * `azure-openai-token-limit` and `llm-token-limit`: so many tokens of a language model in a minute (429), in a longer period (403), or
 * both, for each key. Tokens are those that the model's answer tells.
 *
 * Assumed of Azure: `tokens-per-minute` counts in a window that slides, as `rate-limit-by-key` does in the classic tiers.
 *
 * Assumed of Azure: with `estimate-prompt-tokens` a call is refused when its prompt and what was counted are more than the limit.
 *
 * Assumed of Azure: an answer that says nothing of tokens counts as its estimated prompt where that is estimated, else as nothing.
 *
 * @see https://learn.microsoft.com/azure/api-management/llm-token-limit-policy
 */
export function tokenLimit(element: string): ElementDefinition {
  return {
    sections: ["inbound"],
    parse: ({ reader }) => {
      const settings = readTokenLimit(reader);
      // Whether the answer is wanted piece by piece stands in the request, and so does the prompt.
      reader.needBodies({ requestBody: true, responseBody: false });
      return {
        run: (exchange) => {
          limitTokens(exchange, settings, element);
          return "next";
        },
      };
    },
  };
}

function readTokenLimit(reader: ElementReader): TokenLimitSettings {
  const named = (kind: "header" | "variable") => ({
    "retry-after": reader.text(`retry-after-${kind}-name`),
    "remaining-tokens": reader.text(`remaining-tokens-${kind}-name`),
    "remaining-quota-tokens": reader.text(`remaining-quota-tokens-${kind}-name`),
    "tokens-consumed": reader.text(`tokens-consumed-${kind}-name`),
  });
  const settings = {
    key: readCounterKey(reader),
    perMinute: reader.value("tokens-per-minute", integerFrom({ from: 0, to: 2_147_483_647 })),
    quota: reader.value("token-quota", integerFrom({ from: 0, to: Number.MAX_SAFE_INTEGER })),
    quotaPeriod: reader.value("token-quota-period", oneOf(quotaPeriods)),
    estimates: reader.boolean("estimate-prompt-tokens") ?? false,
    headers: named("header"),
    variables: named("variable"),
  };
  if (!reader.has("tokens-per-minute") && !reader.has("token-quota"))
    reader.refuse("At least one of 'tokens-per-minute' and 'token-quota' must be specified.");
  // By the page's table, Azure's schema and its policy toolkit; the page's own example of a quota leaves it out.
  if (!reader.has("estimate-prompt-tokens"))
    reader.refuse("The required attribute 'estimate-prompt-tokens' is missing or empty.");
  // In Azure's schema, and on no page.
  reader.notSimulated("prompt-type", "ignore-prompt");
  reader.sequence({});
  reader.done();
  return settings;
}

function limitTokens(exchange: Exchange, settings: TokenLimitSettings, element: string): void {
  const { promptTokens, isStreamed } = readModelRequest(exchange.request.body);
  const prompt = settings.estimates || isStreamed ? promptTokens : 0;
  const budgets = budgetsFor(exchange, settings, element);
  const { counters } = exchange.state;
  for (const budget of budgets) {
    const { count, resetsInMilliseconds } = counters.read(budget.key, budget.period);
    if (count >= budget.allowed || count + prompt > budget.allowed)
      refuseTokens(exchange, settings, { element, budget, milliseconds: resetsInMilliseconds });
  }
  const { variables } = settings;
  setVariable(exchange, variables["tokens-consumed"], prompt);
  for (const { output, allowed, key, period } of budgets)
    setVariable(exchange, variables[output], allowed - counters.read(key, period).count - prompt);
  exchange.uponAnswer ??= [];
  exchange.uponAnswer.push({
    statement: exchange.current,
    run: (answer) => countTokens(exchange, answer, { settings, budgets, promptTokens, prompt }),
  });
}

interface CountedCall {
  readonly settings: TokenLimitSettings;
  readonly budgets: readonly TokenBudget[];
  /** Of the prompt, as they are estimated. */
  readonly promptTokens: number;
  /** What counts for the prompt where the answer tells nothing. */
  readonly prompt: number;
}

async function countTokens(
  exchange: Exchange,
  answer: PendingResponse,
  { settings: { variables, headers }, budgets, promptTokens, prompt }: CountedCall,
): Promise<void> {
  const { counters } = exchange.state;
  let consumed = prompt;
  await observeUsage(exchange, answer, {
    promptTokens,
    told: (usage) => {
      consumed = usage?.total ?? prompt;
      setVariable(exchange, variables["tokens-consumed"], consumed);
      for (const { output, allowed, key, period } of budgets) {
        const { count } = counters.add(key, period, consumed);
        setVariable(exchange, variables[output], Math.max(0, allowed - count));
      }
    },
  });
  for (const { output, allowed, key, period } of budgets)
    setHeader(answer, headers[output], Math.max(0, allowed - counters.read(key, period).count));
  // Of an answer that comes piece by piece it is not known yet.
  if (!isEventStream(answer)) setHeader(answer, headers["tokens-consumed"], consumed);
}

function budgetsFor(
  exchange: Exchange,
  { key, perMinute, quota, quotaPeriod }: TokenLimitSettings,
  element: string,
): readonly TokenBudget[] {
  const counter = `${element} ${key?.(exchange) ?? ""}`;
  const budgets: TokenBudget[] = [];
  if (perMinute !== undefined)
    budgets.push({
      key: `${counter} per minute`,
      allowed: perMinute(exchange),
      period: { kind: "sliding", milliseconds: 60_000 },
      output: "remaining-tokens",
    });
  if (quota !== undefined) {
    const unit = quotaPeriod?.(exchange) ?? "Indefinite";
    budgets.push({
      key: `${counter} ${unit}`,
      allowed: quota(exchange),
      period: periodAround(exchange.now(), unit),
      output: "remaining-quota-tokens",
    });
  }
  return budgets;
}

/**
 * "The start time of a quota period is calculated as the UTC timestamp truncated to the unit."
 *
 * Assumed of Azure: a week of `token-quota-period` begins on Monday.
 */
function periodAround(now: number, unit: QuotaPeriod): CountingPeriod {
  if (unit === "Indefinite") return { kind: "fixed", milliseconds: Number.POSITIVE_INFINITY };
  const date = new Date(now);
  const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()];
  const monday = day - ((date.getUTCDay() + 6) % 7);
  const [startsAt, endsAt] = {
    Hourly: [
      Date.UTC(year, month, day, date.getUTCHours()),
      Date.UTC(year, month, day, date.getUTCHours() + 1),
    ],
    Daily: [Date.UTC(year, month, day), Date.UTC(year, month, day + 1)],
    Weekly: [Date.UTC(year, month, monday), Date.UTC(year, month, monday + 7)],
    Monthly: [Date.UTC(year, month), Date.UTC(year, month + 1)],
    Yearly: [Date.UTC(year, 0), Date.UTC(year + 1, 0)],
  }[unit] as [number, number];
  return { kind: "fixed", milliseconds: endsAt - startsAt, startsAt };
}

/**
 * Assumed of Azure: the text of a token quota that is used up is that of the rate limit with "quota" for "limit".
 * Assumed of Azure: the reasons of token limits are `TokenLimitExceeded` and `TokenQuotaExceeded`; their pages tell the statuses alone.
 *
 * Assumed of Azure: a prompt that alone is more than the limit is told to come back in a minute, or with the next period.
 */
function refuseTokens(
  exchange: Exchange,
  { headers, variables }: TokenLimitSettings,
  { element, budget, milliseconds }: { element: string; budget: TokenBudget; milliseconds: number },
): never {
  const isRate = budget.output === "remaining-tokens";
  const wait = milliseconds > 0 ? milliseconds : budget.period.milliseconds;
  const seconds = Number.isFinite(wait) ? Math.max(1, Math.ceil(wait / 1000)) : 2_147_483_647;
  setVariable(exchange, variables["retry-after"], seconds);
  setVariable(exchange, variables[budget.output], 0);
  const message = `Token ${isRate ? "limit" : "quota"} is exceeded. Try again in ${seconds} seconds.`;
  throw new PolicyFailure(
    { source: element, reason: isRate ? "TokenLimitExceeded" : "TokenQuotaExceeded", message },
    {
      statusCode: isRate ? 429 : 403,
      message,
      headers: [headers["retry-after"] ?? "Retry-After", String(seconds)],
    },
  );
}

function setVariable({ variables }: Exchange, name: string | undefined, value: number): void {
  if (name !== undefined) variables.set(name, value);
}

function setHeader(answer: PendingResponse, name: string | undefined, value: number): void {
  if (name !== undefined) answer.headers = [...withoutHeader(answer.headers, name), name, String(value)];
}
