import type { Operation } from "../openapi/operations.ts";

/**
 * The call to begin with: the first protected one that only reads, else any that only reads, else the first. One that requires claims
 * is the last choice, since a token of client credentials may not have them.
 */
export function callToTry<Call extends { readonly operation: Operation }>(
  calls: readonly Call[],
): Call | undefined {
  const free = calls.filter(({ operation }) => operation.requiredClaims.length === 0);
  const possible = free.length > 0 ? free : calls;
  const reads = possible.filter(({ operation }) => operation.method === "GET");
  return reads.find(({ operation }) => operation.security.kind === "token") ?? reads[0] ?? possible[0];
}

/** A shell line that makes an operation's example call: `curl -i 'https://a.example/sessions'`. */
export function curl(apiUrl: string, { method, example }: Operation): string {
  return `curl -i${method === "GET" ? "" : ` -X ${method}`} ${quoted(apiUrl + example.path)}`;
}

/** `it's` → `'it'\''s'`, one word for a POSIX shell. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
