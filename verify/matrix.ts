import type { ApiDocument } from "../apis/document.ts";
import type { Operation } from "../apis/operations.ts";
import { type OperationSecurity, scopesToAskFor } from "../apis/security.ts";
import { isGivenByOkta, type TokenContext, type TokenKind, tokenKinds, type Verdict } from "./token-kinds.ts";

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
  /** True for a good token, and for whatever else a public operation, or one that any valid token may call, takes. */
  readonly letsIn: boolean;
}

/** What of the matrix is sent. */
export interface MatrixOptions {
  /** Okta's signing key is to be had. */
  readonly signingKey: boolean;
  /** Also send the calls of POST, PUT, PATCH and DELETE that are let in: they reach the backend. */
  readonly writes: boolean;
  /** An API whose backend nobody else sees: its calls are sent in any case. @defaultValue none */
  readonly isHarmless?: (api: ApiToProve) => boolean;
}

/** The cells to send, and in words what is left out and why. */
export interface Matrix {
  readonly cells: readonly Cell[];
  readonly leftOut: readonly string[];
}

const safeMethods = new Set(["GET", "HEAD", "OPTIONS"]);

/** Whether a call changes data where it reaches a backend. */
export function changesData({ operation }: Cell): boolean {
  return !safeMethods.has(operation.method);
}

/** Derives from the documents what every operation must answer to every kind of request. */
export function deriveMatrix(apis: readonly ApiToProve[], options: MatrixOptions): Matrix {
  const operations = apis.flatMap((api) => api.document.operations.map((operation) => ({ api, operation })));
  const all = [...new Set(apis.flatMap(({ document }) => [...document.scopes.keys()]))];
  const securities = operations.map(({ operation }) => operation.security);
  const every = operations.flatMap(({ api, operation }) => {
    const context = contextOf(operation.security, { all, securities });
    return tokenKinds.map((kind) => cell({ api, operation, kind, context }));
  });

  const noOther = every.filter(
    (entry) => entry.kind.name === "another operation's scope" && !entry.context.other,
  );
  const unforgeable = options.signingKey ? [] : tokenKinds.filter(({ origin }) => origin === "signed");
  const ungiven = all.length > 0 ? [] : tokenKinds.filter(isGivenByOkta);
  const unsafe = options.writes
    ? []
    : every.filter((entry) => entry.letsIn && changesData(entry) && !options.isHarmless?.(entry.api));
  const dropped = new Set([...noOther, ...unsafe]);
  const unsendable = new Set([...unforgeable, ...ungiven]);
  return {
    cells: every.filter((entry) => !dropped.has(entry) && !unsendable.has(entry.kind)),
    leftOut: [
      ...ungiven.map(
        (kind) => `"${kind.name}": no document declares a scope, and Okta gives no token without one`,
      ),
      ...unforgeable.map((kind) => `"${kind.name}": only the holder of Okta's signing key can make it`),
      ...operationNames(noOther).map(
        (name) => `"another operation's scope" of ${name}: every declared scope satisfies it`,
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

/** Whether a token with these scopes satisfies an operation that needs some. */
function satisfies(
  required: { match: "all" | "any"; scopes: readonly string[] },
  has: readonly string[],
): boolean {
  const isThere = (scope: string) => has.includes(scope);
  return required.match === "all" ? required.scopes.every(isThere) : required.scopes.some(isThere);
}

function contextOf(
  security: OperationSecurity,
  { all, securities }: { all: readonly string[]; securities: readonly OperationSecurity[] },
): TokenContext {
  const needed = scopesToAskFor(security, all);
  // Any token will do; another scope than the first, where there is one, shows that.
  if (security.kind === "public" || security.scopes.length === 0)
    return { security, needed, all, other: all.slice(-1) };
  const candidates = [...securities.map(scopesOf), ...all.map((scope) => [scope])];
  const other = candidates.find((scopes) => scopes.length > 0 && !satisfies(security, scopes));
  return { security, needed, all, ...(other === undefined ? {} : { other }) };
}

function cell(parts: Pick<Cell, "api" | "operation" | "kind" | "context">): Cell {
  const { operation, kind, context } = parts;
  const verdict: Verdict = operation.security.kind === "public" ? "let in" : kind.expected(context);
  const statuses = { "let in": operation.successStatus, refused: 401, forbidden: 403 };
  return { ...parts, expected: statuses[verdict], letsIn: verdict === "let in" };
}
