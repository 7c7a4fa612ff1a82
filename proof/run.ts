import { randomUUID } from "node:crypto";
import { isExpected } from "../openapi/call/success.ts";
import type { Caller } from "./caller.ts";
import type { Denial } from "./explain-denial.ts";
import type { Cell, CellOutcome } from "./matrix.ts";
import { whyNoAnswer } from "./no-answer.ts";
import type { OktaRefusal } from "./okta-client.ts";
import type { TokenFault } from "./token-fault.ts";
import { type Credentials, isDenied, type TokenSources } from "./token-kinds.ts";

/** A refusal as whoever can look inside the gateway tells it. */
export interface ReportedRefusal {
  /** Element of the policy, or the gateway's own part: `validate-jwt`, `configuration`. */
  readonly source: string;
  /** Scope of the document that the policy stands in. */
  readonly scope: "global" | "product" | "api" | "operation";
  readonly reason: string;
  /** The whole in a line. */
  readonly text: string;
}

/** In what an answer is not as its cell demands: status, or that Okta gave a token; the reason of the refusal; the body. */
export type Difference = "outcome" | "reason" | "body";

/** A cell with what really came of it. */
export interface Answer {
  readonly cell: Cell;
  /** `undefined` when there was no answer at all. */
  readonly actual: CellOutcome | undefined;
  /** Why there was no answer: `ECONNREFUSED`. */
  readonly noAnswer?: string;
  /** How Okta refused to give a token. */
  readonly noToken?: OktaRefusal;
  /** Who refused it; "none" when no policy did, "unknown" where nobody can look inside the gateway. */
  readonly refusal: ReportedRefusal | "none" | "unknown";
  /** The request's trace id, by which the gateway's telemetry has it; absent where none was sent. */
  readonly traceId?: string;
  /** What is wrong with the token that was sent, the gateway's due answer first; absent where it was not judged. */
  readonly faults?: readonly TokenFault[];
  /** Why Okta gave no token; absent where it gave one, or nobody could say. */
  readonly denial?: Denial;
  /** Absent when it passed. */
  readonly differs?: Difference;
  readonly passed: boolean;
}

/** How the matrix is sent. */
export interface RunOptions {
  readonly sources: TokenSources;
  /** Requests under way at once. */
  readonly concurrency: number;
  /** A request without an answer counts as unanswered after this many milliseconds. */
  readonly timeoutMilliseconds: number;
  /** Tells who refused the request of a trace id. Absent for a deployed gateway: then no reasons are compared. */
  readonly refusalOf?: ((traceId: string) => ReportedRefusal | undefined) | undefined;
  /** Judges the token of a request whose answer differs. Absent: then no reasons are given. */
  readonly faultsOf?:
    | ((credentials: Credentials, cell: Cell) => Promise<readonly TokenFault[] | undefined>)
    | undefined;
  /** Says why Okta gave no token, where one was due or the refusal is another than the one that was. Absent: then nobody says. */
  readonly denialOf?: ((refusal: OktaRefusal, cell: Cell) => Promise<Denial | undefined>) | undefined;
}

/**
 * Sends one real request for each cell and compares the answer, in the cells' order.
 *
 * @throws {TokenRequestError} when Okta does not answer, or a client cannot ask it, so that there is nothing to compare.
 */
export async function runMatrix(cells: readonly Cell[], options: RunOptions): Promise<readonly Answer[]> {
  const { issued, issuedTo, issuedToOtherApp } = options.sources;
  const sources: TokenSources = {
    ...options.sources,
    issued: remembered(issued, (required) => JSON.stringify(required)),
    issuedTo: rememberedOf(issuedTo),
    issuedToOtherApp: issuedToOtherApp && remembered(issuedToOtherApp, () => ""),
  };
  const answers: Answer[] = [];
  const queue = cells.entries();
  const worker = async () => {
    for (const [index, cell] of queue) {
      const credentials = await cell.kind.credentials(sources, cell.context);
      const { bodyLength, ...came } = await comesOf(cell, credentials, options);
      const differs = difference(cell, came, bodyLength);
      const isJudged = differs !== undefined && came.traceId !== undefined;
      const faults = isJudged ? await options.faultsOf?.(credentials, cell) : undefined;
      const denial = differs && came.noToken && (await options.denialOf?.(came.noToken, cell));
      const judged = { ...(faults && { faults }), ...(denial && { denial }), ...(differs && { differs }) };
      answers[index] = { cell, ...came, ...judged, passed: differs === undefined };
    }
  };
  await Promise.all(Array.from({ length: options.concurrency }, worker));
  return answers;
}

