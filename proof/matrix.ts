import type { ApiDocument } from "../openapi/document.ts";
import type { Operation } from "../openapi/operations.ts";
import {
  namedScopes,
  type OperationSecurity,
  satisfies,
  scopesToAskFor,
} from "../openapi/security/security.ts";
import { lackingScopes, mostLacking } from "./lacking-scopes.ts";
import {
  isAskedOfOkta,
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

/** Derives from the documents what every operation must answer to every kind of request. */
export function deriveMatrix(apis: readonly ApiToProve[], options: MatrixOptions): Matrix {
  const operations = apis.flatMap((api) => api.document.operations.map((operation) => ({ api, operation })));
  const all = [...new Set(apis.flatMap(({ document }) => [...document.scopes.keys()]))];
  const every = operations.flatMap(({ api, operation }) => {
    const context = contextOf(operation.security, all);
    const kinds = tokenKinds.filter(({ exists }) => exists?.(context) ?? true);
    return kinds.map((kind) => cell({ api, operation, kind, context }, options));
  });

  const kinds = new Set(every.map(({ kind }) => kind));
  const unsendable = new Map([...kinds].map((kind) => [kind, whyUnsendable(kind, all, options)]));
  const sendable = every.filter(({ kind }) => unsendable.get(kind) === undefined);
  const withoutToken = sendable.filter(({ kind, context }) => kind.leftOut?.(context) !== undefined);
  const unsafe = every.filter((entry) => entry.letsIn && isKeptBack(entry, options));
  const dropped = new Set([...withoutToken, ...unsafe]);
  return {
    cells: sendable.filter((entry) => !dropped.has(entry)),
    leftOut: [
      ...[...unsendable].flatMap(([{ name }, why]) => (why === undefined ? [] : [`"${name}": ${why}`])),
      ...withoutToken.map(
        ({ kind, operation: { method, path }, context }) =>
          `"${kind.name}" of ${method} ${path}: ${kind.leftOut?.(context)}`,
      ),
      ...operationNames(every.filter(({ context }) => context.isLackingCut)).map(
        (name) =>
          `tokens of ${name} that lack a needed scope: ${mostLacking} are sent, and there are more alternatives`,
      ),
      ...operationNames(unsafe).map(
        (name) => `calls of ${name} that are let in: they would change data; --writes sends them`,
      ),
    ],
  };
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
  if (kind.origin === "signed" && !signingKey) return "only the holder of Okta's signing key can make it";
  if (kind.origin === "other app" && otherApp === "unavailable")
    return "OTHER_CLIENT_ID and OTHER_CLIENT_SECRET, the credentials of another app of the org, are not set";
  return undefined;
}

function operationNames(cells: readonly Cell[]): string[] {
  return [...new Set(cells.map(({ operation }) => `${operation.method} ${operation.path}`))];
}

function contextOf(security: OperationSecurity, all: readonly string[]): TokenContext {
  const needed = scopesToAskFor(security, all);
  // Any token will do; another scope than the first, where there is one, shows that.
  const { sets, isCut } = satisfies(security, [])
    ? { sets: all.slice(-1).map((scope) => [scope]), isCut: false }
    : lackingScopes(namedScopes(security), all);
  return { security, needed, all, lacking: sets, isLackingCut: isCut };
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
