import {
  type Afterwards,
  builtInResponse,
  type Exchange,
  type FailureCause,
  type Flow,
  type PendingResponse,
  PolicyFailure,
} from "../policy/exchange.ts";
import { contextOf } from "../policy/expression-context.ts";
import { bufferBodies } from "../policy/message-body.ts";
import type { PolicyScope, SectionName } from "../policy/place.ts";
import { runStatement } from "../policy/run-statements.ts";
import type { EffectivePolicies, ScopedStatement } from "./effective-policies.ts";

/** Who refused a request and why, and the scope of the document that it stands in. */
export interface Refusal extends FailureCause {
  readonly scope: PolicyScope;
}

/**
 * Runs the sections: inbound, backend, outbound; after a failure `on-error` alone. Afterwards the exchange has its response.
 *
 * @param onRefused Told why, once for each failure.
 */
export async function runPipeline(
  policies: EffectivePolicies,
  exchange: Exchange,
  onRefused: (refusal: Refusal) => void,
): Promise<void> {
  const position: Position = { scope: "global", section: "inbound" };
  try {
    for (const section of ["inbound", "backend", "outbound"] as const) {
      position.section = section;
      const flow = runSection(policies[section], exchange, position);
      if ((flow instanceof Promise ? await flow : flow) === "respond") {
        if (section === "inbound" && exchange.isFromCache) await runAfterStore(policies, exchange, position);
        break;
      }
      // Assumed of Azure: without a backend call the answer is an empty 200.
      if (section !== "backend") continue;
      exchange.response ??= { statusCode: 200, headers: [] };
      if (exchange.uponAnswer !== undefined) await runUponAnswer(exchange, exchange.response);
    }
  } catch (error) {
    await recover(policies, exchange, { error, position, onRefused });
  }
  for (const afterwards of exchange.afterwards) {
    try {
      await runAfterwards(exchange, afterwards);
    } catch (error) {
      // The others do what is left all the same: a call that one of them could not count still counts for them.
      refuse(exchange, error, { position, onRefused });
    }
  }
}

/**
 * What is left of `outbound` for an answer from the cache: what "is after the corresponding `cache-store`", as Azure's trace says.
 *
 * Assumed of Azure: an answer from the cache skips all of `outbound` where no `cache-store` stands there by itself.
 */
async function runAfterStore(
  { outbound }: EffectivePolicies,
  exchange: Exchange,
  position: Position,
): Promise<void> {
  position.section = "outbound";
  const store = outbound.findLastIndex(({ statement }) => statement.element === "cache-store");
  await runSection(outbound, exchange, position, store < 0 ? outbound.length : store + 1);
}

async function runUponAnswer(exchange: Exchange, answer: PendingResponse): Promise<void> {
  for (const { statement, run } of exchange.uponAnswer ?? []) {
    exchange.current = statement;
    await run(answer);
  }
}

async function runAfterwards(exchange: Exchange, { statement, run }: Afterwards): Promise<void> {
  exchange.current = statement;
  if (statement?.needs !== undefined) await bufferBodies(statement.needs, exchange);
  run();
}

interface Position {
  scope: PolicyScope;
  section: SectionName;
}

/** Stays free of promises while the statements do: most requests never wait here. */
function runSection(
  statements: readonly ScopedStatement[],
  exchange: Exchange,
  position: Position,
  from = 0,
): Flow | Promise<Flow> {
  for (let at = from; at < statements.length; at += 1) {
    const entry = statements[at] as ScopedStatement;
    position.scope = entry.scope;
    exchange.trace?.enter?.(entry.scope, position.section);
    const flow = runStatement(entry.statement, exchange);
    if (flow instanceof Promise) {
      return flow.then((settled) =>
        settled === "respond" ? settled : runSection(statements, exchange, position, at + 1),
      );
    }
    if (flow === "respond") return flow;
  }
  return "next";
}

async function recover(
  policies: EffectivePolicies,
  exchange: Exchange,
  {
    error,
    position,
    onRefused,
  }: { error: unknown; position: Position; onRefused: (refusal: Refusal) => void },
): Promise<void> {
  refuse(exchange, error, { position, onRefused });
  position.section = "on-error";
  try {
    await runSection(policies["on-error"], exchange, position);
  } catch (second) {
    refuse(exchange, second, { position, onRefused });
  }
}

function refuse(
  exchange: Exchange,
  error: unknown,
  { position, onRefused }: { position: Position; onRefused: (refusal: Refusal) => void },
): void {
  if (!(error instanceof PolicyFailure)) throw error;
  const { path, id } = exchange.current ?? {};
  exchange.lastError = {
    ...error.failure,
    ...position,
    ...(path === undefined ? {} : { path }),
    ...(id === undefined ? {} : { policyId: id }),
  };
  // Assumed of Azure: the activity id of an internal server error is `context.RequestId`.
  const activityId =
    error.clientMessage === "Internal server error" ? contextOf(exchange).requestId : undefined;
  const { headers, ...built } = builtInResponse(error.statusCode, error.clientMessage, activityId);
  exchange.response = error.response ?? {
    ...built,
    ...error.answer,
    headers: [...headers, ...error.answer.headers],
  };
  onRefused({ ...error.failure, scope: position.scope });
}