type Came = Omit<Answer, "cell" | "denial" | "differs" | "faults" | "passed">;

function difference(
  cell: Cell,
  { actual, refusal, noToken }: Came,
  bodyLength: number,
): Difference | undefined {
  const { expected, accepted, reason, letsIn, operation } = cell;
  const isSuccess = letsIn && typeof actual === "number" && isExpected(operation.expectedStatus, actual);
  if (actual === undefined || !(isSuccess || [expected, ...accepted].includes(actual))) return "outcome";
  // A client that Okta does not even know shows nothing of what Okta's policies would say.
  if (actual === "no token") return noToken === undefined || isDenied(noToken) ? undefined : "reason";
  // Another check that refuses as well hides that the one which must refuse does not.
  if (refusal !== "unknown" && (refusal === "none" ? undefined : refusal.reason) !== reason) return "reason";
  // Nothing behind the gateway answered.
  if (letsIn && bodyLength === 0 && operation.successHasBody && operation.method !== "HEAD") return "body";
  return undefined;
}

/** One token request per set of scopes, not per cell; `keyOf` tells apart what else is asked for. */
function remembered<Rest extends unknown[]>(
  issued: (scopes: readonly string[], ...rest: Rest) => Promise<string>,
  keyOf: (...rest: Rest) => string,
): typeof issued {
  const tokens = new Map<string, Promise<string>>();
  return (scopes, ...rest) => {
    const key = JSON.stringify([[...scopes].sort(), keyOf(...rest)]);
    const token = tokens.get(key) ?? issued(scopes, ...rest);
    tokens.set(key, token);
    return token;
  };
}

function rememberedOf(issuedTo: TokenSources["issuedTo"]): TokenSources["issuedTo"] {
  const byScopes = remembered(
    (scopes, caller: Caller) => issuedTo(caller, scopes),
    ({ name }) => name,
  );
  return (caller, scopes) => byScopes(scopes, caller);
}

async function comesOf(
  cell: Cell,
  credentials: Credentials,
  options: RunOptions,
): Promise<Came & { bodyLength: number }> {
  const { noToken } = credentials;
  // Everybody may call a public operation, also without one.
  if (noToken !== undefined && cell.operation.security.kind !== "public")
    return { actual: "no token", noToken, refusal: "none", bodyLength: 0 };
  if (cell.stopsAtToken) return { actual: "a token", refusal: "none", bodyLength: 0 };
  // Node keeps random bytes for these, which it does not for others.
  const traceId = randomUUID().replaceAll("-", "");
  const came = await send(cell, credentials, { traceId, timeoutMilliseconds: options.timeoutMilliseconds });
  const { refusalOf } = options;
  return { ...came, traceId, refusal: refusalOf === undefined ? "unknown" : (refusalOf(traceId) ?? "none") };
}

async function send(
  { api, operation }: Cell,
  credentials: Credentials,
  { traceId, timeoutMilliseconds }: { traceId: string; timeoutMilliseconds: number },
): Promise<Pick<Answer, "actual" | "noAnswer"> & { bodyLength: number }> {
  const { example } = operation;
  const url = new URL(api.url + example.path);
  for (const [name, value] of Object.entries(credentials.query ?? {})) url.searchParams.set(name, value);
  const headers = new Headers(example.headers);
  for (const [name, value] of Object.entries(credentials.headers ?? {})) headers.set(name, value);
  // https://www.w3.org/TR/trace-context/#traceparent-header
  headers.set("traceparent", `00-${traceId}-${traceId.slice(0, 16)}-01`);
  try {
    const response = await fetch(url, {
      method: operation.method,
      headers,
      redirect: "manual",
      signal: AbortSignal.timeout(timeoutMilliseconds),
      ...(example.body === undefined ? {} : { body: example.body }),
    });
    const body = await response.arrayBuffer();
    return { actual: response.status, bodyLength: body.byteLength };
  } catch (error) {
    // No status is an answer of its own: the cell fails and is shown as unanswered.
    return { actual: undefined, noAnswer: whyNoAnswer(error), bodyLength: 0 };
  }
}
