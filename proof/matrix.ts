import type { ApiDocument } from "../openapi/document.ts";
import type { Operation } from "../openapi/operations.ts";
import { namedScopes, neededText, satisfies, scopesToAskFor } from "../openapi/security/security.ts";
import type { Caller } from "./caller.ts";
import { lackingScopes, mostLacking } from "./lacking-scopes.ts";
import { type ClaimRules, callerFor, type Rights, rightsOf, verdictOn } from "./rights.ts";
import {
  callerKind,
  greedyKind,
  isAskedOfOkta,
  mostClaims,
  type RefusalReason,
  type TokenContext,
  type TokenKind,
  tokenKinds,
} from "./token-kinds.ts";

/** One API to prove. */
export interface ApiToProve {
  readonly name: string;
  /** Where callers reach it, without a slash at its end. */
  readonly url: string;
  readonly document: ApiDocument;
  /** What makes it: the settings of a stack of this repository, or a program of somebody else's. @defaultValue settings */
  readonly madeBy?: "settings" | "program";
}

/** What came of a cell: an HTTP status; or, where no request was sent, whether Okta gave a token. */
export type CellOutcome = number | "no token" | "a token";

/** One cell of the authorization matrix: an operation met by one kind of request. */
export interface Cell {
  readonly api: ApiToProve;
  readonly operation: Operation;
  readonly kind: TokenKind;
  /** Of this operation in this API: one object for all its cells. */
  readonly context: TokenContext;
  /** What must come of it. */
  readonly expected: number | "no token";
  /** Why the gateway must refuse it; absent where it must not. */
  readonly reason?: RefusalReason;
  /** What may come of it too, since the stack's settings accept it. */
  readonly accepted: readonly CellOutcome[];
  /** Only the token is asked for: with it the call could be let in, and it would change data. */
  readonly stopsAtToken: boolean;
  /** True for a good token, and for whatever else a public operation, or one that any valid token may call, takes. */
  readonly letsIn: boolean;
}

/** What of the matrix is sent. */
export interface MatrixOptions {
  /** Whether Okta's signing key is available. */
  readonly signingKey: boolean;
  /** Also send the calls of POST, PUT, PATCH and DELETE that are let in: they reach the backend. */
  readonly writes: boolean;
  /** An API whose backend nobody else sees: its calls are sent in any case. @defaultValue none */
  readonly isHarmless?: (api: ApiToProve) => boolean;
  /** Who asks for tokens, each a column of the table. */
  readonly callers: readonly Caller[];
  /** How claims of access tokens are filled, as the settings have it. @defaultValue none */
  readonly claims?: ClaimRules;
  /** What is known of another app of the org: Okta must refuse it, the settings accept it, or its credentials are not at hand. */
  readonly otherApp: "refused" | "accepted" | "unavailable";
}

/** The cells to send, and in words what is left out and why. */
export interface Matrix {
  readonly cells: readonly Cell[];
  readonly leftOut: readonly string[];
}

const safeMethods = new Set(["GET", "HEAD", "OPTIONS"]);

/** Whether a call changes data where it reaches a backend. */
export function changesData({ operation }: Pick<Cell, "operation">): boolean {
  return !safeMethods.has(operation.method);
}

/** Derives from the documents what every operation must answer to every client and every kind of request. */
export function deriveMatrix(apis: readonly ApiToProve[], options: MatrixOptions): Matrix {
  const operations = apis.flatMap((api) => api.document.operations.map((operation) => ({ api, operation })));
  const all = [...new Set(apis.flatMap(({ document }) => [...document.scopes.keys()]))];
  const callers = options.callers.map((caller) => [caller, rightsOf(caller, options.claims ?? {})] as const);
  const kinds = [...callers.flatMap((one) => kindsOf(...one)), ...tokenKinds];
  const every = operations.flatMap(({ api, operation }) => {
    const context = contextOf(operation, all);
    return kinds
      .filter(({ exists }) => exists?.(context) ?? true)
      .map((kind) => cell({ api, operation, kind, context }, options));
  });

  const unsendable = new Map(
    [...new Set(every.map(({ kind }) => kind))].map((kind) => [kind, whyUnsendable(kind, all, options)]),
  );
  const sendable = every.filter(({ kind }) => unsendable.get(kind) === undefined);
  const reasons = new Map(sendable.map((entry) => [entry, whyNotSent(entry, callers)]));
  const untold = sendable.filter((entry) => reasons.get(entry) !== undefined);
  const unsafe = every.filter((entry) => entry.letsIn && isKeptBack(entry, options));
  const dropped = new Set([...untold, ...unsafe]);
  return {
    cells: sendable.filter((entry) => !dropped.has(entry)),
    leftOut: [
      ...[...unsendable].flatMap(([{ name }, why]) => (why === undefined ? [] : [`"${name}": ${why}`])),
      ...withReasons(untold, (entry) => reasons.get(entry) ?? ""),
      ...operationNames(every.filter(({ context }) => context.isLackingCut)).map(
        (name) =>
          `tokens of ${name} that lack a needed scope: ${mostLacking} are sent, and there are more alternatives`,
      ),
      ...operationNames(every.filter(({ context }) => context.requiredClaims.length > mostClaims)).map(
        (name) => `tokens of ${name} with another value of a required claim: ${mostClaims} are sent`,
      ),
      ...operationNames(unsafe).map(
        (name) => `calls of ${name} that are let in: they would change data; --writes sends them`,
      ),
    ],
  };
}

