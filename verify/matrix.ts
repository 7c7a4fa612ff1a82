import type { ApiDocument } from "../apis/document.ts";
import type { Operation } from "../apis/operations.ts";
import type { OperationSecurity } from "../apis/security.ts";
import { type TokenContext, type TokenKind, tokenKinds, type Verdict } from "./token-kinds.ts";

/** One API to prove. */
export interface ApiToProve {
  readonly name: string;
  /** Where callers reach it, without a slash at its end. */
  readonly url: string;
  readonly document: ApiDocument;
}

/** One cell of the authorization matrix: an operation met by one kind of request. */
export interface Cell {
  readonly api: ApiToProve;
  readonly operation: Operation;
  readonly kind: TokenKind;
  readonly context: TokenContext;
  /** HTTP status that must come back. */
  readonly expected: number;
  /** False for the kinds that a public operation or "any valid token" lets in as well as for the good tokens. */
  readonly letsIn: boolean;
}

/** What of the matrix is sent. */
export interface MatrixOptions {
  /** Okta's signing key is to be had. */
  readonly signingKey: boolean;
  /** Also send the calls of POST, PUT, PATCH and DELETE that are let in: they reach the backend. */
  readonly writes: boolean;
}

/** The cells to send, and in words what is left out and why. */
export interface Matrix {
  readonly cells: readonly Cell[];
  readonly leftOut: readonly string[];
}

const safeMethods = new Set(["GET", "HEAD", "OPTIONS"]);

/** Derives from the documents what every operation must answer to every kind of request. */
export function deriveMatrix(apis: readonly ApiToProve[], options: MatrixOptions): Matrix {
  const operations = apis.flatMap((api) => api.document.operations.map((operation) => ({ api, operation })));
  const all = [...new Set(operations.flatMap(({ operation }) => scopesOf(operation.security)))];
  const every = operations.flatMap(({ api, operation }) => {
    const context = contextOf(operation.security, {
      all,
      operations: operations.map((entry) => entry.operation),
    });
    return tokenKinds.map((kind) => cell({ api, operation, kind, context }));
  });

  const noOther = every.filter(
    (entry) => entry.kind.name === "another operation's scope" && !entry.context.other,
  );
  const unforgeable = options.signingKey ? [] : tokenKinds.filter((kind) => kind.needsSigningKey);
  const unsafe = options.writes
    ? []
    : every.filter((entry) => entry.letsIn && !safeMethods.has(entry.operation.method));
  const dropped = new Set([...noOther, ...unsafe]);
  return {
    cells: every.filter((entry) => !dropped.has(entry) && !unforgeable.includes(entry.kind)),
    leftOut: [
      ...unforgeable.map((kind) => `"${kind.name}": only the holder of Okta's signing key can make it`),
      ...operationNames(noOther).map(
        (name) => `"another operation's scope" of ${name}: every operation's scopes satisfy it`,
      ),
      ...operationNames(unsafe).map(
        (name) => `calls of ${name} that are let in: they would change data; --writes sends them`,
      ),
    ],
  };
}

function operationNames(cells: readonly Cell[]): string[] {
  return [...new Set(cells.map(({ operation }) => `${operation.method} ${operation.path}`))];
}

function scopesOf(security: OperationSecurity): readonly string[] {
  return security.kind === "public" ? [] : security.scopes;
}

/** Whether a token with these scopes satisfies an operation. */
function satisfies(security: OperationSecurity, scopes: readonly string[]): boolean {
  if (security.kind === "public" || security.scopes.length === 0) return true;
  const has = (scope: string) => scopes.includes(scope);
  return security.match === "all" ? security.scopes.every(has) : security.scopes.some(has);
}

function contextOf(
  security: OperationSecurity,
  { all, operations }: { all: readonly string[]; operations: readonly Operation[] },
): TokenContext {
  const own = scopesOf(security);
  const needed = security.kind === "token" && security.match === "any" ? own.slice(0, 1) : own;
  const candidates = [
    ...operations.map((operation) => scopesOf(operation.security)),
    ...all.map((scope) => [scope]),
  ];
  const other = candidates.find((scopes) => scopes.length > 0 && !satisfies(security, scopes));
  // Okta gives no token without a scope, so an operation that needs none is called with any.
  const fallback = other ?? all.slice(0, 1);
  const freeForAll = own.length === 0;
  return {
    security,
    needed: freeForAll ? all.slice(0, 1) : needed,
    all,
    ...(freeForAll ? { other: fallback } : other === undefined ? {} : { other }),
  };
}

function cell(parts: Pick<Cell, "api" | "operation" | "kind" | "context">): Cell {
  const { operation, kind, context } = parts;
  const verdict: Verdict = operation.security.kind === "public" ? "let in" : kind.expected(context);
  const statuses = { "let in": operation.successStatus, refused: 401, forbidden: 403 };
  return { ...parts, expected: statuses[verdict], letsIn: verdict === "let in" };
}
