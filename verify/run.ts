import type { Cell } from "./matrix.ts";
import { whyNoAnswer } from "./no-answer.ts";
import type { Credentials, TokenSources } from "./token-kinds.ts";

/** A cell with what really came back. */
export interface Answer {
  readonly cell: Cell;
  /** HTTP status, or `undefined` when there was no answer at all. */
  readonly actual: number | undefined;
  /** Why there was no answer: `ECONNREFUSED`. */
  readonly noAnswer?: string;
  /** Let in, but without the body that the document describes: nothing behind the gateway answered. */
  readonly empty: boolean;
  readonly passed: boolean;
}

/** How the matrix is sent. */
export interface RunOptions {
  readonly sources: TokenSources;
  /** Requests under way at once. */
  readonly concurrency: number;
  /** A request without an answer counts as unanswered after this many milliseconds. */
  readonly timeoutMilliseconds: number;
}

/**
 * Sends one real request for each cell and compares the answer, in the cells' order.
 *
 * @throws {TokenRequestError} when Okta gives no token: then there is nothing to compare.
 */
export async function runMatrix(cells: readonly Cell[], options: RunOptions): Promise<readonly Answer[]> {
  const sources = { ...options.sources, issued: remembered(options.sources.issued) };
  const answers: Answer[] = [];
  const queue = cells.entries();
  const worker = async () => {
    for (const [index, cell] of queue) {
      const credentials = await cell.kind.credentials(sources, cell.context);
      const { bytes, ...came } = await send(cell, credentials, options.timeoutMilliseconds);
      const empty =
        cell.letsIn && bytes === 0 && cell.operation.successHasBody && cell.operation.method !== "HEAD";
      answers[index] = { cell, ...came, empty, passed: came.actual === cell.expected && !empty };
    }
  };
  await Promise.all(Array.from({ length: options.concurrency }, worker));
  return answers;
}

/** One token request per set of scopes, not per cell. */
function remembered(issued: TokenSources["issued"]): TokenSources["issued"] {
  const tokens = new Map<string, Promise<string>>();
  return (scopes) => {
    const key = [...scopes].sort().join(" ");
    const token = tokens.get(key) ?? issued(scopes);
    tokens.set(key, token);
    return token;
  };
}

async function send(
  { api, operation }: Cell,
  { headers = {}, query = {} }: Credentials,
  timeoutMilliseconds: number,
): Promise<Pick<Answer, "actual" | "noAnswer"> & { bytes: number }> {
  const { example } = operation;
  const url = new URL(api.url + example.path);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  try {
    const response = await fetch(url, {
      method: operation.method,
      headers: { ...example.headers, ...headers },
      redirect: "manual",
      signal: AbortSignal.timeout(timeoutMilliseconds),
      ...(example.body === undefined ? {} : { body: example.body }),
    });
    const body = await response.arrayBuffer();
    return { actual: response.status, bytes: body.byteLength };
  } catch (error) {
    // No status is an answer of its own: the cell fails and is shown as unanswered.
    return { actual: undefined, noAnswer: whyNoAnswer(error), bytes: 0 };
  }
}