/** What is sent as a caller: a token with all its scopes; and, where Okta gives it one, a request for scopes that are not its own. */
function kindsOf(caller: Caller, rights: Rights): readonly TokenKind[] {
  const expected = ({ security, requiredClaims }: TokenContext) => {
    const verdict = verdictOn(rights, security, requiredClaims);
    return verdict === "unknown" ? ({ kind: "let in" } as const) : verdict;
  };
  const leftOut = ({ security, requiredClaims }: TokenContext) =>
    verdictOn(rights, security, requiredClaims) === "unknown"
      ? "the settings do not tell the value of a claim that it asks for"
      : undefined;
  const { scopes, getsToken } = rights;
  const asksForMore = getsToken && caller.token === undefined;
  return [
    callerKind(caller, { scopes, expected, leftOut }),
    ...(asksForMore ? [greedyKind(caller, scopes)] : []),
  ];
}

type CallersWithRights = readonly (readonly [Caller, Rights])[];

/** Why an operation cannot be sent a kind; `undefined` where it can. */
function whyNotSent({ kind, context }: Cell, callers: CallersWithRights): string | undefined {
  const own = kind.leftOut?.(context);
  if (own !== undefined) return own;
  if (kind.origin !== "given" && kind.origin !== "bent") return undefined;
  const scopes = kind.scopes(context);
  if (callerFor(callers, scopes, context.requiredClaims) !== undefined) return undefined;
  if (scopes.length > context.needed.length) return "no client may have so many scopes";
  const asked = neededText({ kind: "token", anyOf: [scopes] }, context.requiredClaims);
  return `no client gets a token with ${asked}`;
}

/** What is left out for a reason: a line for the kinds and the operations that share it. */
function withReasons(cells: readonly Cell[], reasonOf: (cell: Cell) => string): readonly string[] {
  const byOperation = Map.groupBy(cells, (entry) => JSON.stringify([entry.operation.name, reasonOf(entry)]));
  const told = [...byOperation.values()].flatMap(([first, ...others]) => {
    if (first === undefined) return [];
    const kinds = [first, ...others].map(({ kind }) => `"${kind.name}"`).join(", ");
    const { method, path } = first.operation;
    return [{ kinds, reason: reasonOf(first), operation: `${method} ${path}` }];
  });
  return [...Map.groupBy(told, ({ kinds, reason }) => JSON.stringify([kinds, reason])).values()].flatMap(
    ([first, ...others]) =>
      first === undefined
        ? []
        : [
            `${first.kinds} of ${someOf([first, ...others].map(({ operation }) => operation))}: ${first.reason}`,
          ],
  );
}

/** `GET /a, GET /b, GET /c and 9 more`. */
export function someOf(names: readonly string[]): string {
  const more = names.length - 3;
  return `${names.slice(0, 3).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

/** Whether a call must not reach the backend. */
function isKeptBack(call: Pick<Cell, "api" | "operation">, { writes, isHarmless }: MatrixOptions): boolean {
  return !writes && changesData(call) && !isHarmless?.(call.api);
}

function whyUnsendable(
  kind: TokenKind,
  declared: readonly string[],
  { signingKey, otherApp }: MatrixOptions,
): string | undefined {
  if (isAskedOfOkta(kind) && declared.length === 0)
    return "no document declares a scope, and Okta gives no token without one";
  if (kind.origin === "caller" && kind.caller !== undefined && kind.caller.client.scopes.length === 0)
    return "the client has no scope, and Okta gives no token without one";
  if (kind.origin === "signed" && !signingKey) return "only the holder of Okta's signing key can make it";
  if (kind.origin === "other app" && otherApp === "unavailable")
    return "OTHER_CLIENT_ID and OTHER_CLIENT_SECRET, the credentials of another app of the org, are not set";
  return undefined;
}

function operationNames(cells: readonly Cell[]): string[] {
  return [...new Set(cells.map(({ operation }) => `${operation.method} ${operation.path}`))];
}

function contextOf(operation: Operation, all: readonly string[]): TokenContext {
  const { security, requiredClaims } = operation;
  const needed = scopesToAskFor(security, all);
  // Any token will do; another scope than the first, where there is one, shows that.
  const { sets, isCut } = satisfies(security, [])
    ? { sets: all.slice(-1).map((scope) => [scope]), isCut: false }
    : lackingScopes(namedScopes(security), all);
  return { security, requiredClaims, needed, all, lacking: sets, isLackingCut: isCut };
}

function cell(parts: Pick<Cell, "api" | "operation" | "kind" | "context">, options: MatrixOptions): Cell {
  const { operation, kind, context } = parts;
  const verdict = operation.security.kind === "public" ? { kind: "let in" as const } : kind.expected(context);
  const outcomes = {
    "let in": operation.successStatus,
    refused: 401,
    forbidden: 403,
    "no token": "no token",
  } as const;
  const isTokenless = verdict.kind === "no token";
  return {
    ...parts,
    expected: outcomes[verdict.kind],
    ...("reason" in verdict ? { reason: verdict.reason } : {}),
    accepted: isTokenless && options.otherApp === "accepted" ? [operation.successStatus, "a token"] : [],
    stopsAtToken: isTokenless && isKeptBack(parts, options),
    letsIn: verdict.kind === "let in",
  };
}
